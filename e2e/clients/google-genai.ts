import { strict as assert } from "node:assert";
import {
  ApiError,
  type Content,
  type FunctionDeclaration,
  type GenerateContentParameters,
  type GenerateContentResponse,
  GoogleGenAI,
  type Part,
} from "@google/genai";
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

const clientOf = (apiKey: string) =>
  new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url, retryOptions: { attempts: 1 } } });
const client = clientOf(key);
const declaration = (name: string): FunctionDeclaration => ({
  name,
  description: "About a place.",
  parametersJsonSchema: cityParameters,
});
const user = (...parts: Part[]): Content => ({ role: "user", parts });
const question = user({ text: SENTENCE });

type Whole = { parts: Part[]; text: string; last: GenerateContentResponse };

/** The whole answer, streamed or not: all parts in order, as the library's own chats keep them for the next turn. */
async function complete(request: GenerateContentParameters, stream: boolean): Promise<Whole> {
  const replies: GenerateContentResponse[] = [];
  if (!stream) replies.push(await client.models.generateContent(request));
  else for await (const reply of await client.models.generateContentStream(request)) replies.push(reply);
  const parts = replies.flatMap((reply) => reply.candidates?.[0]?.content?.parts ?? []);
  const text = parts.map((part) => (part.thought ? "" : (part.text ?? ""))).join("");
  return { parts, text, last: replies.at(-1) ?? assert.fail("no reply") };
}

withEachBothWays("text and usage", async (model, stream) => {
  const { text, last } = await complete({ model: model("demo-echo"), contents: SENTENCE }, stream);
  assert.equal(text, SENTENCE);
  assert.equal(last.candidates?.[0]?.finishReason, "STOP");
  const usage = last.usageMetadata ?? {};
  assert((usage.promptTokenCount ?? 0) > 0 && (usage.candidatesTokenCount ?? 0) > 0, JSON.stringify(usage));
});

async function roundTrip(model: Named, script: string, stream: boolean, tools: string[]) {
  const config = {
    tools: [{ functionDeclarations: tools.map(declaration) }],
    thinkingConfig: { includeThoughts: true },
  };
  const request = { model: model(script), config };
  const contents = [question];
  const first = await complete({ ...request, contents }, stream);
  const calls = first.parts.flatMap(({ functionCall }) => (functionCall ? [functionCall] : []));
  const results = calls.map(({ id = "", name = "" }) => ({
    functionResponse: { ...(id && { id }), name, response: { output: `${name}: 晴` } },
  }));
  contents.push({ role: "model", parts: first.parts }, user(...results));
  const second = await complete({ ...request, contents }, stream);
  assert(second.text.length > 3);
  contents.push({ role: "model", parts: second.parts }, question);
  await complete({ ...request, contents }, stream);
  return { first, calls: calls.map(({ name, args }) => [name, args]) };
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
  const thoughts = first.parts.map((part) => (part.thought ? part.text : "")).join("");
  assert.match(thoughts, /^先看量纲.*静能。$/);
});

withEachBothWays("an image", async (model, stream) => {
  const contents = [user({ text: "?" }, { inlineData: { mimeType: "image/png", data: PNG } })];
  assert.match((await complete({ model: model("demo-image"), contents }, stream)).text, PNG_SEEN);
});

withEach("an answer by JSON schema", async (model) => {
  const config = { responseMimeType: "application/json", responseJsonSchema: answerSchema };
  const reply = await client.models.generateContent({ model: model("demo-json"), contents: SENTENCE, config });
  assert.deepEqual(JSON.parse(reply.text ?? ""), { answer: "北京" });
});

withEachBothWays("the library's chats", async (model, stream) => {
  const chat = client.chats.create({ model: model("demo-echo") });
  for (const message of ["第一问", "第二问"]) {
    if (!stream) assert.equal((await chat.sendMessage({ message })).text, message);
    else {
      let text = "";
      for await (const reply of await chat.sendMessageStream({ message })) text += reply.text ?? "";
      assert.equal(text, message);
    }
  }
  // The library keeps each piece of a stream as a turn of its own, and sends them all back like that.
  assert(chat.getHistory().length >= 4);
});

withEach("counting tokens", async (model) => {
  const short = await client.models.countTokens({ model: model("demo-text"), contents: SENTENCE });
  const long = await client.models.countTokens({ model: model("demo-text"), contents: SENTENCE.repeat(50) });
  assert((short.totalTokens ?? 0) > 0 && (long.totalTokens ?? 0) > (short.totalTokens ?? 0));
});

withEach(
  "embeddings",
  async (model) => {
    const reply = await client.models.embedContent({ model: model("demo-text"), contents: [SENTENCE, "second"] });
    assert.deepEqual(
      reply.embeddings?.map(({ values }) => values?.length),
      [64, 64],
    );
  },
  ["openai-chat", "gemini", "ollama"],
);

const statusOf = (error: unknown) => (error instanceof ApiError ? error.status : String(error));

withEach("an upstream's 429", async (model) => {
  const asked = client.models.generateContent({ model: model("demo-429"), contents: SENTENCE });
  assert.equal(statusOf(await failureOf(asked)), 429);
});

withEach("an upstream's 400", async (model) => {
  const asked = client.models.generateContent({ model: model("demo-context-too-long"), contents: SENTENCE });
  assert.equal(statusOf(await failureOf(asked)), 400);
});

withEach("an error in mid-stream as ApiError", async (model) => {
  const asked = complete({ model: model("demo-error-mid-stream"), contents: SENTENCE }, true);
  const status = statusOf(await failureOf(asked));
  assert(Number(status) >= 500, String(status));
});

once("errors with their status", async () => {
  const of = async (apiKey: string, model: string) =>
    statusOf(await failureOf(clientOf(apiKey).models.generateContent({ model, contents: SENTENCE })));
  assert.equal(await of(wrongKey, "gemini.demo-text"), 401);
  assert.equal(await of(poorKey, "gemini.demo-text"), 402);
  assert.equal(await of(key, "gemini.demo-txet"), 404);
  assert.equal(await limitOf((apiKey) => of(apiKey, "gemini.demo-text")), 429);
});

once("models, listed and one", async () => {
  const names: string[] = [];
  for await (const { name = "" } of await client.models.list()) names.push(name);
  assert(names.includes("models/anthropic.demo-echo"), names.join());
  const one = await client.models.get({ model: "anthropic.demo-echo" });
  assert.equal(one.name, "models/anthropic.demo-echo");
  assert.equal(statusOf(await failureOf(client.models.get({ model: "anthropic.demo-ohce" }))), 404);
});

await runChecks();
