import { stateOf } from "../src/global-setup.ts";
import { expect, test } from "../src/stage.ts";

test("the documentation fills in the reader's address and a model, signed in or not", async ({
  browser,
  stage,
  page,
}) => {
  await page.goto("/docs");
  await expect(page.getByText(`${stage.url}/v1`, { exact: true }).first()).toBeVisible();
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("student"), locale: "zh-CN" });
  const own = await context.newPage();
  await own.goto("/docs");
  const code = (await own.locator("pre").first().textContent()) ?? "";
  expect(code).toContain(`${stage.url}/v1/chat/completions`);
  // One that this student may use: other walks make models too.
  const model = /"model": "([^"]+)"/.exec(code)?.[1] ?? "";
  await own.goto(`/models?q=${model}`);
  await expect(own.getByText(model, { exact: true }).first()).toBeVisible();
  await context.close();
});

test("each error code has an address of its own", async ({ page }) => {
  await page.goto("/docs/errors#insufficient_balance");
  await expect(page.locator("#insufficient_balance")).toBeInViewport();
  await expect(page.locator("#insufficient_balance")).toContainText("402");
  // A row that is marked is read as well as the others.
  await expect(page.locator(".errors > li")).not.toHaveCount(0);
});
