import { readFile } from "node:fs/promises";
import type { Browser, Page } from "@playwright/test";
import { chat } from "../src/campus.ts";
import { checkPage } from "../src/check-page.ts";
import { stateOf } from "../src/global-setup.ts";
import { expect, type Stage, test } from "../src/stage.ts";

test.describe.configure({ mode: "serial" });

const MODEL = "glm-4-9b";

async function openKeys(browser: Browser, stage: Stage): Promise<Page> {
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("student"), locale: "zh-CN" });
  const page = await context.newPage();
  await page.goto("/keys");
  return page;
}

const dialog = (page: Page) => page.getByRole("dialog");
const shown = async (page: Page) =>
  (await dialog(page)
    .getByText(/^sk-ly-[0-9A-Za-z]{46}$/)
    .first()
    .textContent()) ?? "";
const row = (page: Page, name: string) => page.getByRole("row", { name: new RegExp(name) });
const close = (page: Page) => dialog(page).getByRole("button", { name: "我已保存，关闭" }).click();

/** Makes a key and returns it; the dialog that shows it stays open. */
async function make(page: Page, name: string): Promise<string> {
  await page.getByRole("button", { name: "创建密钥" }).first().click();
  await dialog(page).getByLabel("名称").fill(name);
  await dialog(page).getByRole("button", { name: "创建密钥" }).click();
  return shown(page);
}

async function choose(page: Page, name: string, act: string): Promise<void> {
  await row(page, name).getByRole("button").last().click();
  await page.getByRole("menuitem", { name: act }).click();
}

function asker(stage: Stage) {
  return async (key: string, { model = MODEL, path = "" } = {}) => {
    const body = { model, max_tokens: 4, messages: [{ role: "user", content: "x" }] };
    const reply = await chat(`${stage.url}${path}`, key, body);
    const text = await reply.text();
    return reply.status === 200 ? 200 : (/"code":"(\w+)"/.exec(text)?.[1] ?? reply.status);
  };
}

test("a key is rolled with a day of overlap, then at once", async ({ browser, stage }) => {
  const page = await openKeys(browser, stage);
  const ask = asker(stage);
  const first = await make(page, "轮换");
  await close(page);

  await choose(page, "轮换", "更换");
  await checkPage(page, "the dialog of rolling");
  await dialog(page).getByRole("button", { name: "更换" }).click();
  await expect(dialog(page).getByText(/旧密钥有效至/)).toBeVisible();
  const second = await shown(page);
  await checkPage(page, "a key that was rolled");
  await close(page);
  await expect(row(page, "轮换").getByText(/旧密钥到/)).toBeVisible();
  expect([await ask(first), await ask(second)]).toEqual([200, 200]);

  await choose(page, "轮换", "更换");
  // The first one, which some program may still use, would not outlive this.
  await expect(dialog(page).getByText(/再次更换会让那一把立即失效/)).toBeVisible();
  await dialog(page).getByLabel("旧密钥立即失效").check();
  await dialog(page).getByRole("button", { name: "更换" }).click();
  await expect(dialog(page).getByText(/旧密钥已失效/)).toBeVisible();
  const third = await shown(page);
  await close(page);
  expect([await ask(second), await ask(third)]).toEqual(["invalid_key", 200]);
  await page.context().close();
});

test("a key that somebody found is frozen without signing in, and its owner replaces it", async ({
  browser,
  stage,
  page,
}) => {
  const own = await openKeys(browser, stage);
  const ask = asker(stage);
  const secret = await make(own, "泄露");
  await close(own);
  expect(await ask(secret)).toBe(200);

  await page.goto("/leaked");
  const field = page.getByLabel("密钥", { exact: true });
  expect(await field.getAttribute("autocomplete")).toBe("off");
  await field.fill(secret.slice(0, 40));
  await page.getByRole("button", { name: "停用这把密钥" }).click();
  await expect(page.getByText("这不是 Lyceum 的密钥。")).toBeVisible();
  await field.fill(secret);
  await page.getByRole("button", { name: "停用这把密钥" }).click();
  await expect(page.getByText(/已停用。\s*它的主人已收到通知/)).toBeVisible();
  await expect(field).toHaveValue("");
  expect(page.url()).not.toContain("sk-ly-");
  await checkPage(page, "/leaked, answered");
  expect(await ask(secret)).toBe("key_leaked");

  await own.reload();
  await expect(row(own, "泄露").getByText("已泄露")).toBeVisible();
  await row(own, "泄露").getByRole("button").last().click();
  await expect(own.getByRole("menuitem")).toHaveText(["更换", "删除"]);
  await own.keyboard.press("Escape");
  await checkPage(own, "keys, one of them leaked");
  await own.getByRole("button", { name: "更换 泄露" }).click();
  await dialog(own).getByRole("button", { name: "更换" }).click();
  const next = await shown(own);
  await close(own);
  expect([await ask(secret), await ask(next)]).toEqual(["invalid_key", 200]);
  await expect(own.getByRole("button", { name: "更换 泄露" })).toBeHidden();
  await own.context().close();
});

