import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { checkPage } from "../src/check-page.ts";
import { chromiumLaunch } from "../src/chromium.ts";
import { stateOf } from "../src/global-setup.ts";
import { chooseModel, composer, openPlayground } from "../src/playground.ts";
import { expect, test } from "../src/stage.ts";
import { cliJson, runCli } from "../src/system.ts";

/** 64 × 48, as a phone would take it: red at the upper left, blue elsewhere. */
const HEIC =
  "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAAJwAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAAKRtZGF0AAAAmCgBrwT42/Lolrf9Gdf//yt/v/49ty33LILwH4yRpfw55//oO6nhHFL1PSV2Gf+sFVlGDK0G5K87+K4lPcbMVS5SndrctasEkWQXz2mnCyMBFaDz0y4UoHfvH9m4TE73Tpbyc0oDybI0R/oOLo36ZM3/+t/7tynbctTQ3cqtr6IO0KCHfnUucmnturtHp1DVHIfk8KUTRB03";

const MODEL = "e2e-own-echo";
const UNBOUNDED = "e2e-own-unbounded";
/** It runs for more than a minute and a half: nothing done meanwhile takes as long. */
const SLOW = "e2e-own-slow";
const LOCKED = "e2e-own-locked";

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ stage }) => {
  for (const [name, served, group] of [
    ["e2e-own", `${MODEL}=demo-echo,${UNBOUNDED}=demo-echo,${SLOW}=demo-chunks-400-every-250ms`, "default"],
    ["e2e-own-locked", `${LOCKED}=demo-echo`, "vip"],
  ] as const) {
    const added = await runCli(stage.dataDir, [
      ...["channel", "add", "--name", name, "--protocol", "openai", "--url", stage.upstreamUrl],
      ...["--allow-private", "--credential", "sk-e2e-own", "--models", served, "--groups", group],
    ]);
    expect(added.stderr).toBe("");
  }
  for (const name of [MODEL, UNBOUNDED, SLOW, LOCKED]) {
    await cliJson(stage.dataDir, ["model", "price", name, "--input", "1", "--output", "4"]);
  }
  await cliJson(stage.dataDir, ["model", "constraints", MODEL, "--range", "temperature=0..1", "--reject", "seed"]);
});

const presets = (page: Page) => page.getByRole("region", { name: "我的预设" });
const toast = (page: Page) => page.locator(".toast");

