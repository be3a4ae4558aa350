import { strict as assert } from "node:assert";
import type OpenAI from "openai";
import {
  answerSchema,
  cityParameters,
  failureOf,
  type Named,
  PNG,
  PNG_SEEN,
  SENTENCE,
  withEach,
  withEachBothWays,
} from "./checks.ts";

type Responses = OpenAI.Responses.Response;
type Request = Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, "stream">;
const tool = (name: string): OpenAI.Responses.FunctionTool => ({
  type: "function",
  name,
  description: "About a place.",
  parameters: cityParameters,
  strict: true,
});

/** The items of an answer as input, as the library's documentation gives them back; its types for the two differ in what nobody sends. */
const given = (reply: Responses) => reply.output as OpenAI.Responses.ResponseInputItem[];

/** The library's checks of responses. */
export function registerResponses(client: OpenAI): void {
  /**
   * The whole answer, as it comes or as the end of a stream has it. The library's helper for streams adds members to it that OpenAI itself
   * refuses to take back.
   */
  async function respond(request: Request, stream: boolean): Promise<Responses> {
    if (!stream) return client.responses.create(request);
    let text = "";
    for await (const event of await client.responses.create({ ...request, stream: true })) {
      if (event.type === "response.output_text.delta") text += event.delta;
      if (event.type !== "response.completed") continue;
      const output_text = event.response.output
        .flatMap((item) => (item.type === "message" ? item.content : []))
        .map((part) => (part.type === "output_text" ? part.text : ""))
        .join("");
      assert.equal(output_text, text);
      return { ...event.response, output_text };
    }
    return assert.fail("the stream did not complete");
  }

  withEachBothWays("responses: text and usage", async (model, stream) => {
    const reply = await respond({ model: model("demo-echo"), input: SENTENCE, store: false }, stream);
    assert.equal(reply.output_text, SENTENCE);
    assert.equal(reply.status, "completed");
    assert.equal(reply.model, model("demo-echo"));
    const { usage } = reply;
    assert(usage && usage.input_tokens > 0 && usage.output_tokens > 0);
    assert.equal(usage.total_tokens, usage.input_tokens + usage.output_tokens);
  });

  async function roundTrip(model: Named, script: string, stream: boolean, tools: string[]) {
    const request: Request = {
      model: model(script),
      tools: tools.map(tool),
      store: false,
      include: ["reasoning.encrypted_content"],
      reasoning: { effort: "medium", summary: "auto" },
    };
    const input: OpenAI.Responses.ResponseInputItem[] = [{ role: "user", content: SENTENCE }];
    const first = await respond({ ...request, input }, stream);
    const calls = first.output.filter((item) => item.type === "function_call");
    input.push(...given(first));
    for (const { call_id, name } of calls) input.push({ type: "function_call_output", call_id, output: `${name}: 晴` });
    const second = await respond({ ...request, input }, stream);
    assert(second.output_text.length > 3);
    input.push(...given(second), { role: "user", content: "再问一次" });
    await respond({ ...request, input }, stream);
    return { first, calls };
  }

  withEachBothWays("responses: a tool and its result", async (model, stream) => {
    const { calls } = await roundTrip(model, "demo-tools", stream, ["get_weather"]);
    assert.deepEqual(
      calls.map(({ name }) => name),
      ["get_weather"],
    );
    assert.deepEqual(JSON.parse(calls[0]?.arguments ?? ""), { city: "北京" });
  });

  withEachBothWays("responses: parallel tools", async (model, stream) => {
    const { calls } = await roundTrip(model, "demo-parallel-tools", stream, ["get_weather", "get_time"]);
    assert.deepEqual(
      calls.map(({ name, arguments: given }) => [name, JSON.parse(given)]),
      [
        ["get_weather", { city: "北京" }],
        ["get_time", { city: "上海" }],
      ],
    );
  });

  withEachBothWays("responses: thinking, back with its signature", async (model, stream) => {
    const { first } = await roundTrip(model, "demo-thinking-tools", stream, ["get_weather"]);
    const thoughts = first.output.filter((item) => item.type === "reasoning");
    assert(
      thoughts.some(({ summary }) => summary.some(({ text }) => text.includes("量纲"))),
      JSON.stringify(thoughts),
    );
  });

  withEachBothWays("responses: an image", async (model, stream) => {
    const image = { type: "input_image" as const, detail: "auto" as const, image_url: `data:image/png;base64,${PNG}` };
    const content = [{ type: "input_text" as const, text: "?" }, image];
    const reply = await respond(
      { model: model("demo-image"), input: [{ role: "user", content }], store: false },
      stream,
    );
    assert.match(reply.output_text, PNG_SEEN);
  });

  withEach("responses: the library's helper for streams", async (model) => {
    const reply = await client.responses.stream({ model: model("demo-text"), input: SENTENCE }).finalResponse();
    assert(reply.output_text.includes("Hello from the demo upstream."));
  });

  withEach("responses: an answer by JSON schema", async (model) => {
    const reply = await client.responses.parse({
      model: model("demo-json"),
      input: SENTENCE,
      store: false,
      text: { format: { type: "json_schema", name: "answer", strict: true, schema: answerSchema } },
    });
    assert.deepEqual(JSON.parse(reply.output_text), { answer: "北京" });
  });

  withEachBothWays("responses: one that was kept, continued, retrieved and deleted", async (model, stream) => {
    const first = await respond({ model: model("demo-echo"), input: "第一问", store: true }, stream);
    const second = await respond(
      { model: model("demo-inspect"), input: "第二问", previous_response_id: first.id, store: true },
      stream,
    );
    const { turns } = JSON.parse(second.output_text) as { turns: { text: string }[] };
    assert.deepEqual(
      turns.map(({ text }) => text),
      ["第一问", "第一问", "第二问"],
    );
    const kept = await client.responses.retrieve(first.id);
    assert.equal(kept.output_text, "第一问");
    const items = await client.responses.inputItems.list(second.id);
    assert(items.data.length > 0);
    await client.responses.delete(first.id);
    const gone = await failureOf(client.responses.retrieve(first.id));
    assert.equal((gone as { status?: number }).status, 404);
  });
}
