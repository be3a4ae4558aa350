import { type Browser, type BrowserContextOptions, expect, type Page } from "@playwright/test";
import { type Stage, stateOf } from "./global-setup.ts";

/** A page of the playground in a context of its own, as the stage's student has it. `more`: what the context has otherwise, another address say. */
export async function openPlayground(
  browser: Browser,
  stage: Stage,
  path = "/playground",
  more: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    ...{ baseURL: stage.url, storageState: stateOf("student"), locale: "zh-CN", timezoneId: "Asia/Shanghai" },
    ...{ viewport: { width: 1280, height: 900 }, ...more },
  });
  const page = await context.newPage();
  await page.goto(path, { waitUntil: "networkidle" });
  return page;
}

/** Takes one model in place of whatever is chosen. */
export async function chooseModel(page: Page, model: string): Promise<void> {
  await page.locator("#model-picker").click();
  await page.getByRole("dialog").getByRole("searchbox").fill(model);
  await page.getByRole("button", { name: new RegExp(`^${model}`) }).click();
  await expect(page.locator("#model-picker")).toContainText(model);
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

export const composer = (page: Page) => page.getByRole("textbox", { name: "消息" });

/** Asks, and waits until the question has left the composer. */
export async function ask(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
  await expect(composer(page)).toHaveValue("");
}

/** The answers are done: nothing streams any more. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole("log")).toHaveAttribute("aria-busy", "false");
}
