import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shortConclusion, shortReasoning, shortText } from "../../scripts/passages.ts";
import { type DemoUpstream, startDemoUpstream } from "../../server.ts";
import { post, readEvents } from "../../testing/post.ts";

let upstream: DemoUpstream;
beforeAll(async () => {
  upstream = await startDemoUpstream();
});
afterAll(() => upstream.close());

type Part = {
  text?: string;
  thought?: boolean;
  thoughtSignature?: string;
  functionCall?: { name: string; args: object };
};
type Candidate = { content?: { parts: Part[]; role: string }; finishReason?: string; index: number };
type Response = {
  candidates?: Candidate[];
  usageMetadata?: Record<string, number>;
  promptFeedback?: object;
  error?: object;
  responseId: string;
};

const contents = [{ role: "user", parts: [{ text: "hello" }] }];
const city = { type: "OBJECT", properties: { city: { type: "STRING" } } };
const tools = [{ functionDeclarations: [{ name: "get_weather", parameters: city }, { name: "get_time" }] }];

const ask = (model: string, body: object = {}, method = "generateContent") =>
  post(upstream.url, `/v1beta/models/${model}:${method}`, { contents, ...body });
const whole = async (model: string, body: object = {}) => (await ask(model, body)).json as Response;
const stream = async (model: string, body: object = {}) => {
  const { text } = await ask(model, body, "streamGenerateContent?alt=sse");
  expect(text).not.toMatch(/[^\r]\n/);
  return readEvents(text.replaceAll("\r\n", "\n")).map(({ data }) => data as Response);
};
const partsOf = (response: Response) => response.candidates?.[0]?.content?.parts ?? [];
const textOf = (responses: readonly Response[], thought = false) =>
  responses
    .flatMap(partsOf)
    .filter((part) => (part.thought ?? false) === thought)
    .map((part) => part.text ?? "")
    .join("");

describe("a streamed answer", () => {
  it("is a whole response in each event, with usage so far, and a finish reason at the end", async () => {
    const events = await stream("demo-chunks-3");
    expect(events.map((event) => partsOf(event)[0]?.text)).toEqual(["0 ", "1 ", "2 ", ""]);
    expect(events.map((event) => event.usageMetadata?.candidatesTokenCount)).toEqual([1, 2, 3, 3]);
    expect(events.at(-1)?.candidates?.[0]).toMatchObject({
      finishReason: "STOP",
      index: 0,
      content: { role: "model" },
    });
    expect(new Set(events.map(({ responseId }) => responseId)).size).toBe(1);
  });

  it("without alt=sse is one JSON array that grows (case 53)", async () => {
    const reply = await ask("demo-text", {}, "streamGenerateContent");
    expect(reply.headers.get("content-type")).toContain("application/json");
    expect(textOf(reply.json as Response[])).toBe(shortText);
    const failing = await ask("demo-429", {}, "streamGenerateContent");
    expect(failing).toMatchObject({ status: 429, json: [{ error: { code: 429, status: "RESOURCE_EXHAUSTED" } }] });
    const mid = (await ask("demo-error-mid-stream", {}, "streamGenerateContent")).json as Response[];
    expect(mid.at(-1)).toMatchObject({ error: { code: 500, status: "INTERNAL" } });
    expect((await ask("demo-error-200", {}, "streamGenerateContent")).json).toMatchObject([{ error: { code: 503 } }]);
  });

  it.each([
    "demo-text",
    "demo-reasoning",
    "demo-thinking-tools",
    "demo-parallel-tools",
    "demo-citations",
    "demo-classes-100-50",
  ])("%s adds up to the whole one", async (model) => {
    const one = await whole(model, { tools });
    const events = await stream(model, { tools });
    const callsOf = (responses: readonly Response[]) => responses.flatMap(partsOf).filter((part) => part.functionCall);
    expect(textOf(events)).toBe(textOf([one]));
    expect(textOf(events, true)).toBe(textOf([one], true));
    expect(callsOf(events)).toEqual(callsOf([one]));
    expect(events.at(-1)?.usageMetadata).toEqual(one.usageMetadata);
    expect(events.at(-1)?.candidates?.[0]).toMatchObject({ ...one.candidates?.[0], content: expect.anything() });
  });

  it("sends a call whole, in one part, the first of a group signed (cases 24, 44)", async () => {
    const parts = (await stream("demo-parallel-tools", { tools })).flatMap(partsOf).filter((part) => part.functionCall);
    expect(parts.map((part) => part.functionCall)).toMatchObject([
      { name: "get_weather", args: { city: "北京" } },
      { name: "get_time", args: {} },
    ]);
    expect(parts.map((part) => part.thoughtSignature !== undefined)).toEqual([true, false]);
  });

  it("reports usage where the script wants it", async () => {
    const reports = async (model: string) => (await stream(model)).map((event) => event.usageMetadata !== undefined);
    expect((await reports("demo-no-usage")).some(Boolean)).toBe(false);
    expect((await reports("demo-usage-middle")).filter(Boolean)).toHaveLength(1);
    const last = (await stream("demo-usage-after-finish")).slice(-2);
    expect(last[0]?.candidates?.[0]?.finishReason).toBe("STOP");
    expect(last[0]?.usageMetadata).toBeUndefined();
    expect(last[1]?.candidates).toBeUndefined();
    expect(last[1]?.usageMetadata).toBeDefined();
  });
});

