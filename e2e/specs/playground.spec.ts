import type { Page } from "@playwright/test";
import { checkPage } from "../src/check-page.ts";
import { type Stage, stateOf } from "../src/global-setup.ts";
import { ask, chooseModel, composer, openPlayground, settled } from "../src/playground.ts";
import { expect, test } from "../src/stage.ts";
import { cliJson, runCli } from "../src/system.ts";

/** Asked for by this spec alone: what the upstream got last for it is of this spec. */
const echo = "demo-echo-every-1ms";
const models = {
  "e2e-pg-echo": echo,
  // Half a minute: long enough to be stopped, and to be queued behind, on a busy machine.
  "e2e-pg-slow": "demo-chunks-400-every-75ms",
  "e2e-pg-thinks": "demo-reasoning",
};
const vision = "minicpm-v-4.6";

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ stage }) => {
  const served = Object.entries(models).map(([name, upstream]) => `${name}=${upstream}`);
  const added = await runCli(stage.dataDir, [
    ...["channel", "add", "--name", "e2e-playground", "--protocol", "openai", "--url", stage.upstreamUrl],
    ...["--allow-private", "--credential", "sk-e2e-pg", "--models", served.join(","), "--groups", "default"],
  ]);
  expect(added.stderr).toBe("");
  for (const name of Object.keys(models)) {
    await cliJson(stage.dataDir, ["model", "price", name, "--input", "1", "--output", "4"]);
  }
});

const answers = (page: Page) => page.locator("article.answer");

type Logged = { model?: string; body?: string };

/** What the upstream got last for a model. */
async function upstreamSaw(stage: Stage, model: string): Promise<string> {
  const origin = new URL(stage.upstreamUrl).origin;
  const log = (await (await fetch(`${origin}/__demo/requests?last=100`)).json()) as Logged[];
  const seen = log.findLast((each) => each.model === model);
  return Buffer.from(seen?.body ?? "", "base64").toString();
}

