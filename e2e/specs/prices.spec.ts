import type { Browser, Page } from "@playwright/test";
import { chat, type ErrorBody } from "../src/campus.ts";
import { checkPage } from "../src/check-page.ts";
import { stateOf } from "../src/global-setup.ts";
import { expect, type Stage, test } from "../src/stage.ts";
import { cliJson } from "../src/system.ts";

const asks = [{ role: "user", content: "用一句话解释熵" }];

async function pageOf(browser: Browser, stage: Stage, role: "admin" | "student"): Promise<Page> {
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf(role), locale: "zh-CN" });
  return context.newPage();
}

/** A channel to the demo upstream with these models, open to the default group and without a price. */
async function offer(stage: Stage, name: string, models: string): Promise<void> {
  const address = ["--url", stage.upstreamUrl, "--allow-private"];
  await cliJson(stage.dataDir, ["channel", "add", "--name", name, "--models", models, ...address]);
}

test("an admin prices long inputs; the student's square, receipt and CSV name the tier and add up", async ({
  browser,
  stage,
}) => {
  await offer(stage, "e2e-tiers", "e2e-tiers=demo-classes-200000-500");
  const admin = await pageOf(browser, stage, "admin");
  await admin.goto("/admin/models?q=e2e-tiers");
  await admin.getByRole("link", { name: "e2e-tiers" }).first().click();
  await admin.getByRole("button", { name: "定价", exact: true }).first().click();
  const dialog = admin.getByRole("dialog");
  await dialog.getByLabel("输入", { exact: true }).fill("0.2");
  await dialog.getByLabel("输出", { exact: true }).fill("0.8");
  await dialog.getByLabel("缓存输入").fill("0.04");
  await dialog.getByLabel("每次请求").fill("0.001");
  for (const number of [1, 2]) {
    await dialog.getByRole("button", { name: "添加一档" }).click();
    const tier = dialog.getByRole("group", { name: `第 ${number} 档` });
    await expect(tier.getByLabel("输入超过")).toBeFocused();
    await tier.getByLabel("输入超过").fill("128000");
    await tier.getByLabel("输入", { exact: true }).fill("0.4");
    await tier.getByLabel("输出", { exact: true }).fill("1.6");
  }
  // Said at the field that is wrong, and nothing typed is lost.
  await dialog.locator("button[type=submit]").click();
  await expect(dialog.getByText("应比前一档更长")).toBeVisible();
  await dialog.getByRole("button", { name: "去掉第 2 档" }).click();
  const tier = dialog.getByRole("group", { name: "第 1 档" });
  await tier.getByLabel("缓存输入").fill("0.1");
  await expectLegible(admin);
  await dialog.locator("button[type=submit]").click();
  await expect(dialog).toBeHidden();
  await expect(admin.getByRole("heading", { name: "输入 > 128 k" })).toBeVisible();
  await expect(admin.getByRole("row", { name: /输入 > 128 k/ })).toContainText("0.40");
  await admin.context().close();

  const student = await pageOf(browser, stage, "student");
  await student.goto("/models?q=e2e-tiers");
  await expect(student.getByText("128 k 起：输入 ¥0.40，输出 ¥1.60")).toBeVisible();
  const key = stage.students[0]?.key ?? "";
  const answer = await chat(stage.url, key, { model: "e2e-tiers", max_tokens: 500, messages: asks });
  expect(answer.status).toBe(200);
  const { id } = await newestRequest(student, "e2e-tiers");
  const receipt = student.getByRole("table", { name: "费用计算" });
  await expect(receipt.getByRole("columnheader", { name: "输入 > 128 k 档" })).toBeVisible();
  await expectLegible(student);
  const amounts: number[] = [];
  for (const row of await receipt.locator("tbody").first().getByRole("row").all())
    amounts.push(Number(await row.getByRole("cell").last().textContent()));
  expect(amounts).toHaveLength(8);
  const subtotal = amounts.reduce((sum, amount) => sum + amount, 0);
  // 50,000 × 0.4, 80,000 × 0.1, 40,000, 20,000 and 10,000 × 0.4, 500 × 1.6 a million, and the fee.
  expect(subtotal).toBeCloseTo(0.02 + 0.008 + 0.028 + 0.0008 + 0.001, 9);
  await expect(receipt.getByRole("row", { name: "小计" }).getByRole("cell")).toHaveText("0.0578000");

  const csv = await (await student.request.get("/usage/export?period=today")).text();
  const [head = "", ...lines] = csv.replace("\uFEFF", "").trim().split("\r\n");
  const cells = lines.find((line) => line.startsWith(id))?.split(",") ?? [];
  const cell = (name: string) => cells[head.split(",").indexOf(name)];
  expect([cell("tier_above_tokens"), cell("cached_input_price"), cell("cost")]).toEqual(["128000", "0.1", "0.0578"]);
  await student.context().close();
});

