import { strict as assert } from "node:assert";
import { type ChatRequest, type Message, Ollama, type Tool } from "ollama";
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

const clientOf = (apiKey: string) => new Ollama({ host: url, headers: { Authorization: `Bearer ${apiKey}` } });
const client = clientOf(key);
const messages: Message[] = [{ role: "user", content: SENTENCE }];
const tool = (name: string): Tool => ({
  type: "function",
  function: { name, description: "About a place.", parameters: cityParameters },
});

/** The whole answer: as it comes, or its lines put together, which the library leaves to its users. */
async function complete(request: Omit<ChatRequest, "stream">, stream: boolean) {
  if (!stream) return client.chat(request);
  const message: Message = { role: "assistant", content: "" };
  for await (const line of await client.chat({ ...request, stream: true })) {
    message.content += line.message.content;
    if (line.message.thinking) message.thinking = `${message.thinking ?? ""}${line.message.thinking}`;
    if (line.message.tool_calls) message.tool_calls = [...(message.tool_calls ?? []), ...line.message.tool_calls];
    if (line.done) return { ...line, message };
  }
  return assert.fail("no line is done");
}

withEachBothWays("text and usage", async (model, stream) => {
  const reply = await complete({ model: model("demo-echo"), messages }, stream);
  assert.equal(reply.message.content, SENTENCE);
  assert.deepEqual([reply.done_reason, reply.model], ["stop", model("demo-echo")]);
  assert(reply.prompt_eval_count > 0 && reply.eval_count > 0 && reply.total_duration > 0);
});

async function roundTrip(model: Named, script: string, stream: boolean, tools: string[]) {
  const request = { model: model(script), tools: tools.map(tool), think: true };
  const turns = [...messages];
  const first = await complete({ ...request, messages: turns }, stream);
  const calls = first.message.tool_calls ?? [];
  turns.push(first.message);
  for (const { function: called } of calls)
    turns.push({ role: "tool", tool_name: called.name, content: `${called.name}: 晴` });
  const second = await complete({ ...request, messages: turns }, stream);
  assert(second.message.content.length > 3);
  turns.push(second.message, { role: "user", content: "再问一次" });
  await complete({ ...request, messages: turns }, stream);
  return { first, calls: calls.map(({ function: called }) => [called.name, called.arguments]) };
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
  assert.match(first.message.thinking ?? "", /^先看量纲.*静能。$/);
});

withEachBothWays("an image", async (model, stream) => {
  const images = [PNG];
  const reply = await complete(
    { model: model("demo-image"), messages: [{ role: "user", content: "?", images }] },
    stream,
  );
  assert.match(reply.message.content, PNG_SEEN);
});

withEach("an answer by JSON schema", async (model) => {
  const reply = await client.chat({ model: model("demo-json"), messages, format: answerSchema });
  assert.deepEqual(JSON.parse(reply.message.content), { answer: "北京" });
});

withEach("generate, streamed and not", async (model) => {
  const request = { model: model("demo-echo"), prompt: SENTENCE };
  const whole = await client.generate(request);
  assert.equal(whole.response, SENTENCE);
  let text = "";
  let tokens = 0;
  for await (const line of await client.generate({ ...request, stream: true })) {
    text += line.response;
    if (line.done) tokens = line.eval_count;
  }
  assert.deepEqual([text, tokens], [SENTENCE, whole.eval_count]);
});

withEach(
  "embeddings, of both kinds",
  async (model) => {
    const reply = await client.embed({ model: model("demo-text"), input: [SENTENCE, "second"] });
    assert.deepEqual(
      reply.embeddings.map((each) => each.length),
      [64, 64],
    );
    const old = await client.embeddings({ model: model("demo-text"), prompt: SENTENCE });
    assert.deepEqual(old.embedding.map(Math.fround), reply.embeddings[0]?.map(Math.fround));
  },
  ["openai-chat", "gemini", "ollama"],
);

withEach("an upstream's 429", async (model) => {
  const error = await failureOf(client.chat({ model: model("demo-429"), messages }));
  assert.deepEqual(told(error), ["ResponseError", 429]);
});

withEach("an upstream's 400", async (model) => {
  const error = await failureOf(client.chat({ model: model("demo-context-too-long"), messages }));
  assert.deepEqual(told(error), ["ResponseError", 400]);
});

withEach("an error in mid-stream", async (model) => {
  const error = await failureOf(complete({ model: model("demo-error-mid-stream"), messages }, true));
  assert(error instanceof Error && error.name !== "AssertionError", String(error));
});

once("errors with their status", async () => {
  const of = async (apiKey: string, model: string) => told(await failureOf(clientOf(apiKey).chat({ model, messages })));
  assert.deepEqual(await of(wrongKey, "ollama.demo-text"), ["ResponseError", 401]);
  assert.deepEqual(await of(poorKey, "ollama.demo-text"), ["ResponseError", 402]);
  assert.deepEqual(await of(key, "ollama.demo-txet"), ["ResponseError", 404]);
  assert.deepEqual(await limitOf((apiKey) => of(apiKey, "ollama.demo-text")), ["ResponseError", 429]);
});

once("models: listed, shown, running; and the version", async () => {
  const { models } = await client.list();
  const one = models.find(({ name }) => name === "gemini.demo-echo");
  assert(one?.details && one.digest.length === 64 && !Number.isNaN(Date.parse(String(one.modified_at))));
  const shown = await client.show({ model: "gemini.demo-echo" });
  assert(Array.isArray(shown.capabilities) && typeof shown.template === "string" && shown.details);
  assert.deepEqual((await client.ps()).models, []);
  assert.match((await client.version()).version, /^\d+\.\d+\.\d+$/);
  assert.deepEqual(told(await failureOf(client.show({ model: "gemini.demo-ohce" }))), ["ResponseError", 404]);
});

/** The library does not export the class of its errors. */
function told(error: unknown): unknown[] {
  assert(error instanceof Error);
  return [error.name, "status_code" in error && error.status_code];
}

await runChecks();
