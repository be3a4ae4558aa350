import type { Page, Route } from "@playwright/test";
import { ask, chooseModel, composer, openPlayground, settled } from "../src/playground.ts";
import { signIn } from "../src/sign-in.ts";
import { expect, test } from "../src/stage.ts";
import { cliJson, runCli } from "../src/system.ts";

const ECHO = "e2e-draft-echo";
/** It runs for more than a minute and a half: nothing done meanwhile takes as long. */
const SLOW = "e2e-draft-slow";
const DEAR = "e2e-draft-dear";

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ stage }) => {
  const added = await runCli(stage.dataDir, [
    ...["channel", "add", "--name", "e2e-drafts", "--protocol", "openai", "--url", stage.upstreamUrl],
    ...["--allow-private", "--credential", "sk-e2e-draft", "--groups", "default"],
    ...["--models", `${ECHO}=demo-echo,${SLOW}=demo-chunks-400-every-250ms,${DEAR}=demo-echo`],
  ]);
  expect(added.stderr).toBe("");
  for (const [name, price] of [
    [ECHO, "1"],
    [SLOW, "1"],
    [DEAR, "1000"],
  ] as const) {
    await cliJson(stage.dataDir, ["model", "price", name, "--input", price, "--output", price]);
  }
});

const answers = (page: Page) => page.locator("article.answer");
const log = (page: Page) => page.getByRole("log");
const queued = (page: Page) => page.getByRole("list", { name: "排队的消息" }).getByRole("listitem");
const chooseFile = (page: Page, name: string) =>
  page.locator("input[data-files]").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") });
const attached = (page: Page) => page.locator(".composer .attached-name");
async function begin(page: Page, model: string, question: string): Promise<string> {
  await page.getByRole("button", { name: "新对话" }).first().click();
  await expect(page.locator(".turn")).toHaveCount(0);
  await chooseModel(page, model);
  await ask(page, question);
  await expect(page).toHaveURL(/\/playground\/[\da-f-]{36}$/);
  return new URL(page.url()).pathname;
}
/** Opens a conversation without loading the page. */
async function open(page: Page, path: string): Promise<void> {
  await page.locator(`.chats a[href="${path}"]`).click();
  await expect(page.locator(`.chats a[href="${path}"]`)).toHaveAttribute("aria-current", "page");
}