test("one press connects Chatbox with a key of its own, which no address of ours ever holds", async ({
  browser,
  stage,
}) => {
  const page = await openKeys(browser, stage);
  const addresses: string[] = [];
  page.on("request", (request) => addresses.push(request.url()));
  await page.getByRole("button", { name: "连接 Chatbox" }).click();
  const secret = await shown(page);
  const link = (await dialog(page).getByRole("link", { name: "打开 Chatbox" }).getAttribute("href")) ?? "";
  const config = new URL(link).searchParams.get("config") ?? "";
  const { settings } = JSON.parse(Buffer.from(config, "base64").toString("utf8"));
  expect(settings).toMatchObject({ apiHost: stage.url, apiPath: "/v1/chat/completions", apiKey: secret });
  expect(settings.models.length).toBeGreaterThan(0);
  await checkPage(page, "connecting Chatbox");
  const body = { model: settings.models[0].modelId, max_tokens: 4, messages: [{ role: "user", content: "x" }] };
  expect((await chat(settings.apiHost, settings.apiKey, body)).status).toBe(200);
  await expect(dialog(page).getByText(/收到第一个请求.*200/)).toBeVisible();
  await close(page);
  await expect(row(page, "Chatbox")).toBeVisible();
  expect(addresses.filter((address) => address.includes(secret.slice(6, 40)))).toEqual([]);
  await page.context().close();
});

test("whoever waits for the first request hears what was wrong with the one that came", async ({ browser, stage }) => {
  const page = await openKeys(browser, stage);
  const ask = asker(stage);
  const secret = await make(page, "第一次");
  const told = dialog(page).getByRole("status");
  expect(await ask(secret, { path: "/v1" })).toBe("not_found");
  await expect(told.getByText("POST /v1/v1/chat/completions")).toBeVisible();
  await expect(told.getByText(/去掉 \/v1/)).toBeVisible();
  expect(await ask(secret.slice(0, 50))).toBe("invalid_key");
  await expect(told.getByText(/少了或错了字符/)).toBeVisible();
  expect(await ask(secret, { model: "glm-4-9bb" })).toBe("model_not_found");
  await expect(told.getByText(/glm-4-9b。/)).toBeVisible();
  await checkPage(page, "a first request that was refused");
  expect(await told.getByRole("link").getAttribute("href")).toBe("/models");
  expect(await ask(secret)).toBe(200);
  await expect(told.getByText(/收到第一个请求.*200/)).toBeVisible();
  await page.context().close();
});

test("several keys are made at once and saved as a file", async ({ browser, stage }) => {
  const page = await openKeys(browser, stage);
  await page.getByRole("button", { name: "创建多把" }).click();
  await dialog(page).getByLabel("名称，每行一个").fill("机房一\n机房二\n机房一");
  await dialog(page).getByRole("button", { name: "创建 3 把密钥" }).click();
  await expect(dialog(page).getByText(/「机房一」出现了两次/)).toBeVisible();
  await dialog(page).getByLabel("名称，每行一个").fill("机房一\n机房二");
  await checkPage(page, "the dialog of several keys");
  await dialog(page).getByRole("button", { name: "创建 2 把密钥" }).click();
  await expect(dialog(page).getByText("已创建 2 把密钥")).toBeVisible();
  await checkPage(page, "several keys, shown once");
  const download = page.waitForEvent("download");
  await dialog(page).getByRole("button", { name: "保存 CSV" }).click();
  const text = await readFile((await (await download).path()) ?? "", "utf8");
  const lines = text.trimEnd().split("\r\n");
  expect(lines.map((line) => line.split(",")[0])).toEqual(["\uFEFF名称", "机房一", "机房二"]);
  expect(await asker(stage)(lines[2]?.split(",")[1] ?? "")).toBe(200);
  await page.context().close();
});

test("a key is bound to a network, and a line that is none is named at the field", async ({ browser, stage }) => {
  const page = await openKeys(browser, stage);
  await page.getByRole("button", { name: "创建密钥" }).first().click();
  await dialog(page).getByLabel("名称").fill("本机");
  await dialog(page).getByText("来源限制").click();
  await dialog(page)
    .getByLabel(/允许的地址或网段/)
    .fill("10.1.2.3/16");
  await dialog(page).getByRole("button", { name: "创建密钥" }).click();
  await expect(dialog(page).getByText(/「10.1.2.3\/16」不是地址或网段/)).toBeVisible();
  await dialog(page)
    .getByLabel(/允许的地址或网段/)
    .fill("");
  await dialog(page)
    .getByRole("button", { name: /加上现在的地址/ })
    .click();
  await checkPage(page, "the networks of a key");
  await dialog(page).getByRole("button", { name: "创建密钥" }).click();
  const secret = await shown(page);
  await close(page);
  await expect(row(page, "本机").getByText(/仅限/)).toBeVisible();
  expect(await asker(stage)(secret)).toBe(200);
  await page.context().close();
});
