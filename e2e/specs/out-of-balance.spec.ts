import { chat, type ErrorBody } from "../src/campus.ts";
import { signIn } from "../src/sign-in.ts";
import { expect, type Stage, test } from "../src/stage.ts";
import { cliJson, runCli } from "../src/system.ts";
import { timed } from "../src/timed.ts";

const free = "e2e-free";

test("out of balance to working again in under a minute and two clicks, with nobody awake", async ({
  browser,
  stage,
}) => {
  const person = { studentId: "2026440", name: "陈夜", password: "carnot-1824-循环" };
  const paid = stage.models[0] ?? "";
  const address = ["--url", stage.upstreamUrl, "--allow-private"];
  await cliJson(stage.dataDir, ["channel", "add", "--name", free, "--models", `${free}=demo-fast`, ...address]);
  await command(stage, "model", "price", free, "--input", "0", "--output", "0");
  const { studentId, name, password } = person;
  await command(
    stage,
    "user",
    "add",
    "--student-id",
    studentId,
    "--name",
    name,
    "--password",
    password,
    "--accepted-terms",
  );
  // A key that is limited to a model that costs money, as a TA's instructions have one make it.
  const { key } = await cliJson<{ key: string }>(stage.dataDir, [
    ...["key", "create", "--student-id", studentId, "--name", "lab3", "--group", "default", "--models", paid],
  ]);
  const ask = (model: string) =>
    chat(stage.url, key, { model, max_tokens: 8, messages: [{ role: "user", content: "熵" }] });

  const context = await browser.newContext({ baseURL: stage.url, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const page = await context.newPage();
  await signIn(page, person);

  const startedAt = Date.now();
  const refused = await ask(paid);
  expect(refused.status).toBe(402);
  const { error } = (await refused.json()) as ErrorBody;
  const link = /https?:\/\/\S+\/balance\/empty/.exec(error.message)?.[0] ?? "";
  expect((await ask(free)).status).toBe(403);

  // First click: the link in the error. It names the host that the client itself used.
  await page.goto(new URL(link).pathname);
  await expect(page.getByRole("heading", { name: "继续工作" })).toBeVisible();
  // Second click.
  await page.getByRole("button", { name: `让 lab3 换成它：${free}` }).click();
  await expect(page.getByText("密钥 lab3 现在能用它")).toBeVisible();
  await expect(page.locator("pre").first()).toContainText(free);
  expect((await ask(free)).status).toBe(200);
  timed("ms from out of balance to working", Date.now() - startedAt, 60_000);

  // Taken back, the key is what it was.
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(page.getByText(`密钥 lab3 不再可用 ${free}`)).toBeVisible();
  await expect.poll(async () => (await ask(free)).status).toBe(403);
  await context.close();
});

async function command(stage: Stage, ...words: string[]): Promise<void> {
  const { code, stderr } = await runCli(stage.dataDir, words);
  expect(stderr).toBe("");
  expect(code).toBe(0);
}
