import { chat } from "../src/campus.ts";
import { checkPage } from "../src/check-page.ts";
import { stateOf } from "../src/global-setup.ts";
import { signIn } from "../src/sign-in.ts";
import { expect, test } from "../src/stage.ts";

test("a student limits a key and sees it fill up; an admin limits the student, in force with the next request", async ({
  browser,
  stage,
}) => {
  const student = stage.students[7];
  if (student === undefined) throw new Error("the demo has too few students");
  const open = { baseURL: stage.url, locale: "zh-CN", timezoneId: "Asia/Shanghai" };
  const context = await browser.newContext(open);
  const page = await context.newPage();
  await signIn(page, student);
  await page.goto("/keys");
  await page.getByRole("button", { name: "创建密钥" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("名称").fill("e2e-limits");
  await dialog.locator("summary").first().click();
  await dialog.getByLabel("每分钟请求").fill("两个");
  await dialog.getByRole("button", { name: "创建密钥" }).click();
  await expect(dialog.getByText("应是 1 到 1,000,000,000 的整数")).toBeVisible();
  await dialog.getByLabel("每分钟请求").fill("2");
  await dialog.getByLabel("同时进行").fill("5");
  await dialog.getByRole("button", { name: "创建密钥" }).click();
  const secret =
    (await dialog
      .getByText(/^sk-ly-[0-9A-Za-z]{46}$/)
      .first()
      .textContent()) ?? "";
  await dialog.getByRole("button", { name: "我已保存，关闭" }).click();

  const row = page.getByRole("row", { name: /e2e-limits/ });
  await expect(row.getByRole("meter", { name: "过去一分钟 0 / 2 个请求" })).toBeVisible();
  const body = { model: stage.models[0], messages: [{ role: "user", content: "你好" }], max_tokens: 50 };
  const ask = async () => {
    const reply = await chat(stage.url, secret, body);
    const text = await reply.text();
    return reply.status === 200 ? 200 : (JSON.parse(text) as { error: { code: string; scope: string } }).error;
  };
  expect([await ask(), await ask()]).toEqual([200, 200]);
  expect(await ask()).toMatchObject({ code: "rpm_exceeded", scope: "key" });
  // The page is not drawn anew: the gauge finds out by itself, and says so in words.
  await expect(row.getByText("过去一分钟 2 / 2 个请求")).toBeVisible();
  await expect(row.getByText("已满")).toBeVisible();
  await checkPage(page, "keys with limits");

  const office = await browser.newContext({ ...open, storageState: stateOf("admin") });
  const desk = await office.newPage();
  await desk.goto(`/admin/users?q=${student.studentId}`);
  await desk.getByRole("link", { name: student.name }).first().click();
  // The innermost: what the sheet scrolls is a section too.
  const limits = desk
    .locator("section")
    .filter({ has: desk.getByRole("heading", { name: "限制" }) })
    .last();
  await limits.getByRole("button", { name: "更改" }).click();
  const form = desk.getByRole("dialog", { name: `${student.name} 的限制` });
  await form.getByLabel("花费上限").fill("0");
  await form.getByLabel("上限按").selectOption("total");
  await form.getByRole("button", { name: "保存" }).click();
  await expect(desk.getByText("已保存限制，下一个请求起生效")).toBeVisible();
  expect(await ask()).toMatchObject({ code: "user_cap_exceeded", scope: "user" });
  await office.close();
  await context.close();
});
