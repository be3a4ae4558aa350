import { checkPage } from "../src/check-page.ts";
import { stateOf } from "../src/global-setup.ts";
import { expect, test } from "../src/stage.ts";

test("anything is found by its name, from the keyboard, and the focus comes back", async ({ browser, stage }) => {
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("student"), locale: "zh-CN" });
  const page = await context.newPage();
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
  await page.goto("/usage", { waitUntil: "networkidle" });
  expect(loaded).not.toContain("/palette");
  const opener = page.getByRole("button", { name: "搜索" }).first();
  await opener.focus();
  await page.keyboard.press("Control+k");
  const input = page.getByRole("combobox", { name: "搜索" });
  await expect(input).toBeFocused();
  await expect(page.getByRole("option").first()).toBeVisible();
  await checkPage(page, "the palette");
  await page.keyboard.press("Escape");
  await expect(opener).toBeFocused();

  const go = async (typed: string, url: RegExp) => {
    await page.keyboard.press("Control+k");
    await input.fill(typed);
    await expect(page.getByRole("option", { selected: true })).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(url);
    await expect(input).toBeHidden();
  };
  // Safari tells of the Enter that ended a composition by this number alone: it chose letters, not a page.
  await page.keyboard.press("Control+k");
  await input.fill("keys");
  await input.evaluate((field) =>
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true })),
  );
  await expect(page.getByRole("option", { selected: true })).toBeVisible();
  await expect(page).toHaveURL(/\/usage$/);
  await page.keyboard.press("Escape");
  await go("keys", /\/keys$/);
  await go("minicpm", /\/models\?model=minicpm-v-4\.6$/);
  await go("key_leaked", /\/docs\/errors#key_leaked$/);
  await page.goto("/");
  await page.keyboard.press("Control+k");
  await input.fill("没有这样的东西");
  await expect(page.getByText("没有找到「没有这样的东西」")).toBeVisible();
  await context.close();
});

test("people are found by administrators only", async ({ browser, stage }) => {
  const person = stage.students[3];
  const admin = await browser.newContext({ baseURL: stage.url, storageState: stateOf("admin"), locale: "zh-CN" });
  const page = await admin.newPage();
  await page.goto("/admin/users");
  await page.getByRole("button", { name: "搜索" }).first().click();
  await page.getByRole("combobox", { name: "搜索" }).fill(person?.studentId ?? "");
  await page.getByRole("option", { name: new RegExp(person?.studentId ?? "") }).click();
  await expect(page).toHaveURL(/\/admin\/users\?user=/);
  await admin.close();

  const student = await browser.newContext({ baseURL: stage.url, storageState: stateOf("student") });
  const answer = await student.request.get(`/admin/users/find?q=${person?.studentId}`);
  expect(answer.status()).toBe(404);
  await student.close();
});
