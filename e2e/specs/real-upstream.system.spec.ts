import Anthropic from "@anthropic-ai/sdk";
import { expect, test } from "@playwright/test";
import OpenAI from "openai";
import { type LibraryAnswer, type LibraryAsk, libraries } from "../src/ask-by-library.ts";
import { look, verify } from "../src/books.ts";
import { type Campus, chat, openCampus } from "../src/campus.ts";
import { findPython } from "../src/python.ts";
import { type RealUpstream, startRealUpstream } from "../src/real-upstream.ts";
import { cliJson, runCli } from "../src/system.ts";

/** The protocols of llama.cpp's server: by the channel's name, its provider. A model is `CHANNEL.tiny`. */
const channels = { chat: "llamacpp", responses: "openai-responses", messages: "anthropic" } as const;
const names = Object.keys(libraries("http://localhost", "none"));
const INPUT_NANOS = 1_000;
const OUTPUT_NANOS = 2_000;

test.describe.configure({ mode: "serial" });
let campus: Campus;
let real: RealUpstream | undefined;
let reason = "";
let key: string;
/** What all answers said, to see that there were such bytes at all. */
let everything = "";
let asked = 0;

test.beforeAll(async () => {
  test.setTimeout(400_000);
  const found = await findPython();
  if ("missing" in found) {
    reason = found.missing;
    return;
  }
  real = await startRealUpstream(found.python);
  campus = await openCampus();
  for (const [channel, provider] of Object.entries(channels)) {
    const added = await runCli(campus.dataDir, [
      ...["channel", "add", "--name", channel, "--protocol", provider, "--url", `${real.url}/v1`],
      ...["--models", `${channel}.tiny=tiny`, "--groups", "default", "--allow-private"],
    ]);
    expect(added.stderr).toBe("");
  }
  const models = Object.keys(channels).map((channel) => `${channel}.tiny`);
  await campus.price(models, { input: "1", output: "2" });
  ({ key } = await campus.student("1"));
});
test.afterAll(async () => {
  if (real === undefined) return;
  await campus.close();
  await real.stop();
});
test.beforeEach(() => test.skip(reason !== "", `no real model server on this machine: ${reason}`));

/** Asks and sees that what the client was told is what was charged: the server's own count. */
async function ask(face: string, question: Omit<LibraryAsk, "text" | "limit">): Promise<LibraryAnswer> {
  const answer = await libraries(campus.system.url, key)[face]?.({ text: "熵是什么？", limit: 40, ...question });
  if (answer === undefined) throw new Error(`no face ${face}`);
  asked++;
  everything += answer.text;
  await expectCharged(answer);
  // Half a pair of UTF-16 units would mean that a character was cut.
  expect(answer.text.isWellFormed()).toBe(true);
  return answer;
}

async function expectCharged({ input, output }: Pick<LibraryAnswer, "input" | "output">): Promise<void> {
  const [row] = await look<{ input: number; output: number; charge: string; is_estimated: boolean }>(
    campus.system.databaseUrl,
    `select input_tokens as input, output_tokens as output, charge_nanos as charge, is_estimated
      from usage_record order by id desc limit 1`,
  );
  const charge = String(input * INPUT_NANOS + output * OUTPUT_NANOS);
  expect(row).toEqual({ input, output, charge, is_estimated: false });
  expect(Math.min(input, output)).toBeGreaterThan(0);
}

for (const channel of Object.keys(channels)) {
  test(`the test of the channel ${channel} reaches it`, async () => {
    expect(await cliJson(campus.dataDir, ["channel", "test", channel, "--model", "tiny"])).toMatchObject({ ok: true });
  });

  for (const face of names) {
    test(`${face} clients are answered from its ${channel}, and charged by its own count`, async () => {
      const model = `${channel}.tiny`;
      for (const stream of [false, true]) {
        const { output } = await ask(face, { model, stream });
        expect(output).toBeLessThanOrEqual(40);
        await ask(face, { model, stream, tools: true });
      }
    });
  }
}

// Its chat completions alone hold answers to a schema; its other protocols take no notice.
for (const face of names) {
  test(`${face} clients get answers by their JSON schema`, async () => {
    const answer = { type: "object", properties: { answer: { type: "integer" } }, required: ["answer"] };
    const schema = { ...answer, additionalProperties: false };
    for (const stream of [false, true]) {
      const { text } = await ask(face, { model: "chat.tiny", stream, schema });
      expect(Object.keys(JSON.parse(text) as object)).toEqual(["answer"]);
    }
  });
}

test("a stream whose bytes are not always whole characters passes, event by event", async () => {
  const body = { model: "chat.tiny", stream: true, max_tokens: 64, messages: [{ role: "user", content: "hello" }] };
  const text = await (await chat(campus.system.url, key, body)).text();
  asked++;
  const frames = text.split("\n\n").filter((frame) => frame !== "");
  expect(frames.at(-1)).toBe("data: [DONE]");
  for (const frame of frames.slice(0, -1)) expect(() => JSON.parse(frame.replace(/^data: /, ""))).not.toThrow();
  expect(everything + text).toContain("\ufffd");
  expect(everything + text).toMatch(/[\u0080-\ufffc]/);
});

test("completions, streamed and not, with log probabilities", async () => {
  const client = new OpenAI({ baseURL: `${campus.system.url}/v1`, apiKey: key, maxRetries: 0 });
  const request = { model: "chat.tiny", prompt: "熵", max_tokens: 20 };
  const whole = await client.completions.create({ ...request, logprobs: 2 });
  expect(whole.choices[0]?.logprobs).toBeTruthy();
  const { prompt_tokens: input = 0, completion_tokens: output = 0 } = whole.usage ?? {};
  await expectCharged({ input, output });
  let usage: OpenAI.CompletionUsage | null | undefined;
  const options = { stream: true as const, stream_options: { include_usage: true } };
  for await (const chunk of await client.completions.create({ ...request, ...options })) usage = chunk.usage ?? usage;
  await expectCharged({ input: usage?.prompt_tokens ?? 0, output: usage?.completion_tokens ?? 0 });
  asked += 2;
});

test("its own counter counts for Anthropic's clients, and costs nothing", async () => {
  const client = new Anthropic({ baseURL: campus.system.url, apiKey: key, maxRetries: 0 });
  const messages = [{ role: "user" as const, content: "熵是什么？" }];
  const counted = await client.messages.countTokens({ model: "messages.tiny", messages });
  const { input } = await ask("Anthropic", { model: "messages.tiny", stream: false });
  expect(counted.input_tokens).toBe(input);
});

test("and the books are right", async () => {
  expect(await verify(campus.dataDir)).toMatchObject({ ok: true, usageRecords: asked });
});