describe("a whole answer", () => {
  it("has thoughts as parts of their own, counted beside the candidates", async () => {
    const response = await whole("demo-reasoning");
    expect(partsOf(response)).toMatchObject([
      { text: shortReasoning, thought: true },
      { text: shortConclusion, thoughtSignature: expect.any(String) },
    ]);
    const { usageMetadata: usage = {} } = response;
    expect(usage.totalTokenCount).toBe(
      (usage.promptTokenCount ?? 0) + (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
    );
  });

  it("shows thoughts only if asked to (case 20)", async () => {
    const ask20 = async (thinkingConfig: object) =>
      textOf([await whole("demo-thinking-if-asked", { generationConfig: { thinkingConfig } })], true);
    expect(await ask20({ thinkingLevel: "LOW" })).toBe("");
    expect(await ask20({ thinkingLevel: "LOW", includeThoughts: true })).toBe("effort=low ");
    expect(await ask20({ thinkingBudget: 512, includeThoughts: true })).toBe("budget=512 ");
    expect(await ask20({ thinkingBudget: 0, includeThoughts: true })).toBe("");
  });

  it.each([
    ["demo-content-filter", "SAFETY"],
    ["demo-recitation", "RECITATION"],
    ["demo-blocklist", "BLOCKLIST"],
    ["demo-spii", "SPII"],
    ["demo-prohibited", "PROHIBITED_CONTENT"],
    ["demo-malformed-call", "MALFORMED_FUNCTION_CALL"],
  ])("%s ends with %s (case 36)", async (model, finishReason) => {
    expect((await whole(model)).candidates?.[0]).toMatchObject({ finishReason });
    expect((await stream(model)).at(-1)?.candidates?.[0]).toMatchObject({ finishReason });
  });

  it("has no candidate for a blocked prompt (case 37)", async () => {
    for (const response of [await whole("demo-blocked-prompt"), ...(await stream("demo-blocked-prompt"))]) {
      expect(response).not.toHaveProperty("candidates");
      expect(response.promptFeedback).toEqual({ blockReason: "PROHIBITED_CONTENT" });
    }
  });

  it("has as many candidates as wanted (case 29)", async () => {
    const generationConfig = { candidateCount: 3 };
    const one = await whole("demo-n", { generationConfig });
    expect(one.candidates?.map(({ index }) => index)).toEqual([0, 1, 2]);
    const last = (await stream("demo-n", { generationConfig })).at(-1);
    expect(last?.usageMetadata).toEqual(one.usageMetadata);
  });

  it("reads numbers of enumerations, as google.generativeai sends them", async () => {
    const parameters = { type: 6, properties: { city: { type: 1 }, days: { type: 3 } } };
    const numbered = { tools: [{ function_declarations: [{ name: "f", parameters }] }] };
    const mode = { tool_config: { function_calling_config: { mode: 2 } } };
    const called = partsOf(await whole("demo-tools", { ...numbered, ...mode }))[0]?.functionCall;
    expect(called).toMatchObject({ name: "f", args: { city: "北京", days: 1 } });
    const seen = textOf([await whole("demo-inspect", { ...numbered, ...mode })]);
    expect(JSON.parse(seen)).toMatchObject({ toolChoice: "required" });
  });

  it("reads both spellings of names, a list of one without brackets, and no role (case 54)", async () => {
    const response = await whole("demo-inspect", {
      contents: [{ parts: { text: "hi" } }],
      system_instruction: { parts: [{ text: "A" }, { text: "B" }] },
      generation_config: { max_output_tokens: 900, stop_sequences: ["x y"], thinking_config: { thinking_budget: 7 } },
      tools: [
        {
          function_declarations: [
            { name: "f", parameters: { type: "object", properties: { snake_case: { type: "string" } } } },
          ],
        },
      ],
    });
    expect(JSON.parse(textOf([response]))).toMatchObject({
      system: "A\nB",
      turns: [{ role: "user", text: "hi" }],
      maxTokens: 900,
      stop: ["x y"],
      thinking: { budgetTokens: 7 },
      tools: [{ name: "f", parameters: { properties: { snake_case: {} } } }],
    });
  });
});

describe("beside generating", () => {
  it("counts and embeds (case 55)", async () => {
    expect((await ask("demo-text", {}, "countTokens")).json).toMatchObject({ totalTokens: 2 });
    const nested = { generateContentRequest: { model: "models/demo-text", contents } };
    const counted = await post(upstream.url, "/v1beta/models/demo-text:countTokens", nested);
    expect(counted.json).toMatchObject({ totalTokens: 2 });
    const content = (text: string) => ({ parts: [{ text }] });
    const one = await post(upstream.url, "/v1beta/models/demo-text:embedContent", {
      content: content("b"),
      outputDimensionality: 8,
    });
    const { embedding } = one.json as { embedding: { values: number[] } };
    expect(embedding.values).toHaveLength(8);
    const requests = ["a", "b"].map((text) => ({
      model: "models/demo-text",
      content: content(text),
      outputDimensionality: 8,
    }));
    const batch = await post(upstream.url, "/v1beta/models/demo-text:batchEmbedContents", { requests });
    expect((batch.json as { embeddings: object[] }).embeddings[1]).toEqual(embedding);
  });

  it("lists models below /v1beta, and below /v1 for those with a Google key (case 62)", async () => {
    const page = (await post(upstream.url, "/v1beta/models?pageSize=2")).json as {
      models: object[];
      nextPageToken: string;
    };
    expect(page.models).toMatchObject([{ name: "models/demo-text" }, {}]);
    const next = await post(upstream.url, `/v1beta/models?pageSize=1&pageToken=${page.nextPageToken}`);
    expect(next.json).toMatchObject({ models: [{ name: "models/demo-echo-every-5ms" }] });
    const key = { "x-goog-api-key": "k" };
    expect((await post(upstream.url, "/v1/models", undefined, key)).json).toHaveProperty("models");
    expect((await post(upstream.url, "/v1/models/demo-text", undefined, key)).json).toMatchObject({
      name: "models/demo-text",
    });
    expect((await post(upstream.url, "/v1beta/models/nothing")).json).toMatchObject({
      error: { code: 404, status: "NOT_FOUND" },
    });
  });

  it("takes the credential from header, query or Authorization (case 53)", async () => {
    const guarded = await startDemoUpstream({ credential: "k" });
    const path = "/v1beta/models/demo-fast:generateContent";
    const replies = [
      await post(guarded.url, path, { contents }, { "x-goog-api-key": "k" }),
      await post(guarded.url, `${path}?key=k`, { contents }),
      await post(guarded.url, path, { contents }, { authorization: "Bearer k" }),
      await post(guarded.url, path, { contents }, { "x-api-key": "k" }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 401]);
    const places = guarded.requests().map(({ credentialPlace }) => credentialPlace);
    expect(places).toEqual(["x-goog-api-key", "key", "bearer", undefined]);
    await guarded.close();
  });
});
