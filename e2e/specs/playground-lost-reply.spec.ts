import type { Page } from "@playwright/test";
import { chooseModel, composer, openPlayground, settled } from "../src/playground.ts";
import { expect, test } from "../src/stage.ts";
import { cliJson, runCli } from "../src/system.ts";

const ECHO = "e2e-lost-reply";

test.beforeAll(async ({ stage }) => {
  const added = await runCli(stage.dataDir, [
    ...["channel", "add", "--name", ECHO, "--protocol", "openai", "--url", stage.upstreamUrl],
    ...["--allow-private", "--credential", "sk-e2e-lost-reply", "--groups", "default", "--models", `${ECHO}=demo-echo`],
  ]);
  expect(added.stderr).toBe("");
  await cliJson(stage.dataDir, ["model", "price", ECHO, "--input", "1", "--output", "1"]);
});

/** Lets the next message reach the server, and its reply reach nobody. */
async function loseNextReply(page: Page): Promise<void> {
  let isLost = false;
  await page.route("**/playground**", async (route) => {
    const isMessage = route.request().postData()?.includes("askId") ?? false;
    if (isLost || !isMessage) return route.fallback();
    isLost = true;
    await route.fetch();
    await route.abort("connectionreset");
  });
}

test("a message whose reply was lost is there to be sent again, also after a reload, and is asked once", async ({
  browser,
  stage,
}) => {
  const page = await openPlayground(browser, stage);
  const failure = page.locator(".composer span[role=alert]");
  const answers = page.locator("article.answer");
  await chooseModel(page, ECHO);
  await loseNextReply(page);
  await composer(page).fill("asked once");
  await composer(page).press("Enter");
  await expect(failure).toBeVisible();
  await expect(composer(page)).toHaveValue("asked once");

  await page.reload({ waitUntil: "networkidle" });
  await expect(composer(page)).toHaveValue("asked once");
  await chooseModel(page, ECHO);
  await composer(page).press("Enter");
  await expect(composer(page)).toHaveValue("");
  await expect(page).toHaveURL(/\/playground\/[\da-f-]{36}$/);
  await settled(page);
  await expect(answers).toHaveCount(1);
  await expect(answers).toContainText("asked once");
  await expect(page.locator(".chats a", { hasText: "asked once" })).toHaveCount(1);

  // In a conversation too, and what is sent after it is a message of its own.
  await loseNextReply(page);
  await composer(page).fill("and once more");
  await composer(page).press("Enter");
  await expect(failure).toBeVisible();
  for (const count of [2, 3]) {
    await composer(page).fill("and once more");
    await composer(page).press("Enter");
    await expect(composer(page)).toHaveValue("");
    await settled(page);
    await expect(answers).toHaveCount(count);
  }
  await page.reload({ waitUntil: "networkidle" });
  await expect(answers).toHaveCount(3);

  // Another answer too: pressed twice because no reply came, there are two of it, not three.
  const again = answers.last().getByRole("button", { name: "重新生成", exact: true });
  await loseNextReply(page);
  await again.click();
  await expect(page.getByText("没有收到服务器的回应").first()).toBeVisible();
  await again.click();
  await expect(answers.last().locator(".branches")).toContainText("2 / 2");
  await settled(page);
  await page.reload({ waitUntil: "networkidle" });
  await expect(answers.last().locator(".branches")).toContainText("2 / 2");
  await page.context().close();
});
