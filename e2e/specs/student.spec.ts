import { chat } from "../src/campus.ts";
import { stateOf } from "../src/global-setup.ts";
import { expect, test } from "../src/stage.ts";
import { cliJson, runCli } from "../src/system.ts";

test("from registration to the first 200 in at most six clicks", async ({ page, stage, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  let clicks = 0;
  await page.exposeFunction("countClick", () => {
    clicks++;
  });
  await page.addInitScript(() => {
    addEventListener(
      "click",
      (event) => {
        // Clicks that a label or a key press passes on are the same act of the same hand.
        if (event.isTrusted && event.detail > 0) (window as unknown as { countClick(): void }).countClick();
      },
      true,
    );
  });

  await page.goto("/register");
  await page.getByLabel("学号", { exact: true }).fill("2026100");
  await page.getByLabel("姓名").fill("林知远");
  await page.getByLabel("密码", { exact: true }).fill("maxwell-1865-热");
  await page.getByRole("checkbox").click();
  await page.getByRole("button", { name: "注册并登录" }).click();
  await expect(page.getByRole("heading", { name: "首页" })).toBeVisible();
  // Registered without proof: said so, and money is given by staff.
  await expect(
    page
      .getByText(/没有核实/)
      .filter({ visible: true })
      .first(),
  ).toBeVisible();
  const funded = await runCli(stage.dataDir, ["fund", "--student-id", "2026100", "--amount", "5", "--reason", "e2e"]);
  expect(funded.stderr).toBe("");

  await page
    .getByRole("link", { name: "创建密钥" })
    .or(page.getByRole("button", { name: "创建密钥" }))
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("名称")).toHaveValue(/.+/);
  await dialog.getByRole("button", { name: "创建密钥" }).click();
  const secret =
    (await dialog
      .getByText(/^sk-ly-[0-9A-Za-z]{46}$/)
      .first()
      .textContent()) ?? "";
  await expect(dialog.getByText(/等待第一个请求/)).toBeVisible();
  await dialog.getByRole("button", { name: /复制/ }).first().click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(secret);

  const snippet = (await dialog.locator("pre").first().textContent()) ?? "";
  const model = /"model": "([^"]+)"/.exec(snippet)?.[1] ?? "";
  expect(snippet).toContain(stage.url.replace("localhost", new URL(page.url()).hostname));
  const answer = await chat(stage.url, secret, { model, messages: [{ role: "user", content: "用一句话解释熵" }] });
  expect(answer.status).toBe(200);
  await expect(dialog.getByText(/收到第一个请求.*200/)).toBeVisible();
  expect(clicks).toBeLessThanOrEqual(6);

  await dialog.getByRole("button", { name: "我已保存，关闭" }).click();
  await page.goto("/usage?period=today");
  await expect(page.getByText(model).first()).toBeVisible();
});

test("a key that is disabled stops at once, and works again when enabled", async ({ browser, stage }) => {
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("student"), locale: "zh-CN" });
  const page = await context.newPage();
  // Of its own: other specs ask with the demo's key meanwhile.
  const owner = ["--student-id", stage.students[0]?.studentId ?? "", "--name", "e2e-off", "--group", "default"];
  const { key } = await cliJson<{ key: string }>(stage.dataDir, ["key", "create", ...owner]);
  const ask = async () =>
    (await chat(stage.url, key, { model: "glm-4-9b", max_tokens: 4, messages: [{ role: "user", content: "x" }] }))
      .status;
  expect(await ask()).toBe(200);
  await page.goto("/keys");
  const row = page.getByRole("row", { name: /e2e-off/ });
  await row.getByRole("button").last().click();
  await page.getByRole("menuitem", { name: "停用" }).click();
  await expect(row.getByText("已停用")).toBeVisible();
  expect(await ask()).toBe(401);
  await row.getByRole("button").last().click();
  await page.getByRole("menuitem", { name: /启用|恢复/ }).click();
  await expect(row.getByText("已停用")).toBeHidden();
  expect(await ask()).toBe(200);
  await context.close();
});

test("a wrong password and an unknown ID get the same answer", async ({ page, stage }) => {
  const answers: (string | null)[] = [];
  for (const studentId of [stage.students[5]?.studentId ?? "", "2099999"]) {
    await page.goto("/sign-in");
    await page.getByLabel("学号", { exact: true }).fill(studentId);
    await page.getByLabel("密码", { exact: true }).fill("not-the-password");
    await page.getByRole("button", { name: "登录", exact: true }).click();
    answers.push(
      await page
        .getByText(/不对|有误|错误/)
        .first()
        .textContent(),
    );
  }
  expect(answers[0]).toBe(answers[1]);
});

test("bad registrations say what is wrong at the field and keep what was typed", async ({ page, stage }) => {
  await page.goto("/register");
  await page.getByLabel("学号", { exact: true }).fill(stage.students[0]?.studentId ?? "");
  await page.getByLabel("姓名").fill("冒名者");
  await page.getByLabel("密码", { exact: true }).fill("a-long-enough-password");
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "注册并登录" }).click();
  await expect(page.getByText(/已注册/)).toBeVisible();
  await expect(page.getByLabel("姓名")).toHaveValue("冒名者");
});
