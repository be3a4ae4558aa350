import { checkPage } from "../src/check-page.ts";
import { makeCourse } from "../src/course.ts";
import { makeCourseUse } from "../src/course-use.ts";
import { stateOf } from "../src/global-setup.ts";
import { expect, test } from "../src/stage.ts";

let path: string;
/** Of its own each time: a test that fails begins a new process, which makes the course again. */
const code = `WEEK${Date.now() % 1_000_000}`;

test.beforeAll(async ({ stage }) => {
  const { ta } = stage.course;
  const { id } = await makeCourse(stage.databaseUrl, {
    code,
    ta,
    students: stage.students.slice(19, 27),
  });
  await makeCourseUse(stage.databaseUrl, id);
  path = `/courses/${id}`;
});

test("a TA's week: three numbers, then sorted by spend, the first chosen, ¥5 more, done, in four clicks", async ({
  browser,
  stage,
}) => {
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("ta"), locale: "zh-CN" });
  const page = await context.newPage();
  let clicks = 0;
  const click = async (target: { click(): Promise<void> }) => {
    await target.click();
    clicks += 1;
  };
  await page.goto(path);
  for (const number of ["本周活跃", "从未使用", "额度将尽"])
    await expect(page.getByRole("term").filter({ hasText: number })).toBeVisible();
  await click(page.getByRole("columnheader", { name: /本学期/ }).getByRole("link"));
  await expect(page).toHaveURL(/sort=spent&order=desc/);
  const first = page.getByRole("row").nth(1);
  await expect(first).toContainText("4."); // whoever made calls in a loop
  await click(first.getByRole("checkbox"));
  await click(page.getByRole("button", { name: "增加", exact: true }));
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("每人金额").fill("5");
  await dialog.getByLabel("理由").fill("期末项目");
  await click(dialog.getByRole("button", { name: "给 1 人增加" }));
  await expect(page.getByText(/已给 1 人发放/)).toBeVisible();
  expect(clicks).toBe(4);
  await context.close();
});

test("what stands out leads to the member, whose use is of this course's money alone, and to cheaper models", async ({
  browser,
  stage,
}) => {
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("ta"), locale: "zh-CN" });
  const page = await context.newPage();
  await page.goto(`${path}/use`);
  const hints = page.getByRole("region", { name: "值得留意" });
  await expect(hints).toContainText("1 人本周的花费超过中位数");
  await expect(hints).toContainText(/一小时内发出 1,2\d\d 次请求/);
  await expect(hints).toContainText(/本周 9\d % 的花费用在 qwen3-235b/);
  await page.getByRole("link", { name: "学生", exact: true }).click();
  await expect(page).toHaveURL(/by=student/);
  await expect(page.getByRole("region", { name: "图 1 的数值，按学生合计" })).toContainText(/[78]\d %/);
  await hints.getByRole("link").first().click();
  await expect(page).toHaveURL(/member=/);
  await expect(page.getByRole("region", { name: /发放与收回/ })).toContainText("第一周");
  await checkPage(page, "one member's use");

  await page.goto(`${path}/simulate`);
  await page.getByLabel("学生人数").fill("5000");
  await page.getByLabel("每人每周请求").fill("900");
  await page.getByRole("button", { name: "计算" }).click();
  await expect(page).toHaveURL(/students=5000&callsAWeek=900/);
  await expect(page.getByText(/额度不够，还差 ¥/)).toBeVisible();
  await page.getByRole("link", { name: "glm-4-9b" }).click();
  await expect(page.getByText(/额度够/)).toBeVisible();
  await page.getByLabel("周数").fill("many");
  await page.getByRole("button", { name: "计算" }).click();
  await expect(page.getByText("1 到 60 的整数")).toBeVisible();
  await context.close();
});

test("the statement is a PDF and a CSV for staff, and nothing for others", async ({ browser, stage }) => {
  const ta = await browser.newContext({ baseURL: stage.url, storageState: stateOf("ta"), locale: "zh-CN" });
  const page = await ta.newPage();
  await page.goto(`${path}/statement`);
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "PDF" }).click();
  expect((await downloading).suggestedFilename()).toBe(`lyceum-${code}-all.pdf`);
  const pdf = await ta.request.get(`${path}/statement/pdf?month=all`);
  expect((await pdf.body()).subarray(0, 5).toString()).toBe("%PDF-");
  expect(await (await ta.request.get(`${path}/statement/csv?month=all`)).text()).toContain("\nopening,");
  const month = await ta.request.get(`${path}/statement/pdf?month=2020-99`);
  expect([month.status(), await month.text()]).toEqual([400, expect.stringContaining("2020-99")]);
  await ta.close();
  const student = await browser.newContext({ baseURL: stage.url, storageState: stateOf("student") });
  for (const tab of ["/use", "/simulate", "/statement", "/statement/pdf?month=all", "/statement/csv?month=all"]) {
    expect((await student.request.get(path + tab)).status(), tab).toBe(404);
  }
  await student.close();
  const nobody = await browser.newContext({ baseURL: stage.url });
  const signedOut = await nobody.request.get(`${path}/statement/pdf?month=all`, { maxRedirects: 0 });
  expect([signedOut.status(), signedOut.headers().location]).toEqual([303, expect.stringContaining("/sign-in")]);
  await nobody.close();
});

test("on a phone the tab of the page that is open is in sight", async ({ browser, stage }) => {
  const viewport = { width: 360, height: 800 };
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("ta"), viewport });
  const page = await context.newPage();
  for (const tab of ["", "/vouchers", "/simulate", "/statement", "/announcements"]) {
    await page.goto(path + tab);
    await expect(page.locator(".tabs [aria-current=page]"), tab).toBeInViewport({ ratio: 0.95 });
  }
  await context.close();
});
