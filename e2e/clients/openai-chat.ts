import { strict as assert } from "node:assert";
import type OpenAI from "openai";
import {
  answerSchema,
  cityParameters,
  type Named,
  PNG,
  PNG_SEEN,
  SENTENCE,
  withEach,
  withEachBothWays,
} from "./checks.ts";

type Message = OpenAI.ChatCompletionMessageParam;
type Request = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, "stream">;
const user = (content: string): Message => ({ role: "user", content });
const tool = (name: string): OpenAI.ChatCompletionTool => ({
  type: "function",
  function: { name, description: "About a place.", parameters: cityParameters },
});

/** The library's checks of chat completions. */
export function registerChat(client: OpenAI): void {
  /** The whole answer: as it comes, or put together by the library's own helper. */
  async function complete(request: Request, stream: boolean): Promise<OpenAI.ChatCompletion> {
    if (!stream) return client.chat.completions.create(request);
    const options = { stream_options: { include_usage: true } };
    return client.chat.completions.stream({ ...request, ...options }).finalChatCompletion();
  }
  const firstOf = (reply: OpenAI.ChatCompletion) => reply.choices[0] ?? assert.fail("no choice");

  withEachBothWays("chat: text and usage", async (model, stream) => {
    const reply = await complete({ model: model("demo-echo"), messages: [user(SENTENCE)] }, stream);
    assert.equal(firstOf(reply).message.content, SENTENCE);
    assert.equal(firstOf(reply).finish_reason, "stop");
    assert.equal(reply.model, model("demo-echo"));
    const { usage } = reply;
    assert(usage && usage.prompt_tokens > 0 && usage.completion_tokens > 0);
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
  });

  async function roundTrip(model: Named, script: string, stream: boolean, tools: string[]) {
    const request = { model: model(script), tools: tools.map(tool) };
    const messages: Message[] = [user(SENTENCE)];
    const first = firstOf(await complete({ ...request, messages }, stream));
    assert.equal(first.finish_reason, "tool_calls");
    const calls = first.message.tool_calls ?? [];
    messages.push(first.message);
    for (const call of calls) {
      assert(call.type === "function");
      messages.push({ role: "tool", tool_call_id: call.id, content: `${call.function.name}: 晴` });
    }
    const second = firstOf(await complete({ ...request, messages }, stream));
    assert.equal(second.finish_reason, "stop");
    assert((second.message.content ?? "").length > 3);
    messages.push(second.message, user("再问一次"));
    await complete({ ...request, messages }, stream);
    return calls.map((call) => (call.type === "function" ? call.function : assert.fail(call.type)));
  }

  withEachBothWays("chat: a tool and its result", async (model, stream) => {
    const calls = await roundTrip(model, "demo-tools", stream, ["get_weather"]);
    assert.deepEqual(
      calls.map(({ name }) => name),
      ["get_weather"],
    );
    assert.deepEqual(JSON.parse(calls[0]?.arguments ?? ""), { city: "北京" });
  });

  withEachBothWays("chat: parallel tools", async (model, stream) => {
    const calls = await roundTrip(model, "demo-parallel-tools", stream, ["get_weather", "get_time"]);
    assert.deepEqual(
      calls.map(({ name, arguments: given }) => [name, JSON.parse(given)]),
      [
        ["get_weather", { city: "北京" }],
        ["get_time", { city: "上海" }],
      ],
    );
  });

  // The demo upstream refuses thoughts and calls whose signature was lost or altered on the way.
  withEachBothWays("chat: thinking, back with its signature", async (model, stream) => {
    await roundTrip(model, "demo-thinking-tools", stream, ["get_weather"]);
  });

  withEach("chat: thinking to read", async (model) => {
    const request = { model: model("demo-reasoning"), messages: [user(SENTENCE)] };
    const whole = firstOf(await client.chat.completions.create(request)).message;
    let text = "";
    let thoughts = "";
    // The library's helper keeps only the last delta of a member that it has no name for.
    for await (const { choices } of await client.chat.completions.create({ ...request, stream: true })) {
      const delta: { content?: string | null; reasoning_content?: string } = choices[0]?.delta ?? {};
      text += delta.content ?? "";
      thoughts += delta.reasoning_content ?? "";
    }
    assert.match(thoughts, /^先看量纲.*静能。$/);
    assert.deepEqual(whole, { ...whole, content: text, reasoning_content: thoughts });
  });

  withEachBothWays("chat: an image", async (model, stream) => {
    const image = { type: "image_url" as const, image_url: { url: `data:image/png;base64,${PNG}` } };
    const messages: Message[] = [{ role: "user", content: [{ type: "text", text: "?" }, image] }];
    const reply = await complete({ model: model("demo-image"), messages }, stream);
    assert.match(firstOf(reply).message.content ?? "", PNG_SEEN);
  });

  withEach("chat: an answer by JSON schema", async (model) => {
    const reply = await client.chat.completions.parse({
      model: model("demo-json"),
      messages: [user(SENTENCE)],
      response_format: { type: "json_schema", json_schema: { name: "answer", strict: true, schema: answerSchema } },
    });
    assert.deepEqual(JSON.parse(reply.choices[0]?.message.content ?? ""), { answer: "北京" });
  });
}
