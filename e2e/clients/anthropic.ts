import { strict as assert } from "node:assert";
import Anthropic from "@anthropic-ai/sdk";
import {
  answerSchema,
  cityParameters,
  failureOf,
  key,
  limitOf,
  type Named,
  once,
  PNG,
  PNG_SEEN,
  poorKey,
  runChecks,
  SENTENCE,
  url,
  withEach,
  withEachBothWays,
  wrongKey,
} from "./checks.ts";

type Request = Anthropic.MessageCreateParamsNonStreaming;
const client = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 });
const messages: Anthropic.MessageParam[] = [{ role: "user", content: SENTENCE }];
const tool = (name: string): Anthropic.Tool => ({ name, description: "About a place.", input_schema: cityParameters });
const textOf = ({ content }: Anthropic.Message) =>
  content.map((block) => (block.type === "text" ? block.text : "")).join("");

/** The whole answer: as it comes, or put together by the library's own helper. */
async function complete(request: Request, stream: boolean): Promise<Anthropic.Message> {
  return stream ? client.messages.stream(request).finalMessage() : client.messages.create(request);
}

withEachBothWays("text and usage", async (model, stream) => {
  const reply = await complete({ model: model("demo-echo"), max_tokens: 100, messages }, stream);
  assert.equal(textOf(reply), SENTENCE);
  assert.deepEqual([reply.stop_reason, reply.model], ["end_turn", model("demo-echo")]);
  assert(reply.usage.input_tokens > 0 && reply.usage.output_tokens > 0);
});

async function roundTrip(model: Named, script: string, stream: boolean, tools: string[]) {
  const request = { model: model(script), max_tokens: 4_000, tools: tools.map(tool) };
  const thinking =
    script === "demo-thinking-tools"
      ? { type: "enabled" as const, budget_tokens: 2_000 }
      : { type: "disabled" as const };
  const turns = [...messages];
  const first = await complete({ ...request, thinking, messages: turns }, stream);
  assert.equal(first.stop_reason, "tool_use");
  const calls = first.content.filter((block) => block.type === "tool_use");
  const results = calls.map(({ id, name }) => ({
    type: "tool_result" as const,
    tool_use_id: id,
    content: `${name}: 晴`,
  }));
  turns.push({ role: "assistant", content: first.content }, { role: "user", content: results });
  const second = await complete({ ...request, thinking, messages: turns }, stream);
  assert.equal(second.stop_reason, "end_turn");
  assert(textOf(second).length > 3);
  turns.push({ role: "assistant", content: second.content }, { role: "user", content: "再问一次" });
  await complete({ ...request, thinking, messages: turns }, stream);
  return { first, calls: calls.map(({ name, input }) => [name, input]) };
}

withEachBothWays("a tool and its result", async (model, stream) => {
  const { calls } = await roundTrip(model, "demo-tools", stream, ["get_weather"]);
  assert.deepEqual(calls, [["get_weather", { city: "北京" }]]);
});

withEachBothWays("parallel tools", async (model, stream) => {
  const { calls } = await roundTrip(model, "demo-parallel-tools", stream, ["get_weather", "get_time"]);
  assert.deepEqual(calls, [
    ["get_weather", { city: "北京" }],
    ["get_time", { city: "上海" }],
  ]);
});

// The demo upstream refuses thoughts and calls whose signature was lost or altered on the way.
withEachBothWays("thinking, back with its signature", async (model, stream) => {
  const { first } = await roundTrip(model, "demo-thinking-tools", stream, ["get_weather"]);
  const [thought] = first.content;
  assert(thought?.type === "thinking" && /^先看量纲.*静能。$/.test(thought.thinking), JSON.stringify(first.content));
});

