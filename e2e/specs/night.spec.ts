import { startDemoUpstream } from "@lyceum/demo-upstream";
import type { Browser, Locator } from "@playwright/test";
import { chat } from "../src/campus.ts";
import { seriousFindings } from "../src/check-page.ts";
import { stateOf } from "../src/global-setup.ts";
import { expect, type Stage, test } from "../src/stage.ts";
import { cliJson } from "../src/system.ts";

const GOOD = "sk-night-good-000001";
const OTHER = "sk-night-other-00002";

/** One person's key, and an upstream of the test's own that two channels serve. */
async function setScene(stage: Stage, name: string, credential: string) {
  const upstream = await startDemoUpstream({ credential: [GOOD, OTHER] });
  const add = (channel: string, model: string, secret: string) =>
    cliJson(stage.dataDir, [
      ...["channel", "add", "--name", channel, "--url", `${upstream.url}/v1`, "--allow-private"],
      ...["--credential", secret, "--models", `${model}=demo-text`],
    ]);
  await add(`${name}-gpu`, `${name}-old`, credential);
  await add(`${name}-cloud`, `${name}-new`, OTHER);
  for (const model of [`${name}-old`, `${name}-new`]) await cliJson(stage.dataDir, ["model", "price", model, "--free"]);
  const student = stage.students[9]?.studentId ?? "";
  const person = ["--student-id", student, "--name", name, "--group", "default"];
  const { key } = await cliJson<{ key: string }>(stage.dataDir, ["key", "create", ...person]);
  const ask = async (model: string) => {
    const reply = await chat(stage.url, key, { model, messages: [{ role: "user", content: "你好" }] });
    await reply.text();
    return reply.status;
  };
  return { upstream, ask };
}

/** A student's square leaves out what nobody can call, and shows it on demand. */
async function seeAway(browser: Browser, stage: Stage) {
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("student"), locale: "zh-CN" });
  const square = await context.newPage();
  await square.goto("/models?q=night-old");
  const card = square.getByRole("link", { name: "night-old", exact: true });
  await expect(square.getByText(/有 1 个模型暂时不可用/)).toBeVisible();
  await expect(card).toHaveCount(0);
  await square.getByRole("link", { name: "显示", exact: true }).click();
  await expect(card).toBeVisible();
  expect(await seriousFindings(square)).toEqual([]);
  await context.close();
}

/** Presses like an admin at 08:30 and counts how often. */
function counter() {
  let clicks = 0;
  return {
    press: async (what: Locator) => {
      clicks += 1;
      await what.click();
    },
    clicks: () => clicks,
  };
}

test("a model breaks in the night; in the morning it is retired for another one, and the note takes that back", async ({
  browser,
  stage,
}) => {
  const { upstream, ask } = await setScene(stage, "night", GOOD);
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("admin"), locale: "zh-CN" });
  const page = await context.newPage();
  try {
    expect(await ask("night-old")).toBe(200);
    upstream.disguise({ credential: GOOD }, "demo-403");
    expect(await ask("night-old")).not.toBe(200);
    const cell = page.getByRole("link", { name: /night-old × night-gpu：\s*熔断/ });
    await expect(async () => {
      await page.goto("/admin/health?q=night-");
      await expect(cell).toBeVisible({ timeout: 1_000 });
    }).toPass();
    upstream.disguise({ credential: GOOD }, null);
    await expect(page.getByRole("row", { name: /night-old/ }).getByText("全部不可用")).toBeVisible();
    await expect(page.getByRole("link", { name: /健康.*处有问题/ }).first()).toBeVisible();
    await seeAway(browser, stage);

    const { press, clicks } = counter();
    await press(cell);
    const sheet = page.getByRole("complementary");
    await expect(sheet.getByText("上游拒绝访问").first()).toBeVisible();
    await expect(sheet.getByText(/403/).first()).toBeVisible();
    await expect(sheet).not.toContainText(GOOD);
    expect(await seriousFindings(page)).toEqual([]);
    await press(sheet.getByRole("button", { name: "下线", exact: true }));
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("接替的模型").selectOption({ label: "night-new" });
    await press(dialog.getByRole("button", { name: "下线 night-old" }));
    await expect(page.getByText(/已下线 night-old/)).toBeVisible();
    expect(clicks()).toBeLessThanOrEqual(4);
    expect(await ask("night-old")).toBe(200);

    await page.goto("/admin");
    const line = (text: string) => page.getByRole("listitem").filter({ hasText: text });
    await expect(line("night-old × night-gpu 熔断")).toBeVisible();
    const retired = line("night-old 下线");
    await expect(retired).toContainText("由 night-new 接替");
    await retired.getByRole("button", { name: /^撤销/ }).click();
    await expect(page.getByText("已撤销：取消下线")).toBeVisible();
    await expect(retired.getByText("已撤销")).toBeVisible();
    // Back, and still out: now it is used again by hand.
    expect(await ask("night-old")).not.toBe(200);
    await line("night-old × night-gpu 熔断").getByRole("button", { name: /^撤销/ }).click();
    await expect.poll(() => ask("night-old")).toBe(200);
    expect(await seriousFindings(page)).toEqual([]);
  } finally {
    await context.close();
    await upstream.close();
  }
});

test("a key is not taken; in four clicks it is replaced, tested and in use", async ({ browser, stage }) => {
  const { upstream, ask } = await setScene(stage, "key", "sk-night-revoked-01");
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("admin"), locale: "zh-CN" });
  const page = await context.newPage();
  try {
    expect(await ask("key-old")).not.toBe(200);
    const cell = page.getByRole("link", { name: /key-old × key-gpu：\s*凭据不可用/ });
    await expect(async () => {
      await page.goto("/admin/health?q=key-");
      await expect(cell).toBeVisible({ timeout: 1_000 });
    }).toPass();
    const { press, clicks } = counter();
    await press(cell);
    const sheet = page.getByRole("complementary");
    await expect(sheet.getByText(/上游不认这个凭据/).first()).toBeVisible();
    await press(sheet.getByRole("button", { name: "更换密钥" }));
    await page.getByRole("dialog").getByLabel("新密钥").fill(GOOD);
    await page.keyboard.press("Enter");
    await expect(page.getByText("已更换密钥")).toBeVisible();
    await press(sheet.getByRole("button", { name: "测试", exact: true }));
    await expect(sheet.getByText("通过", { exact: true })).toBeVisible();
    expect(clicks()).toBeLessThanOrEqual(4);
    await expect.poll(() => ask("key-old")).toBe(200);
  } finally {
    await context.close();
    await upstream.close();
  }
});