test("a question is answered, with its numbers; the request holds nothing that nobody typed", async ({
  browser,
  stage,
}) => {
  const page = await openPlayground(browser, stage);
  await chooseModel(page, "e2e-pg-echo");
  await ask(page, "能量 $E = mc^2$，**重点**");
  await settled(page);
  const answer = answers(page).first();
  await expect(answer.locator(".katex")).toHaveCount(1);
  await expect(answer.locator("strong")).toHaveText("重点");
  await expect(answer.locator(".turn-foot")).toContainText(/输入 \d+.*输出 \d+/);
  await expect(answer.locator(".turn-foot")).toContainText(/¥0\.0\d+/);
  await expect(answer.locator(".turn-foot")).toContainText("TTFT");
  await expect(page.getByRole("status").filter({ hasText: "回答完成" })).toHaveCount(1);
  expect(new URL(page.url()).pathname).toMatch(/^\/playground\/[\da-f-]{36}$/);
  const first = await upstreamSaw(stage, echo);
  expect(first).toContain("重点");
  expect(first).not.toMatch(/top_p|temperature|seed|max_tokens|stop"/);

  await page.getByLabel("top_p", { exact: true }).fill("0.5");
  await ask(page, "again");
  await settled(page);
  expect(await upstreamSaw(stage, echo)).toMatch(/"top_p":\s*0\.5/);

  // What is asked again is asked as the panel says by then, and so is what is asked in other words.
  await page.getByLabel("top_p", { exact: true }).fill("0.25");
  await page.getByLabel("系统提示").fill("only in words");
  await answers(page).nth(1).getByRole("button", { name: "重新生成", exact: true }).click();
  await expect(answers(page).nth(1).locator(".branches")).toContainText("2 / 2");
  await settled(page);
  expect(await upstreamSaw(stage, echo)).toMatch(/"top_p":\s*0\.25/);
  expect(await upstreamSaw(stage, echo)).toContain("only in words");
  await page.getByLabel("top_p", { exact: true }).fill("0.75");

  // Editing asks anew beside the old question; both branches stay.
  await page.locator(".turn.me").nth(1).hover();
  await page.locator(".turn.me").nth(1).getByRole("button", { name: "修改", exact: true }).click();
  await page.getByRole("textbox", { name: "修改内容" }).fill("in other words");
  await page.getByRole("button", { name: "保存并重问" }).click();
  await expect(answers(page).nth(1)).toContainText("in other words");
  await settled(page);
  expect(await upstreamSaw(stage, echo)).toMatch(/"top_p":\s*0\.75/);
  const edited = page.locator(".turn.me").nth(1);
  await expect(edited.locator(".branches")).toContainText("2 / 2");
  await edited.getByRole("button", { name: "上一个版本" }).click();
  await expect(answers(page).nth(1)).toContainText("again");

  // What is set stays with the conversation, asked or not.
  await page.getByLabel("系统提示").fill("in SI units");
  const stored = new URL(page.url()).pathname.replace("/playground/", "/playground/conversations/");
  await expect.poll(async () => (await page.request.get(stored)).text()).toContain("in SI units");
  await page.reload({ waitUntil: "networkidle" });
  await expect(page.getByLabel("系统提示")).toHaveValue("in SI units");
  await expect(page.getByLabel("top_p", { exact: true })).toHaveValue("0.75");
  await page.context().close();
});

test("Stop keeps what is there; a closed tab finds its answer; a message waits its turn", async ({
  browser,
  stage,
}) => {
  const page = await openPlayground(browser, stage);
  await chooseModel(page, "e2e-pg-slow");
  await ask(page, "count");
  await expect(answers(page).first()).toContainText("5 6 7");
  await page.keyboard.press("Escape");
  await settled(page);
  await expect(answers(page).first().locator(".turn-foot")).toContainText("已停止");
  await expect(answers(page).first()).not.toContainText("399");

  await ask(page, "count again");
  await expect(answers(page).nth(1)).toContainText("5 6 7");
  await composer(page).fill("next one");
  await page.getByRole("button", { name: "排队" }).click();
  await expect(page.getByRole("list", { name: "排队的消息" })).toContainText("next one");
  const address = page.url();
  await page.close();

  const back = await openPlayground(browser, stage, new URL(address).pathname);
  await expect(answers(back).nth(1)).toContainText("398 399", { timeout: 120_000 });
  await expect(back.locator(".turn.me").nth(2)).toContainText("next one");
  await expect(answers(back).nth(2)).toContainText("5 6 7");
  await back.keyboard.press("Escape");
  await settled(back);
  await back.context().close();
});

test("an input method's Enter chooses a word and sends nothing; the draft survives a reload", async ({
  browser,
  stage,
}) => {
  const page = await openPlayground(browser, stage);
  const client = await page.context().newCDPSession(page);
  await composer(page).focus();
  await client.send("Input.imeSetComposition", { text: "shang", selectionStart: 5, selectionEnd: 5 });
  await client.send("Input.dispatchKeyEvent", {
    ...{ type: "rawKeyDown", key: "Enter", code: "Enter", windowsVirtualKeyCode: 229 },
  });
  await client.send("Input.insertText", { text: "熵" });
  await expect(composer(page)).toHaveValue("熵");
  await expect(page.locator(".turn")).toHaveCount(0);
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("是什么");
  await expect(composer(page)).toHaveValue("熵\n是什么");
  await page.reload({ waitUntil: "networkidle" });
  await expect(composer(page)).toHaveValue("熵\n是什么");
  await composer(page).fill("");
  await page.context().close();
});

test("a picture is shown, sent to a model that sees, and named as left out to one that doesn't", async ({
  browser,
  stage,
}) => {
  const page = await openPlayground(browser, stage);
  await page.getByRole("button", { name: /图里是什么循环/ }).click();
  await expect(page.locator(".composer .attached-image img")).toBeVisible();
  await expect(page.locator("#model-picker")).toContainText(vision);
  await chooseModel(page, "e2e-pg-echo");
  await expect(page.getByText("图片 1 张不发送")).toBeVisible();
  await page.getByRole("button", { name: new RegExp(`换到 ${vision}`) }).click();
  await composer(page).press("Enter");
  await expect(answers(page).locator(".turn-foot")).toContainText("TTFT");
  expect(await upstreamSaw(stage, vision)).toMatch(/data:image\/png;base64,/);
  await page.context().close();
});

const code = 'def f(x):\n\treturn "$x$  **y**"\n\n\n\tif x: `~`  # 熵';

test("code is copied byte for byte, over plain HTTP too", async ({ browser, stage }) => {
  // An address that is no localhost: no secure context, so no clipboard of the browser's own.
  const plain = stage.url.replace("127.0.0.1", "lyceum.test").replace("localhost", "lyceum.test");
  const { port } = new URL(plain);
  const local = await browser.browserType().launch({
    ...{ executablePath: process.env.LYCEUM_CHROMIUM ?? "/usr/bin/chromium" },
    args: ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP lyceum.test 127.0.0.1"],
  });
  const context = await local.newContext({ baseURL: plain, locale: "zh-CN" });
  const state = (await (await browser.newContext({ storageState: stateOf("student") })).storageState()).cookies;
  await context.addCookies(state.map((cookie) => ({ ...cookie, domain: "lyceum.test" })));
  const page = await context.newPage();
  await page.goto("/playground", { waitUntil: "networkidle" });
  expect(await page.evaluate(() => [isSecureContext, "clipboard" in navigator]), port).toEqual([false, false]);
  await chooseModel(page, "e2e-pg-echo");
  await composer(page).fill(`\`\`\`python\n${code}\n\`\`\``);
  await composer(page).press("Enter");
  const block = answers(page).locator(".code").first();
  await expect(block).toBeVisible();
  await settled(page);
  await page.evaluate(() => {
    document.addEventListener("copy", () => {
      const field = document.activeElement as HTMLTextAreaElement;
      document.body.dataset.copied = field.value.slice(field.selectionStart, field.selectionEnd);
    });
  });
  await block.getByRole("button", { name: "复制" }).click();
  await expect(block.getByRole("status")).toHaveText("已复制");
  expect(await page.evaluate(() => document.body.dataset.copied)).toBe(code);
  await local.close();
});

test("where one writes is on the screen at every width, and the navigation makes room", async ({ browser, stage }) => {
  const page = await openPlayground(browser, stage);
  for (const [width, navigation] of [
    [1280, 56],
    [900, 56],
    [360, 0],
  ] as const) {
    await page.setViewportSize({ width, height: 700 });
    await expect(page.getByRole("textbox", { name: "消息" })).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole("button", { name: "发送" })).toBeInViewport({ ratio: 1 });
    const boxes = await page
      .getByRole("navigation", { name: "主导航" })
      .evaluateAll((all) => all.map((each) => each.getBoundingClientRect()).map((box) => box.width));
    expect(Math.max(0, ...boxes), `the navigation at ${width} px`).toBe(navigation);
  }
  await page.context().close();
});