withEachBothWays("redacted thinking, back as it was", async (model, stream) => {
  const request = { model: model("demo-redacted-thinking"), max_tokens: 4_000 };
  const first = await complete({ ...request, messages }, stream);
  const turns = [...messages, { role: "assistant" as const, content: first.content }, ...messages];
  assert.equal(textOf(await complete({ ...request, messages: turns }, stream)), textOf(first));
});

withEachBothWays("an image", async (model, stream) => {
  const source = { type: "base64" as const, media_type: "image/png" as const, data: PNG };
  const content = [
    { type: "text" as const, text: "?" },
    { type: "image" as const, source },
  ];
  const request = { model: model("demo-image"), max_tokens: 200, messages: [{ role: "user" as const, content }] };
  assert.match(textOf(await complete(request, stream)), PNG_SEEN);
});

withEach("an answer by JSON schema", async (model) => {
  const reply = await client.messages.create({
    model: model("demo-json"),
    max_tokens: 200,
    messages,
    output_config: { format: { type: "json_schema", schema: answerSchema } },
  });
  assert.deepEqual(JSON.parse(textOf(reply)), { answer: "北京" });
});

withEach("counting tokens", async (model) => {
  const short = await client.messages.countTokens({ model: model("demo-text"), messages });
  const long = [{ role: "user" as const, content: SENTENCE.repeat(50) }];
  const more = await client.messages.countTokens({
    model: model("demo-text"),
    messages: long,
    tools: [tool("get_weather")],
  });
  assert(short.input_tokens > 0 && more.input_tokens > short.input_tokens, JSON.stringify([short, more]));
});

withEach("an upstream's 429 as RateLimitError", async (model) => {
  const error = await failureOf(client.messages.create({ model: model("demo-429"), max_tokens: 9, messages }));
  assert(error instanceof Anthropic.RateLimitError, String(error));
  // What is left of seven seconds, where somebody was told before.
  assert.match(error.headers.get("retry-after") ?? "", /^[1-7]$/);
});

withEach("an upstream's 400 as BadRequestError", async (model) => {
  const asked = client.messages.create({ model: model("demo-context-too-long"), max_tokens: 9, messages });
  const error = await failureOf(asked);
  assert(error instanceof Anthropic.BadRequestError, String(error));
});

withEach("an error in mid-stream as APIError", async (model) => {
  const asked = client.messages.stream({ model: model("demo-error-mid-stream"), max_tokens: 99, messages });
  const error = await failureOf(asked.finalMessage());
  assert(error instanceof Anthropic.APIError, String(error));
});

once("errors by their classes", async () => {
  const of = (apiKey: string, name: string) =>
    failureOf(
      new Anthropic({ baseURL: url, apiKey, maxRetries: 0 }).messages.create({ model: name, max_tokens: 9, messages }),
    );
  const wrong = await of(wrongKey, "anthropic.demo-text");
  assert(wrong instanceof Anthropic.AuthenticationError && wrong.status === 401, String(wrong));
  const poor = await of(poorKey, "anthropic.demo-text");
  assert(poor instanceof Anthropic.APIError && poor.status === 402, String(poor));
  assert.match(poor.message, /余额不足.*balance is too low/s);
  const missing = await of(key, "anthropic.demo-txet");
  assert(missing instanceof Anthropic.NotFoundError && /demo-text/.test(missing.message), String(missing));
  const limited = await limitOf((apiKey) => of(apiKey, "anthropic.demo-text"));
  assert(limited instanceof Anthropic.RateLimitError, String(limited));
  assert(Number(limited.headers.get("retry-after")) > 0);
});

once("models, listed and one", async () => {
  const names: string[] = [];
  for await (const model of client.models.list()) names.push(model.id);
  assert(names.includes("gemini.demo-echo"));
  const one = await client.models.retrieve("gemini.demo-echo");
  assert.deepEqual([one.id, one.type], ["gemini.demo-echo", "model"]);
  assert((await failureOf(client.models.retrieve("gemini.demo-ohce"))) instanceof Anthropic.NotFoundError);
});

await runChecks();
