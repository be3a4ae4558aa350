import type { Page } from "@playwright/test";
import { checkPage } from "../src/check-page.ts";
import { makeCourse } from "../src/course.ts";
import { stateOf } from "../src/global-setup.ts";
import { expect, test } from "../src/stage.ts";

let path: string;

test.beforeAll(async ({ stage }) => {
  const { ta } = stage.course;
  const { id } = await makeCourse(stage.databaseUrl, {
    code: "TA-JOURNEY",
    ta,
    students: stage.students.slice(15, 18),
  });
  path = `/courses/${id}`;
});

/** The amount and the reason are typed; everything else is a click. */
async function type(page: Page, amount: string, reason: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("每人金额").fill(amount);
  await dialog.getByLabel("理由").fill(reason);
}

test("a TA gives a class ¥5 each in four clicks, sees what the pool lacks, and takes it back", async ({
  browser,
  stage,
}) => {
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("ta"), locale: "zh-CN" });
  const page = await context.newPage();
  await page.goto(path);
  await expect(page.getByRole("heading", { name: "热力学 2026秋" })).toBeVisible();

  await page.getByRole("checkbox", { name: "选择本页" }).click(); // 1
  await expect(page.getByText("已选 24 人")).toBeVisible();
  await page.getByRole("button", { name: "增加", exact: true }).click(); // 2
  await type(page, "5", "第二周");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("status")).toContainText("24 × ¥5.00 = ¥120.00，额度池可发放 ¥452.00");
  await checkPage(page, "the dialog");
  await page.getByRole("button", { name: "给 24 人增加" }).click(); // 3
  await expect(page.getByText("已给 24 人发放，可发放 ¥452.00 → ¥332.00")).toBeVisible();
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByRole("row", { name: /00123456/ })).toContainText("7.00");

  // Refused whole: the sentence says what is missing, and what was typed stays.
  await page.getByRole("checkbox", { name: "选择本页" }).click();
  await page.getByRole("button", { name: "增加", exact: true }).click();
  await type(page, "20", "太多");
  await expect(dialog.getByRole("status")).toContainText("还差 ¥148.00");
  await page.getByRole("button", { name: "给 24 人增加" }).click();
  await expect(dialog.getByRole("alert")).toContainText(/24 人共需 480.*可用 332.*还差 148/);
  await expect(dialog.getByLabel("理由")).toHaveValue("太多");
  await page.getByRole("button", { name: "取消" }).click();

  await page.getByRole("link", { name: "额度", exact: true }).click();
  const row = page.getByRole("row", { name: /第二周/ });
  await expect(row).toContainText("增加 ¥5.00");
  await row.getByRole("button", { name: "撤销" }).click();
  await expect(page.getByText("已撤销，¥120.00 回到额度池")).toBeVisible();
  await expect(row).toContainText("已撤销");
  await context.close();
});

test("money whose answer got lost is given once, also from a dialog that is opened again", async ({
  browser,
  stage,
}) => {
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("ta"), locale: "zh-CN" });
  const page = await context.newPage();
  await page.goto(path);
  const member = page.getByRole("row", { name: /00123456/ });
  const dialog = page.getByRole("dialog");
  const give = async () => {
    if (!(await member.getByRole("checkbox").isChecked())) await member.getByRole("checkbox").click();
    await page.getByRole("button", { name: "增加", exact: true }).click();
    await type(page, "1", "一次");
    await page.getByRole("button", { name: "给 1 人增加" }).click();
  };
  await expect(member).toContainText("2.00");
  await page.route("**/courses/**", async (route) => {
    if (!route.request().postData()?.includes("一次")) return route.fallback();
    await route.fetch();
    await route.abort("connectionreset");
    await page.unroute("**/courses/**");
  });
  await give();
  await expect(dialog.getByRole("alert")).toContainText("没有收到服务器的回应");
  await page.getByRole("button", { name: "取消" }).click();
  await give();
  await expect(dialog.getByRole("alert")).toContainText("刚才那次已经完成");
  await page.getByRole("button", { name: "取消" }).click();
  await expect(member).toContainText("3.00");
  await page.reload();
  await expect(member).toContainText("3.00");
  // Whoever means it gives it a second time.
  await give();
  await expect(page.getByText("已给 1 人发放")).toBeVisible();
  await expect(member).toContainText("4.00");
  await context.close();
});

test("who is chosen over all pages is what the filter matches, and one member's sheet tells the history", async ({
  browser,
  stage,
}) => {
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("ta"), locale: "zh-CN" });
  const page = await context.newPage();
  await page.goto(`${path}?section=${encodeURIComponent("交换")}`);
  await page.getByRole("checkbox", { name: /^选择 访问学生 1 / }).click();
  await expect(page.getByText("已选 1 人 · 共 21 人")).toBeVisible();
  await page.getByRole("button", { name: "全选" }).click();
  await expect(page.getByText("已选 21 人 · 共 21 人")).toBeVisible();

  await page.getByRole("link", { name: "访问学生 1", exact: true }).filter({ visible: true }).click();
  const sheet = page.getByRole("complementary", { name: "访问学生 1" });
  await expect(sheet.getByText("00123456")).toBeVisible();
  await sheet.getByLabel("哪一天结束时").fill("2026-01-01");
  await sheet.getByRole("button", { name: "查看" }).click();
  await expect(sheet.getByText("那时还不在这门课里。")).toBeVisible();
  await checkPage(page, "the sheet");
  await sheet.getByRole("button", { name: "激活码" }).click();
  await expect(page.getByRole("dialog")).toContainText("只显示这一次");
  await context.close();
});

test("who has no role in a course finds none", async ({ browser, stage }) => {
  const student = await browser.newContext({ baseURL: stage.url, storageState: stateOf("student") });
  const page = await student.newPage();
  for (const tab of ["", "/money", "/settings"]) expect((await page.goto(path + tab))?.status(), tab).toBe(404);
  await student.close();
  const ta = await browser.newContext({ baseURL: stage.url, storageState: stateOf("ta") });
  expect((await (await ta.newPage()).goto(`${path}/settings`))?.status()).toBe(404);
  await ta.close();
});
