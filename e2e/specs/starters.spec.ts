import { checkPage } from "../src/check-page.ts";
import { stateOf } from "../src/global-setup.ts";
import { expect, test } from "../src/stage.ts";

test("a question of the home page opens the playground filled in, once, and sends nothing", async ({
  browser,
  stage,
}) => {
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("student"), locale: "zh-CN" });
  const page = await context.newPage();
  await page.goto("/");
  const questions = page.getByRole("region", { name: "从一个问题开始" });
  await expect(questions.getByRole("link", { name: /循环|量纲|拟合/ })).toHaveCount(3);
  await checkPage(page, "home with its questions");
  await questions.getByRole("link", { name: /检查量纲/ }).click();
  const field = page.getByRole("textbox", { name: "消息" });
  await expect(field).toHaveValue(/^检查量纲：/);
  await expect(page).toHaveURL(/\/playground$/);
  await page.reload();
  await expect(field).toHaveValue(/^检查量纲：[^\n]*$/);
  await expect(page.getByRole("log").getByText("检查量纲", { exact: false })).toHaveCount(1); // the starter itself

  // One with a picture, behind what was typed before.
  await field.fill("先说结论。");
  await page.goto("/");
  await questions.getByRole("link", { name: /循环/ }).click();
  await expect(field).toHaveValue(/^先说结论。\n图里是什么循环/);
  await expect(page.getByRole("img", { name: "otto.png" })).toBeVisible();
  await field.fill("");
  await context.close();
});
