import { strict as assert } from "node:assert";
import OpenAI from "openai";
import { failureOf, key, limitOf, once, poorKey, runChecks, SENTENCE, url, withEach, wrongKey } from "./checks.ts";
import { registerChat } from "./openai-chat.ts";
import { registerResponses } from "./openai-responses.ts";

const baseURL = `${url}/v1`;
const client = new OpenAI({ baseURL, apiKey: key, maxRetries: 0 });
const messages = [{ role: "user" as const, content: SENTENCE }];

registerChat(client);
registerResponses(client);

withEach("completions", async (model) => {
  const reply = await client.completions.create({ model: model("demo-echo"), prompt: SENTENCE, max_tokens: 100 });
  assert.equal(reply.choices[0]?.text, SENTENCE);
  assert(reply.usage && reply.usage.completion_tokens > 0);
});

withEach(
  "embeddings, as base64 unless asked otherwise",
  async (model) => {
    const input = [SENTENCE, "second"];
    const asked = await client.embeddings.create({ model: model("demo-text"), input });
    const floats = await client.embeddings.create({ model: model("demo-text"), input, encoding_format: "float" });
    assert.equal(asked.data.length, 2);
    for (const [index, { embedding }] of asked.data.entries()) {
      assert.equal(embedding.length, 64);
      assert.deepEqual(embedding.map(Math.fround), floats.data[index]?.embedding.map(Math.fround));
    }
    assert(asked.usage.prompt_tokens > 0);
  },
  ["openai-chat", "gemini", "ollama"],
);

withEach("an upstream's 429 as RateLimitError", async (model) => {
  const error = await failureOf(client.chat.completions.create({ model: model("demo-429"), messages }));
  assert(error instanceof OpenAI.RateLimitError, String(error));
  assert.equal(error.code, "upstream_rate_limited");
  // What is left of seven seconds, where somebody was told before.
  assert.match(error.headers.get("retry-after") ?? "", /^[1-7]$/);
});

withEach("an upstream's 400 as BadRequestError", async (model) => {
  const error = await failureOf(client.chat.completions.create({ model: model("demo-context-too-long"), messages }));
  assert(error instanceof OpenAI.BadRequestError, String(error));
  assert.equal(error.code, "upstream_rejected");
});

withEach("an error in mid-stream as APIError", async (model) => {
  const read = async () => {
    const stream = await client.chat.completions.create({
      model: model("demo-error-mid-stream"),
      stream: true,
      messages,
    });
    for await (const chunk of stream) assert(chunk.choices[0]?.finish_reason == null);
  };
  const error = await failureOf(read());
  assert(error instanceof OpenAI.APIError, String(error));
});

once("errors by their classes", async () => {
  const model = "openai-chat.demo-text";
  const of = (apiKey: string, name: string) =>
    failureOf(new OpenAI({ baseURL, apiKey, maxRetries: 0 }).chat.completions.create({ model: name, messages }));
  const wrong = await of(wrongKey, model);
  assert(wrong instanceof OpenAI.AuthenticationError && wrong.status === 401 && wrong.code === "invalid_key");
  const poor = await of(poorKey, model);
  assert(poor instanceof OpenAI.APIError && poor.status === 402 && poor.code === "insufficient_balance");
  const missing = await of(key, "openai-chat.demo-txet");
  assert(missing instanceof OpenAI.NotFoundError && missing.code === "model_not_found");
  assert.match(missing.message, /demo-text/);
  const limited = await limitOf((apiKey) => of(apiKey, model));
  assert(limited instanceof OpenAI.RateLimitError && limited.code === "rpm_exceeded", String(limited));
  assert(Number(limited.headers.get("retry-after")) > 0);
});

once("models, listed and one", async () => {
  const names: string[] = [];
  for await (const model of client.models.list()) names.push(model.id);
  assert(names.includes("gemini.demo-echo"));
  assert.equal((await client.models.retrieve("gemini.demo-echo")).id, "gemini.demo-echo");
  const missing = await failureOf(client.models.retrieve("gemini.demo-ohce"));
  assert(missing instanceof OpenAI.NotFoundError);
});

await runChecks();