test("an open conversation, compared answers and the dialogs hold at both widths and themes", async ({
  browser,
  stage,
}) => {
  const page = await openPlayground(browser, stage);
  await page.locator("#model-picker").click();
  await page.getByRole("checkbox", { name: /对比/ }).check();
  for (const name of ["e2e-pg-thinks", "e2e-pg-echo"]) {
    await page.getByRole("dialog").getByRole("searchbox").fill(name);
    await page.getByRole("button", { name: new RegExp(`^${name}`) }).click();
  }
  await checkPage(page, "model picker");
  await page.getByRole("button", { name: /^对比 \d 个模型/ }).click();
  await ask(page, "| a | b |\n|---|---|\n| $x$ | `y` |\n\n> quote\n\n- [x] done");
  await expect(page.locator(".columns .column")).toHaveCount(3);
  await settled(page);
  for (const [width, theme] of [
    [1280, "light"],
    [360, "dark"],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme: theme });
    await checkPage(page, `compared answers at ${width} px`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.keyboard.press("Control+/");
  await checkPage(page, "shortcuts");
  await page.keyboard.press("Escape");

  // Deleted, and taken back within the toast.
  const name = (await page.getByRole("heading", { level: 1 }).textContent()) ?? "";
  const entry = page.locator(".chat").filter({ has: page.locator("[aria-current=page]") });
  await entry.hover();
  await entry.getByRole("button", { name: /更多操作/ }).click();
  await page.getByRole("menuitem", { name: "删除" }).click();
  await expect(page.locator(".turn")).toHaveCount(0);
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(page.locator(".chat").filter({ hasText: name }).first()).toBeVisible();
  await page.context().close();
});
