import { chat } from "../src/campus.ts";
import { seriousFindings } from "../src/check-page.ts";
import { stateOf } from "../src/global-setup.ts";
import { expect, test } from "../src/stage.ts";
import { cliJson } from "../src/system.ts";

const NAME = "e2e-strict";

test("an admin gives only an address; what an upstream refuses becomes a constraint by one click, and students read it", async ({
  browser,
  stage,
}) => {
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("admin"), locale: "zh-CN" });
  const page = await context.newPage();

  await page.goto("/admin/channels?channel=new");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("名称").fill("e2e-detected");
  await expect(dialog.getByLabel("协议")).toHaveValue("detect");
  await dialog.getByLabel("地址", { exact: true }).fill(stage.upstreamUrl.replace(/\/v1$/, ""));
  await dialog.getByLabel("允许内网地址").check();
  await dialog.getByLabel("第 1 行的对外名").fill(NAME);
  await dialog.getByLabel("第 1 行的上游名").fill("demo-no-top-p-1");
  await dialog.getByRole("button", { name: "测试", exact: true }).click();
  await expect(dialog.getByText("识别为 OpenAI 兼容")).toBeVisible();
  await expect(dialog.getByText("通过", { exact: true })).toBeVisible();
  await expect(dialog.getByLabel("协议")).toHaveValue("openai");
  await expect(dialog.getByLabel("地址", { exact: true })).toHaveValue(stage.upstreamUrl);
  // Another address may be another kind of server.
  await dialog.getByLabel("地址", { exact: true }).fill(`${stage.upstreamUrl}/`);
  await expect(dialog.getByLabel("协议")).toHaveValue("detect");
  expect(await seriousFindings(page)).toEqual([]);
  await dialog.getByRole("button", { name: "不测试，保存" }).click();
  await expect(page.getByText(/已添加 e2e-detected/)).toBeVisible();
  await expect(page.getByText("OpenAI 兼容").first()).toBeVisible();

  await cliJson(stage.dataDir, ["model", "price", NAME, "--free"]);
  const person = ["--student-id", stage.students[8]?.studentId ?? "", "--name", "strict", "--group", "default"];
  const { key } = await cliJson<{ key: string }>(stage.dataDir, ["key", "create", ...person]);
  const ask = (values: object) =>
    chat(stage.url, key, { model: NAME, messages: [{ role: "user", content: "你好" }], ...values });
  expect((await ask({ top_p: 1 })).status).toBe(400);

  const list = page.getByRole("row").filter({ hasText: NAME });
  await expect(async () => {
    await page.goto(`/admin/models?q=${NAME}`);
    await expect(list.getByText("1 项建议")).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await page.getByRole("link", { name: NAME }).first().click();
  await expect(page.getByText("0.01 ≤ top_p ≤ 0.99")).toBeVisible();
  await expect(page.getByText("top_p must be in (0, 1), got 1.0")).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "接受", exact: true }).click();
  await expect(page.getByText("已接受：0.01 ≤ top_p ≤ 0.99")).toBeVisible();
  const clamped = await ask({ top_p: 1 });
  expect([clamped.status, clamped.headers.get("x-gateway-clamped")]).toEqual([200, "top_p=0.99"]);

  await page.getByRole("button", { name: "编辑约束" }).click();
  await dialog.getByLabel("top_p 最大值").fill("0.005");
  await dialog.getByLabel("temperature 最大值").fill("热");
  await dialog.getByLabel("推荐参数").fill("temperature = 0.6\ntop_k = 20");
  await dialog.locator("button[type=submit]").click();
  await expect(dialog.getByText("需要一个数")).toBeVisible();
  await dialog.getByLabel("temperature 最大值").fill("1.5");
  await dialog.locator("button[type=submit]").click();
  await expect(dialog.getByText("小于最小值")).toBeVisible();
  await dialog.getByLabel("top_p 最大值").fill("0.95");
  await dialog.getByRole("checkbox", { name: "不接受 seed" }).check();
  expect(await seriousFindings(page)).toEqual([]);
  await dialog.locator("button[type=submit]").click();
  await expect(dialog).toBeHidden();
  const bounded = await ask({ top_p: 1, temperature: 2, seed: 7 });
  expect(bounded.headers.get("x-gateway-clamped")).toBe("temperature=1.5, top_p=0.95");
  expect(bounded.headers.get("x-gateway-dropped")).toBe("seed");

  const own = await browser.newContext({ baseURL: stage.url, storageState: stateOf("student"), locale: "zh-CN" });
  const square = await own.newPage();
  await square.goto(`/models?model=${NAME}`);
  await expect(square.getByText("temperature ≤ 1.5：更大的值降到 1.5")).toBeVisible();
  await expect(square.getByText("seed：这个模型不接受")).toBeVisible();
  await expect(square.getByText('"temperature": 0.6')).toBeVisible();
  expect(await seriousFindings(square)).toEqual([]);
  await own.close();
  await context.close();
});
