import { checkPage } from "../src/check-page.ts";
import { makeCourse } from "../src/course.ts";
import { stateOf } from "../src/global-setup.ts";
import { signIn } from "../src/sign-in.ts";
import { expect, type Stage, test } from "../src/stage.ts";

const PHONE = { width: 390, height: 780 };
let courseId: string;

/** Whose phone it is. */
function studentOf(stage: Stage): Stage["students"][number] {
  const student = stage.students[29];
  if (student === undefined) throw new Error("the demo has too few students");
  return student;
}

test.beforeAll(async ({ stage }) => {
  const { ta } = stage.course;
  const made = await makeCourse(stage.databaseUrl, { code: "ASKS", ta, students: [studentOf(stage)] });
  courseId = made.id;
});

test("a student asks on a phone, a TA grants it in one tap, and the balance rises", async ({ browser, stage }) => {
  const base = { baseURL: stage.url, locale: "zh-CN", viewport: PHONE };
  const student = await browser.newContext(base);
  const page = await student.newPage();
  await signIn(page, studentOf(stage));
  await page.goto("/balance");
  const available = page.locator(".balance-facts dd").first();
  const amount = async () => Number(((await available.textContent()) ?? "").replace(/[^\d.]/g, ""));
  const before = await amount();
  await page.getByRole("button", { name: "申请额度" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/再要多少/).fill("12.5");
  await dialog.getByLabel("用来做什么").fill("第三次实验，周五前交");
  await checkPage(page, "the dialog that asks");
  await dialog.getByRole("button", { name: "申请", exact: true }).click();
  await expect(page.getByText("已申请，结果会通知你")).toBeVisible();
  await expect(page.getByText("等待批准")).toBeVisible();
  await checkPage(page, "the balance");

  const ta = await browser.newContext({ ...base, storageState: stateOf("ta") });
  const inbox = await ta.newPage();
  await inbox.goto("/courses");
  await expect(inbox.getByText("“第三次实验，周五前交”")).toBeVisible();
  await checkPage(inbox, "the courses");
  const row = inbox.getByRole("listitem").filter({ hasText: "第三次实验" });
  const requestId = (await row.getAttribute("id"))?.replace("request-", "") ?? "";
  // As the link of a notice has it: it shows the request and does nothing.
  await inbox.goto(`/courses/${courseId}/requests?request=${requestId}`);
  const grant = inbox.getByRole("button", { name: "批准 ¥12.50" });
  await expect(grant).toBeFocused();
  await checkPage(inbox, "the inbox");
  expect(await amount()).toBe(before);
  await grant.click(); // the one tap
  await expect(inbox.getByText(/已批准 .+ 的申请/)).toBeVisible();
  await expect(inbox.getByText("没有等待批准的申请。")).toBeVisible();
  await inbox.reload();
  await expect(inbox.getByText(/的申请已处理：/)).toBeVisible();

  await page.reload();
  await expect(page.getByText("批准 ¥12.50")).toBeVisible();
  expect(await amount()).toBeCloseTo(before + 12.5, 2);
  await student.close();
  await ta.close();
});

test("a TA makes vouchers, a student redeems one by its link, and gets no second of the batch", async ({
  browser,
  stage,
}) => {
  const base = { baseURL: stage.url, locale: "zh-CN" };
  const ta = await browser.newContext({ ...base, storageState: stateOf("ta") });
  const desk = await ta.newPage();
  await desk.goto(`/courses/${courseId}/vouchers`);
  await desk.getByRole("button", { name: "生成兑换码" }).click();
  const dialog = desk.getByRole("dialog");
  await dialog.getByLabel("每个金额").fill("3");
  await dialog.getByLabel("个数").fill("200");
  await dialog.getByLabel("用途").fill("期中答疑");
  await expect(dialog.getByRole("status")).toContainText("额度池还差");
  await dialog.getByLabel("个数").fill("3");
  await expect(dialog.getByRole("status")).toContainText("3 × ¥3.00 = ¥9.00");
  await checkPage(desk, "the dialog of a batch");
  await dialog.getByRole("button", { name: "生成 3 个兑换码" }).click();
  await expect(desk.getByRole("heading", { name: "3 个兑换码，只显示这一次" })).toBeVisible();
  await checkPage(desk, "the codes");
  const codes = await desk.locator(".code-slips code").allInnerTexts();
  expect(codes).toHaveLength(3);
  const [first = "", second = ""] = codes;
  await desk.getByRole("button", { name: "我已保存，关闭" }).click();
  await expect(desk.getByText(first)).toBeHidden();

  const student = await browser.newContext({ ...base, viewport: PHONE });
  const page = await student.newPage();
  await signIn(page, studentOf(stage));
  await page.goto(`/balance?voucher=${first}`);
  await expect(page.getByLabel("兑换码")).toHaveValue(first);
  await page.getByRole("button", { name: "兑换", exact: true }).click();
  await expect(page.getByText(/期中答疑（ASKS），¥3.00 已到账/)).toBeVisible();
  await page.getByLabel("兑换码").fill(second.toLowerCase());
  await page.getByRole("button", { name: "兑换", exact: true }).click();
  await expect(page.getByText("你已经兑换过这一批里的一个，每人限一个。")).toBeVisible();
  await checkPage(page, "a refusal");
  await student.close();

  await desk.reload();
  await desk.getByRole("link", { name: "期中答疑" }).click();
  const sheet = desk.getByRole("complementary", { name: "期中答疑" });
  await expect(sheet.getByText(studentOf(stage).name)).toBeVisible();
  await checkPage(desk, "the sheet of a batch");
  await sheet.getByRole("button", { name: "作废 2 个未兑换的" }).click();
  await desk.getByRole("dialog").getByRole("button", { name: "作废 2 个未兑换的" }).click();
  await expect(desk.getByText("已作废 2 个兑换码")).toBeVisible();
  await ta.close();
});