async function fromMenu(page: Page, item: string): Promise<void> {
  await page.getByRole("button", { name: "导出与更多" }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

/** In both widths and themes, as it stands. */
async function check(page: Page, what: string): Promise<void> {
  for (const [width, colorScheme] of [
    [360, "dark"],
    [1280, "light"],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await checkPage(page, `${what} at ${width} px`);
  }
}

test("what is set is kept under a name, comes back by / or a press, and says what the model does not take", async ({
  browser,
  stage,
}) => {
  const page = await openPlayground(browser, stage);
  await chooseModel(page, MODEL);
  await page.getByLabel("系统提示").fill("先写定义再推导");
  await page.getByLabel("presence_penalty", { exact: true }).fill("0.5");
  await composer(page).fill("推导下面的结果：");
  await presets(page).getByRole("button", { name: "存为预设" }).click();
  await expect(presets(page)).toContainText("将保存：系统提示, presence_penalty");
  await presets(page).getByRole("button", { name: "保存" }).click();
  await expect(presets(page).getByRole("alert")).toHaveText("还没有填");
  await presets(page).getByLabel("预设名称").fill("热学 推导");
  await presets(page).getByRole("checkbox", { name: "连同输入框里的文字" }).check();
  await checkPage(page, "the form of a preset");
  await presets(page).getByRole("button", { name: "保存" }).click();
  await expect(presets(page).getByRole("button", { name: "热学 推导", exact: true })).toBeVisible();
  await composer(page).fill("");

  // Another session of the same person; nothing is set there.
  await page.reload({ waitUntil: "networkidle" });
  await expect(page.getByLabel("系统提示")).toHaveValue("");
  await composer(page).fill("/热学");
  await expect(page.getByRole("option")).toHaveCount(1);
  await composer(page).press("Enter");
  await expect(composer(page)).toHaveValue("推导下面的结果：");
  await expect(page.getByLabel("系统提示")).toHaveValue("先写定义再推导");
  await expect(page.getByLabel("presence_penalty", { exact: true })).toHaveValue("0.5");
  await toast(page).getByRole("button", { name: "撤销" }).click();
  await expect(page.getByLabel("系统提示")).toHaveValue("");

  // A parameter that the model refuses, and one beyond its bounds: kept while another model was chosen.
  await chooseModel(page, UNBOUNDED);
  await page.getByLabel("seed", { exact: true }).fill("7");
  await page.getByLabel("temperature", { exact: true }).fill("1.8");
  const row = presets(page).getByRole("listitem").filter({ hasText: "热学" });
  await row.getByRole("button", { name: /更多操作/ }).click();
  await page.getByRole("menuitem", { name: "换成现在的设置" }).click();
  await expect(toast(page)).toContainText("已换成现在的设置");
  await chooseModel(page, MODEL);
  await presets(page).getByRole("button", { name: "热学 推导", exact: true }).click();
  await expect(toast(page)).toContainText(`${MODEL} 不收 seed`);
  await expect(toast(page)).toContainText("temperature 1.8（范围 0 – 1）");

  await row.getByRole("button", { name: /更多操作/ }).click();
  await page.getByRole("menuitem", { name: "改名" }).click();
  await page.getByRole("textbox", { name: "改名" }).fill("拟合");
  await page.getByRole("textbox", { name: "改名" }).press("Enter");
  const renamed = presets(page).getByRole("listitem").filter({ hasText: "拟合" });
  await renamed.getByRole("button", { name: /更多操作/ }).click();
  await page.getByRole("menuitem", { name: "删除" }).click();
  await expect(renamed).toHaveCount(0);
  await toast(page).getByRole("button", { name: "撤销" }).click();
  await expect(renamed).toHaveCount(1);
  await check(page, "presets");

  // What is said of it stays open, and Escape still stops an answer.
  await chooseModel(page, SLOW);
  await presets(page).getByRole("button", { name: "拟合", exact: true }).click();
  await composer(page).fill("count");
  await composer(page).press("Enter");
  await expect(page.locator("article.answer")).toContainText("5 6 7");
  await expect(toast(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator("article.answer .turn-foot")).toContainText("已停止");
  await page.context().close();

  // Nobody else has it.
  const ta = await openPlayground(browser, stage, "/playground", { storageState: stateOf("ta") });
  await expect(presets(ta).getByRole("listitem")).toHaveCount(0);
  await ta.context().close();
});

test("a link gives others the settings and the draft, over plain HTTP too; nothing is sent, and a locked model says how to get it", async ({
  browser,
  stage,
}) => {
  // An address that is no localhost: no secure context, so no clipboard of the browser's own.
  const plain = stage.url.replace("127.0.0.1", "lyceum.test").replace("localhost", "lyceum.test");
  const args = [...chromiumLaunch.args, "--host-resolver-rules=MAP lyceum.test 127.0.0.1"];
  const local = await browser.browserType().launch({ ...chromiumLaunch, args });
  const state = (await (await browser.newContext({ storageState: stateOf("student") })).storageState()).cookies;
  const context = await local.newContext({ baseURL: plain, locale: "zh-CN" });
  await context.addCookies(state.map((cookie) => ({ ...cookie, domain: "lyceum.test" })));
  const page = await context.newPage();
  await page.goto("/playground", { waitUntil: "networkidle" });
  await chooseModel(page, MODEL);
  await page.getByLabel("系统提示").fill("Be <b>brief</b>.");
  await page.getByLabel("top_p", { exact: true }).fill("0.5");
  await composer(page).fill("什么是熵？");
  await fromMenu(page, "分享设置…");
  await page.getByRole("checkbox", { name: "连同输入框里的文字" }).check();
  await check(page, "sharing");
  await page.evaluate(() => {
    document.addEventListener("copy", () => {
      const field = document.activeElement as HTMLTextAreaElement;
      document.body.dataset.copied = field.value.slice(field.selectionStart, field.selectionEnd);
    });
  });
  await page.getByRole("button", { name: "复制链接" }).click();
  const link = new URL((await page.evaluate(() => document.body.dataset.copied)) ?? "");
  expect([link.origin, link.pathname, link.search]).toEqual([plain, "/playground", ""]);
  await local.close();

  // Somebody who has to sign in first arrives with it.
  const [, , , , other] = stage.students;
  if (!other) throw new Error("the demo has too few students");
  const reader = await openPlayground(browser, stage, `/playground${link.hash}`, { storageState: undefined });
  const asked: string[] = [];
  reader.on("request", (request) => asked.push(request.url()));
  await reader.getByLabel("学号").fill(other.studentId);
  await reader.getByLabel("密码", { exact: true }).fill(other.password);
  await reader.getByRole("button", { name: "登录" }).click();
  await reader.waitForURL((url) => url.pathname !== "/sign-in");
  if (new URL(reader.url()).pathname === "/terms") {
    await reader.getByRole("checkbox").check();
    await reader.getByRole("button", { name: "同意并继续" }).click();
    await reader.waitForURL((url) => url.pathname !== "/terms");
  }
  if (new URL(reader.url()).pathname !== "/playground") await reader.goto("/playground");
  const dialog = reader.getByRole("dialog", { name: "有人分享了设置" });
  await expect(dialog).toContainText("Be <b>brief</b>.");
  await expect(dialog).toContainText("top_p=0.5");
  await expect(dialog).toContainText("什么是熵？");
  await check(reader, "a link that was opened");
  await dialog.getByRole("button", { name: "采用" }).click();
  await expect(composer(reader)).toHaveValue("什么是熵？");
  await expect(reader.getByLabel("top_p", { exact: true })).toHaveValue("0.5");
  await expect(reader.locator("#model-picker")).toContainText(MODEL);
  await expect(reader.locator(".turn")).toHaveCount(0);
  expect(new URL(reader.url()).hash).toBe("");
  expect(asked.filter((url) => url.includes(link.hash.slice(7)))).toEqual([]);

  const shareOf = (content: object) => `#share=${Buffer.from(JSON.stringify(content)).toString("base64url")}`;
  await reader.goto(`/playground${shareOf({ v: 1, models: [LOCKED, "no-such-model"] })}`);
  await expect(dialog).toContainText(`你还不能用 ${LOCKED}。`);
  await expect(dialog).toContainText("vip 组可用");
  await expect(dialog).toContainText("这里没有模型 no-such-model");
  await expect(dialog.getByRole("link", { name: "怎样得到" }).first()).toHaveAttribute(
    "href",
    `/models?model=${LOCKED}`,
  );
  await dialog.getByRole("button", { name: "不用" }).click();
  await reader.goto(`/playground${link.hash.slice(0, -9)}`);
  await expect(dialog).toContainText("这个链接不完整");
  await reader.context().close();
});

test("a conversation gives a statement for a report, without a word of it unless that is chosen", async ({
  browser,
  stage,
}) => {
  const page = await openPlayground(browser, stage);
  await chooseModel(page, MODEL);
  await page.getByLabel("top_p", { exact: true }).fill("0.5");
  await composer(page).fill("my secret question");
  await composer(page).press("Enter");
  await expect(page.locator("article.answer .turn-foot")).toContainText("TTFT");
  await fromMenu(page, "AI 使用说明…");
  const statement = page.locator(".statement");
  await expect(statement).toContainText(`模型：${MODEL}：1 个回答`);
  await expect(statement).toContainText("时间为 Asia/Shanghai 时区");
  await expect(statement).toContainText("top_p = 0.5");
  await expect(statement).toContainText("提问 1 次，得到 1 个回答");
  await expect(statement).toContainText(stage.url);
  await expect(statement).not.toContainText("secret");
  await check(page, "the statement");
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("button", { name: "Markdown" }).click();
  await page.getByRole("checkbox", { name: "附上我的提问" }).check();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "下载" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("ai-use.md");
  const text = await readFile(await download.path(), "utf8");
  expect(text).toMatch(/^## Statement on the use of AI\n/);
  expect(text).toContain("my secret question");
  await page.context().close();
});

test("files dropped anywhere are taken, those that can't be are named; a HEIC is read; the code's picture is there to save", async ({
  browser,
  stage,
}) => {
  const page = await openPlayground(browser, stage);
  const broken: string[] = [];
  page.on("console", (message) => message.text().includes("Content Security Policy") && broken.push(message.text()));
  await chooseModel(page, "minicpm-v-4.6");
  const files = await page.evaluateHandle((heic) => {
    const bytes = Uint8Array.from(atob(heic), (character) => character.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], "IMG_0001.HEIC", { type: "" }));
    transfer.items.add(new File(["T/K\t300"], "data.csv", { type: "text/csv" }));
    transfer.items.add(new File(["PK"], "archive.zip", { type: "application/zip" }));
    transfer.items.add(new File(["nothing"], "broken.heic", { type: "image/heic" }));
    return transfer;
  }, HEIC);
  const log = page.getByRole("log");
  await log.dispatchEvent("dragenter", { dataTransfer: files });
  await log.dispatchEvent("dragover", { dataTransfer: files });
  await expect(page.getByText("松开，添加到消息")).toBeVisible();
  await log.dispatchEvent("drop", { dataTransfer: files });
  await expect(page.getByText("松开，添加到消息")).toHaveCount(0);
  const picture = page.locator(".composer .attached-image img");
  await expect(picture).toHaveAttribute("alt", "IMG_0001.HEIC", { timeout: 60_000 });
  await expect(page.locator(".composer .attached")).toHaveCount(2);
  const refused = page.getByRole("alert").filter({ hasText: "2 个文件没有添加" });
  await expect(refused).toContainText("archive.zip 不是图片、PDF 或文本");
  await expect(refused).toContainText(/broken\.heic 这张 HEIC 读不了.*iPhone.*Windows.*Mac/);
  const colours = await picture.evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext("2d");
    context?.drawImage(image, 0, 0);
    const at = (x: number, y: number) => [...(context?.getImageData(x, y, 1, 1).data ?? [])].slice(0, 3);
    return { size: [canvas.width, canvas.height], red: at(8, 8), blue: at(50, 40) };
  });
  expect(colours.size).toEqual([64, 48]);
  expect(colours.red[0]).toBeGreaterThan(200);
  expect(colours.blue[2]).toBeGreaterThan(200);
  expect(broken).toEqual([]);
  await check(page, "refused files");
  await refused.getByRole("button", { name: "关闭" }).click();

  await composer(page).fill("图里是什么？");
  await expect(page.locator(".ctx")).toContainText(/\d/);
  await fromMenu(page, "查看代码");
  const save = page.getByRole("dialog").getByRole("link", { name: "IMG_0001.jpg" });
  await expect(page.getByRole("dialog")).toContainText("base64 < 'IMG_0001.jpg'");
  await expect(page.getByRole("dialog")).toContainText("T/K");
  await check(page, "code with a picture");
  const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
  expect(download.suggestedFilename()).toBe("IMG_0001.jpg");
  expect([...(await readFile(await download.path())).subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
  await page.context().close();
});

test("the policy that lets WebAssembly run is the worker's alone", async ({ browser, stage }) => {
  const page = await openPlayground(browser, stage);
  const policyOf = async (path: string) =>
    (await page.request.get(path)).headers()["content-security-policy"] ?? "none";
  expect(await policyOf("/playground")).not.toContain("wasm-unsafe-eval");
  expect(await policyOf("/playground/heic/worker.js")).toBe(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
  );
  expect((await page.request.get("/playground/heic/LICENSE")).status()).toBe(200);
  expect((await page.request.get("/playground/heic/package.json")).status()).toBe(404);
  await page.context().close();
  const out = await openPlayground(browser, stage, "/sign-in", { storageState: undefined });
  expect((await out.request.get("/playground/heic/worker.js")).status()).toBe(401);
  await out.context().close();
});

test("on a phone a conversation is renamed and deleted in its panel, and what was done is seen above it", async ({
  browser,
  stage,
}) => {
  const page = await openPlayground(browser, stage, "/playground", { viewport: { width: 360, height: 780 } });
  await chooseModel(page, MODEL);
  await composer(page).fill("from a phone");
  await composer(page).press("Enter");
  await expect(page.locator("article.answer .turn-foot")).toContainText("TTFT");
  await page.getByRole("button", { name: "历史对话" }).first().click();
  const chats = page.locator("#chats");
  await chats.getByRole("button", { name: /^from a phone.*更多操作/ }).click();
  await page.getByRole("menuitem", { name: "改名" }).click();
  await chats.getByRole("textbox", { name: "改名" }).pressSequentially("手机上");
  await chats.getByRole("textbox", { name: "改名" }).press("Enter");
  await chats.getByRole("button", { name: /手机上.*更多操作/ }).click();
  await page.getByRole("menuitem", { name: "删除" }).click();
  await expect(toast(page)).toContainText("已删除");
  await toast(page).getByRole("button", { name: "撤销" }).click();
  await expect(chats.locator(".chat").filter({ hasText: "手机上" })).toHaveCount(1);
  await page.context().close();
});