test("what one person typed and did not send is not shown to the next at the same computer", async ({
  browser,
  stage,
}) => {
  const [student] = stage.students;
  const { ta } = stage.course;
  if (!student) throw new Error("the demo has no student");
  const context = await browser.newContext({ baseURL: stage.url, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const page = await context.newPage();
  await signIn(page, student);
  await page.goto("/playground", { waitUntil: "networkidle" });
  await composer(page).fill("an exam of my own");
  await chooseFile(page, "my marks.csv");
  await expect(attached(page)).toHaveText("my marks.csv");
  await page.goto("/playground", { waitUntil: "networkidle" });
  await expect(composer(page)).toHaveValue("an exam of my own");
  const file = await page.locator(".composer a.attached-name").getAttribute("href");
  expect((await context.request.get(file ?? "")).headers()).toMatchObject({ "cache-control": "private, no-store" });

  await page.goto("/settings");
  await page.locator("[popovertarget=account]").first().click();
  await page.locator("#account").getByRole("button", { name: "退出登录" }).click();
  await page.waitForURL((url) => url.pathname === "/sign-in");
  await signIn(page, ta);
  await page.goto("/playground", { waitUntil: "networkidle" });
  await expect(composer(page)).toHaveValue("");
  await expect(attached(page)).toHaveCount(0);
  const kept = await page.evaluate(() => Object.entries(localStorage).join(" "));
  expect(kept).not.toMatch(/exam|marks/);
  await context.close();
});

test("messages that are taken back, and starters, come behind what is typed", async ({ browser, stage }) => {
  const page = await openPlayground(browser, stage);
  await begin(page, SLOW, "count");
  await expect(answers(page).first()).toContainText("5 6 7");
  for (const text of ["the first", "the second"]) {
    await composer(page).fill(text);
    if (text === "the first") {
      await chooseFile(page, "first.csv");
      await expect(attached(page)).toHaveText("first.csv");
    }
    await page.getByRole("button", { name: "排队" }).click();
    await expect(queued(page).filter({ hasText: text })).toHaveCount(1);
    await expect(composer(page)).toHaveValue("");
  }
  await composer(page).fill("the third");
  await chooseFile(page, "third.csv");
  await expect(attached(page)).toHaveCount(1);
  for (const left of [1, 0]) {
    await queued(page).first().getByRole("button", { name: "取回修改" }).click();
    await expect(queued(page)).toHaveCount(left);
  }
  await expect(composer(page)).toHaveValue("the third\nthe first\nthe second");
  await expect(attached(page)).toHaveText(["third.csv", "first.csv"]);
  await page.keyboard.press("Escape");
  await settled(page);

  await page.getByRole("button", { name: "新对话" }).first().click();
  await composer(page).fill("Briefly.");
  await page.getByRole("button", { name: /^检查量纲/ }).click();
  await expect(composer(page)).toHaveValue(/^Briefly\.\n检查量纲/);
  // One starter after another is a change of mind.
  await composer(page).fill("");
  await page.locator(".starter").first().click();
  const picture = page.getByRole("button", { name: "移除 otto.png" });
  await expect(picture).toBeVisible();
  await page.getByRole("button", { name: /^检查量纲/ }).click();
  await expect(composer(page)).toHaveValue(/^检查量纲/);
  await expect(picture).toHaveCount(0);
  await composer(page).fill("");
  await page.context().close();
});

test("Escape in an editor, a rename or a search ends that, and only then the answer", async ({ browser, stage }) => {
  const page = await openPlayground(browser, stage);
  await begin(page, SLOW, "count for Escape");
  await expect(answers(page).first()).toContainText("5 6 7");
  const running = () => expect(log(page)).toHaveAttribute("aria-busy", "true");

  await page.locator(".turn.me").first().hover();
  await page.locator(".turn.me").first().getByRole("button", { name: "修改", exact: true }).click();
  await page.getByRole("textbox", { name: "修改内容" }).press("Escape");
  await expect(page.getByRole("textbox", { name: "修改内容" })).toHaveCount(0);
  await running();

  const entry = page.locator(".chat").filter({ has: page.locator("[aria-current=page]") });
  await entry.hover();
  await entry.getByRole("button", { name: /更多操作/ }).click();
  await page.getByRole("menuitem", { name: "改名" }).click();
  await page.getByRole("textbox", { name: "改名" }).fill("something else");
  await page.getByRole("textbox", { name: "改名" }).press("Escape");
  await expect(page.getByRole("textbox", { name: "改名" })).toHaveCount(0);
  await running();

  await page.getByRole("searchbox", { name: "搜索对话" }).fill("Escape");
  await page.getByRole("searchbox", { name: "搜索对话" }).press("Escape");
  await expect(page.getByRole("searchbox", { name: "搜索对话" })).toHaveValue("");
  await running();
  await expect(entry).toContainText("count for Escape");

  await composer(page).press("Escape");
  await settled(page);
  await expect(answers(page).first().locator(".turn-foot")).toContainText("已停止");
  await page.context().close();
});

test("a file on its way belongs to the conversation it was chosen in; one that is gone is said, and the rest sent", async ({
  browser,
  stage,
}) => {
  const page = await openPlayground(browser, stage);
  const first = await begin(page, ECHO, "the one with a file");
  await settled(page);
  const second = await begin(page, ECHO, "the other one");
  await settled(page);

  const held: Route[] = [];
  await page.route("**/playground/attachments?**", (route) => void held.push(route));
  await open(page, first);
  await chooseFile(page, "late.csv");
  await expect(page.locator(".composer").getByText("正在上传")).toBeVisible();
  await expect.poll(() => held.length).toBe(1);
  await open(page, second);
  await expect(page.locator(".composer").getByText("正在上传")).toHaveCount(0);
  const uploaded = page.waitForResponse("**/playground/attachments?**");
  await held[0]?.continue();
  await (await uploaded).finished();
  await open(page, first);
  await expect(attached(page)).toHaveText("late.csv");
  await open(page, second);
  await expect(attached(page)).toHaveCount(0);

  // What a day does to a file that was never sent: its id means nothing any more.
  await open(page, first);
  await composer(page).fill("without it");
  await page.evaluate(() => {
    for (const [key, kept] of Object.entries(localStorage)) {
      const id = crypto.randomUUID();
      if (kept.includes("without it")) localStorage.setItem(key, kept.replace(/"id":"[^"]+"/, `"id":"${id}"`));
    }
  });
  await page.reload({ waitUntil: "networkidle" });
  await expect(page.getByRole("alert").filter({ hasText: "late.csv 已不在服务器上" })).toBeVisible();
  await expect(attached(page)).toHaveCount(0);
  await expect(composer(page)).toHaveValue("without it");
  await composer(page).press("Enter");
  await expect(answers(page)).toHaveCount(2);
  await settled(page);
  await page.context().close();
});

test("the balance is that of now, and the gauge that of the open conversation", async ({ browser, stage }) => {
  // Of somebody whose money no other spec spends meanwhile.
  const person = stage.students[4];
  if (person === undefined) throw new Error("the demo has too few students");
  const context = await browser.newContext({ baseURL: stage.url, locale: "zh-CN" });
  await signIn(await context.newPage(), person);
  const page = await openPlayground(browser, stage, "/playground", { storageState: await context.storageState() });
  await context.close();
  const balance = page.locator(".composer").getByText(/^余额/);
  const gauge = page.locator(".params .ctx");
  const before = await balance.textContent();
  const first = await begin(page, DEAR, "what does this cost");
  await settled(page);
  await expect(balance).not.toHaveText(before ?? "");
  await expect(gauge).toBeVisible();
  const between = (await balance.textContent()) ?? "";
  await begin(page, DEAR, "and what does this one cost, which is longer");
  await settled(page);
  await expect(balance).not.toHaveText(between);
  const now = (await balance.textContent()) ?? "";
  await open(page, first);
  await expect(balance).toHaveText(now);
  await page.reload({ waitUntil: "networkidle" });
  await expect(balance).toHaveText(now);

  await expect(gauge).toBeVisible();
  await page.getByRole("button", { name: "新对话" }).first().click();
  await expect(page.locator(".turn")).toHaveCount(0);
  await expect(gauge).toHaveCount(0);
  await page.context().close();
});

test("what comes back when another conversation has been opened is not shown there", async ({ browser, stage }) => {
  const page = await openPlayground(browser, stage);
  const first = await begin(page, ECHO, "the one that is cleared");
  await settled(page);
  const second = await begin(page, ECHO, "the one that is not");
  await settled(page);
  await open(page, first);
  await expect(answers(page)).toHaveCount(1);
  const held: Route[] = [];
  const isAct = (url: URL) => url.pathname === first;
  await page.route(isAct, (route) => (route.request().method() === "POST" ? void held.push(route) : route.continue()));
  await page.getByRole("button", { name: "导出与更多" }).click();
  await page.getByRole("menuitem", { name: "清除上下文" }).click();
  await expect.poll(() => held.length).toBe(1);
  await open(page, second);
  await held[0]?.continue();
  await expect(page.getByText("已清除上下文：以上内容不再发送")).toBeVisible();
  await expect(log(page)).toContainText("the one that is not");
  await expect(page.locator(".cleared")).toHaveCount(0);
  await open(page, first);
  await expect(page.locator(".cleared")).toHaveCount(1);
  await page.context().close();
});
