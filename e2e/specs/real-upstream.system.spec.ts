import { expect, test } from "@playwright/test";
import { verify } from "../src/books.ts";
import { type Campus, chat, openCampus } from "../src/campus.ts";
import { findPython } from "../src/python.ts";
import { type RealUpstream, startRealUpstream } from "../src/real-upstream.ts";
import { cliJson, runCli } from "../src/system.ts";

test.describe.configure({ mode: "serial" });
let campus: Campus;
let real: RealUpstream | undefined;
let reason = "";
let key: string;

test.beforeAll(async () => {
  test.setTimeout(400_000);
  const found = await findPython();
  if ("missing" in found) {
    reason = found.missing;
    return;
  }
  real = await startRealUpstream(found.python);
  campus = await openCampus();
  const added = await runCli(campus.dataDir, [
    ...["channel", "add", "--name", "llama", "--protocol", "openai", "--url", `${real.url}/v1`, "--models", "tiny"],
    ...["--groups", "default", "--allow-private"],
  ]);
  expect(added.stderr).toBe("");
  expect((await runCli(campus.dataDir, ["model", "price", "tiny", "--input", "1", "--output", "2"])).code).toBe(0);
  ({ key } = await campus.student("1"));
});
test.afterAll(async () => {
  if (real === undefined) return;
  await campus.close();
  await real.stop();
});
test.beforeEach(() => test.skip(reason !== "", `no real model server on this machine: ${reason}`));

test("the channel's test reaches it", async () => {
  expect(await cliJson(campus.dataDir, ["channel", "test", "llama"])).toMatchObject({ ok: true });
});

test("it answers, and the charge is tokens × price by its own count", async () => {
  const reply = await chat(campus.system.url, key, {
    model: "tiny",
    max_tokens: 24,
    messages: [{ role: "user", content: "熵是什么" }],
  });
  const answer = (await reply.json()) as {
    usage: { prompt_tokens: number; completion_tokens: number };
    choices: unknown[];
  };
  expect(reply.status).toBe(200);
  expect(answer.choices).toHaveLength(1);
  const report = await verify(campus.dataDir);
  expect(report).toMatchObject({ ok: true, usageRecords: 1 });
});

test("a stream whose bytes are not always whole characters passes and is metered", async () => {
  const reply = await chat(campus.system.url, key, {
    model: "tiny",
    stream: true,
    max_tokens: 64,
    messages: [{ role: "user", content: "hello" }],
  });
  const text = await reply.text();
  const frames = text.split("\n\n").filter((frame) => frame !== "");
  expect(frames.at(-1)).toBe("data: [DONE]");
  for (const frame of frames.slice(0, -1)) expect(() => JSON.parse(frame.replace(/^data: /, ""))).not.toThrow();
  expect(await verify(campus.dataDir)).toMatchObject({ ok: true, usageRecords: 2 });
});

test("a JSON schema reaches it untouched", async () => {
  const schema = { type: "object", properties: { answer: { type: "integer" } }, required: ["answer"] };
  const reply = await chat(campus.system.url, key, {
    model: "tiny",
    max_tokens: 40,
    messages: [{ role: "user", content: "a number" }],
    response_format: { type: "json_schema", json_schema: { name: "n", schema } },
  });
  const answer = (await reply.json()) as { choices: { message: { content: string } }[] };
  expect(answer.choices[0]?.message.content).toMatch(/^\{\s*"answer"/);
});