test("a model without a price is used by consent: where the admin allows it and the student has switched it on", async ({
  browser,
  stage,
}) => {
  await offer(stage, "e2e-unpriced", "e2e-unpriced=demo-text");
  const admin = await pageOf(browser, stage, "admin");
  const student = await pageOf(browser, stage, "student");
  const key = stage.students[0]?.key ?? "";
  const ask = async () => {
    const reply = await chat(stage.url, key, { model: "e2e-unpriced", messages: asks });
    return reply.status === 200 ? "ok" : ((await reply.json()) as ErrorBody).error.code;
  };
  const allow = async (allowed: boolean) => {
    await admin.goto("/admin/settings");
    const tick = admin.getByLabel("允许使用没有价格的模型");
    await tick.setChecked(allowed);
    await tick.locator("xpath=ancestor::form").locator("button[type=submit]").click();
    await expect(admin.getByText(/已保存|已更新/).first()).toBeVisible();
  };
  const theSwitch = student.getByLabel("允许我的密钥使用还没有价格的模型");

  expect(await ask()).toBe("model_unpriced");
  await student.goto("/balance");
  await expect(student.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(theSwitch).toHaveCount(0);
  await allow(true);
  await student.goto("/models?q=e2e-unpriced");
  await expect(student.getByText(/可以在余额页允许/)).toBeVisible();
  expect(await ask()).toBe("model_unpriced");

  await student.goto("/balance");
  await theSwitch.click();
  await expect(student.getByText("已允许没有价格的模型")).toBeVisible();
  expect(await ask()).toBe("ok");
  await newestRequest(student, "e2e-unpriced");
  await expect(student.getByText("这个模型没有价格，不扣款")).toBeVisible();
  await expect(student.getByRole("cell", { name: "未定价" }).first()).toBeVisible();

  await student.goto("/balance");
  await theSwitch.click();
  await expect(student.getByText("已不再使用没有价格的模型")).toBeVisible();
  expect(await ask()).toBe("model_unpriced");
  await allow(false);
  await student.goto("/balance");
  await expect(student.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(theSwitch).toHaveCount(0);
  await admin.context().close();
  await student.context().close();
});

/** Nothing serious to axe and nothing wider than the window, on a desk and on a phone, light and dark. */
async function expectLegible(page: Page): Promise<void> {
  const before = page.viewportSize();
  for (const [width, theme] of [
    [1280, "light"],
    [360, "dark"],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.locator("html").evaluate((html, value) => html.setAttribute("data-theme", value), theme);
    await checkPage(page, `prices, ${width} px, ${theme}`);
  }
  if (before !== null) await page.setViewportSize(before);
}

/** Opens the receipt of the newest request to a model. */
async function newestRequest(page: Page, model: string): Promise<{ id: string }> {
  await page.goto("/usage?period=today");
  await page
    .getByRole("row")
    .filter({ hasText: model })
    .filter({ has: page.getByRole("link") })
    .first()
    .getByRole("link")
    .click();
  await expect(page.getByRole("heading", { name: "收据" })).toBeVisible();
  const id = new URL(page.url()).searchParams.get("request");
  if (id === null) throw new Error("the address names no request");
  return { id };
}
