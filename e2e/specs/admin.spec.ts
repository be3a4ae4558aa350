import { chat } from "../src/campus.ts";
import { stateOf } from "../src/global-setup.ts";
import { signIn } from "../src/sign-in.ts";
import { expect, test } from "../src/stage.ts";
import { cliJson } from "../src/system.ts";

test("an admin adds an upstream, tests it, prices its model; a student pays for it; the model is removed and restored", async ({
  browser,
  stage,
}) => {
  const { upstreamUrl } = stage;
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("admin"), locale: "zh-CN" });
  const page = await context.newPage();

  await page.goto("/admin/channels");
  await page
    .getByRole("link", { name: "添加渠道" })
    .or(page.getByRole("button", { name: "添加渠道" }))
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("名称").fill("e2e-gpu");
  await dialog.getByLabel("地址", { exact: true }).fill(upstreamUrl);
  await dialog.getByLabel("第 1 行的对外名").fill("e2e-model");
  await dialog.getByLabel("第 1 行的上游名").fill("demo-text");
  // A private address needs the tick: said at the field, and nothing typed is lost.
  await dialog.getByRole("button", { name: "不测试，保存" }).click();
  await expect(dialog.getByText(/内网|不允许/).first()).toBeVisible();
  await expect(dialog.getByLabel("名称")).toHaveValue("e2e-gpu");
  await dialog.getByLabel("允许内网地址").check();
  await dialog.getByRole("button", { name: "测试", exact: true }).click();
  await expect(dialog.getByText("通过", { exact: true })).toBeVisible();
  await dialog.getByRole("button", { name: "保存", exact: true }).click();
  await expect(page.getByText(/已添加 e2e-gpu/)).toBeVisible();

  const made = await cliJson<{ key: string }>(stage.dataDir, [
    ...["key", "create", "--student-id", stage.students[6]?.studentId ?? "", "--name", "e2e", "--group", "default"],
  ]);
  const ask = async () => {
    const reply = await chat(stage.url, made.key, {
      model: "e2e-model",
      messages: [{ role: "user", content: "你好" }],
    });
    return reply.status === 200 ? 200 : ((await reply.json()) as { error: { code: string } }).error.code;
  };
  expect(await ask()).toBe("model_unpriced");

  await page.goto("/admin/models?q=e2e-model");
  await page.getByRole("link", { name: "e2e-model" }).first().click();
  await page
    .getByRole("button", { name: /定价|改价/ })
    .first()
    .click();
  await page.getByRole("dialog").getByLabel(/^输入/).fill("-1");
  await page.getByRole("dialog").getByLabel(/^输出/).fill("8");
  await page.getByRole("dialog").locator("button[type=submit]").click();
  await expect(
    page
      .getByRole("dialog")
      .getByText(/不能为负/)
      .first(),
  ).toBeVisible();
  await page.getByRole("dialog").getByLabel(/^输入/).fill("2");
  await page.getByRole("dialog").locator("button[type=submit]").click();
  await expect(page.getByRole("dialog")).toBeHidden();
  expect(await ask()).toBe(200);

  await page.getByRole("button", { name: "下线", exact: true }).first().click();
  await page.getByRole("dialog").getByLabel(/原因/).fill("上游拒绝访问");
  await page.getByRole("dialog").locator("button[type=submit]").click();
  await expect(page.getByRole("dialog")).toBeHidden();
  expect(await ask()).toBe("model_removed");
  await page.getByRole("button", { name: "恢复", exact: true }).first().click();
  await expect.poll(ask).toBe(200);

  await page.goto("/admin/audit");
  for (const act of [/恢复/, /下线/, /定价|价格/]) await expect(page.getByText(act).first()).toBeVisible();
  await context.close();
});

test("an admin gives a selection the same amount, with a reason, in one act", async ({ browser, stage }) => {
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("admin"), locale: "zh-CN" });
  const page = await context.newPage();
  await page.goto("/admin/users");
  const chosen = stage.students.slice(10, 13);
  for (const person of chosen) {
    await page.getByRole("checkbox", { name: `选择 ${person.name} ${person.studentId}` }).check();
  }
  await expect(page.getByText("已选 3 人")).toBeVisible();
  await page.getByRole("button", { name: "充值", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/每人金额/).fill("5");
  await expect(dialog.getByText(/15\.00/)).toBeVisible();
  await dialog.locator("button[type=submit]").click();
  // The reason is missing: said so, nothing done.
  await expect(dialog).toBeVisible();
  await dialog.getByLabel(/理由/).fill("期中加额");
  await dialog.locator("button[type=submit]").click();
  await expect(dialog).toBeHidden();
  for (const person of chosen) {
    await page.goto(`/admin/users?q=${person.studentId}`);
    await page.getByRole("link", { name: person.name }).click();
    await expect(page.getByText("期中加额").first()).toBeVisible();
  }
  await context.close();
});

test("an admin gives a student an allowance; the student sees it, and when it comes again; the admin stops it", async ({
  browser,
  stage,
}) => {
  const person = stage.students[14];
  if (person === undefined) throw new Error("the demo has too few students");
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("admin"), locale: "zh-CN" });
  const page = await context.newPage();
  await page.goto(`/admin/users?q=${person.studentId}`);
  await page.getByRole("link", { name: person.name }).click();
  const section = page.locator("section").filter({ has: page.getByRole("heading", { name: "定期额度" }) });
  await section.getByRole("button", { name: "添加" }).click();
  const dialog = page.getByRole("dialog").last();
  await dialog.getByLabel("方式").selectOption("set-to");
  await dialog.getByLabel("金额").fill("0");
  await dialog.getByLabel("周期").selectOption("day");
  await dialog.getByLabel(/理由/).fill("每日额度");
  await dialog.locator("button[type=submit]").click();
  // Nothing is no allowance: said at the field.
  await expect(dialog.getByText(/须大于 0/)).toBeVisible();
  await dialog.getByLabel("金额").fill("5");
  await dialog.locator("button[type=submit]").click();
  await expect(section.getByText("每天 恢复为 ¥5.00")).toBeVisible();

  const own = await browser.newContext({ baseURL: stage.url, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const balance = await own.newPage();
  await signIn(balance, person);
  await balance.goto("/balance");
  await expect(balance.getByText("明日 00:00 恢复为 ¥5.00")).toBeVisible();
  await expect(balance.getByText("定期额度").first()).toBeVisible();
  await own.close();

  await section.getByRole("button", { name: "停发每天恢复为 ¥5.00" }).click();
  await expect(section.getByText("没有定期额度")).toBeVisible();
  await context.close();
});
