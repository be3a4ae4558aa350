import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { type Campus, chat, openCampus } from "../src/campus.ts";
import { processesOf } from "../src/system.ts";

let campus: Campus;
test.beforeAll(async () => {
  test.setTimeout(400_000);
  campus = await openCampus({ args: [] });
  await campus.offer(["demo-text"]);
});
test.afterAll(() => campus.close());

test("while the console is killed, /v1 answers; then the console comes back by itself", async () => {
  const { key } = await campus.student("1");
  const page = () => fetch(`${campus.system.url}/sign-in`, { redirect: "manual" }).then((reply) => reply.status);
  expect(await page()).toBe(200);
  for (const pid of await processesOf(campus.dataDir)) {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""); // just ended
    if (/next/.test(command)) process.kill(pid, "SIGKILL");
  }
  const body = { model: "demo-text", messages: [{ role: "user", content: "hi" }] };
  const [down, answer] = await Promise.all([page(), chat(campus.system.url, key, body)]);
  expect(down).toBe(503);
  expect(answer.status).toBe(200);
  for (let i = 0; i < 20; i++) expect((await chat(campus.system.url, key, body)).status).toBe(200);
  await expect.poll(page).toBe(200);
});
