import { readFileSync } from "node:fs";
import { AppError } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import type { CanonicalRequest } from "../../canonical/canonical-request.ts";
import { Notes } from "../../canonical/notes.ts";
import { carryInId } from "../../canonical/signature.ts";
import { target } from "../../testing/target.ts";
import { LoadRequested } from "./fields.ts";
import { ollamaGenerate } from "./generate.ts";
import { ollamaChat } from "./index.ts";

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const client = fixture("client-chat.json");
const PNG = JSON.parse(client.toString()).messages[1].images[0];

const chat = (body: object) => ollamaChat.decodeCall(Buffer.from(JSON.stringify(body)));
const canonical = (more: object) =>
  chat({ model: "m", messages: [{ role: "user", content: "x" }], ...more }).canonical();
const generate = (body: object) => ollamaGenerate.decodeCall(Buffer.from(JSON.stringify({ model: "m", ...body })));

function sent(request: CanonicalRequest, changes: Parameters<typeof target>[0] = {}) {
  const notes = new Notes();
  const { body, path } = ollamaChat.encodeRequest(request, target(changes), notes);
  return { body: JSON.parse(body.toString()), text: body.toString(), path, notes };
}

/** The parameter that a refusal names. */
function refusedParam(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError && error.code === "invalid_request") return error.parameters.param;
    throw error;
  }
  return "nothing was refused";
}

describe("decodeCall", () => {
  it("streams unless told otherwise, and reads the limit in options (case 34)", () => {
    expect(ollamaChat.decodeCall(client)).toMatchObject({
      model: "课程/qwen3",
      isStream: true,
      outputLimit: 100,
      choices: 1,
      streamContentType: "application/x-ndjson",
      wantsStreamUsage: true,
      size: { images: 1 },
    });
    expect(chat({ model: "m", messages: [{}], stream: false }).isStream).toBe(false);
    for (const num_predict of [-1, -2, 0, null])
      expect(chat({ model: "m", messages: [{}], options: { num_predict } }).outputLimit).toBeNull();
  });

  it("passes the bytes to an Ollama upstream but for the name and a tighter limit (case 31)", () => {
    const body =
      '{ "model" : "m", "messages":[{"role":"user","content":"caf\\u00e9"}], "keep_alive":"5m","options":{"seed":12345678901234567890,"top_p":1.0,"num_predict":100}, "truncate":false}';
    const call = ollamaChat.decodeCall(Buffer.from(body));
    expect(call.pass(target({ upstreamModel: "m" }))).toEqual({
      path: "/chat",
      headers: [],
      body: Buffer.from(body),
    });
    expect(call.pass(target({ upstreamModel: "n:8b", outputLimit: 30 })).body.toString()).toBe(
      body.replace('"model" : "m"', '"model" : "n:8b"').replace(":100", ":30"),
    );
    expect(call.pass(target({ upstreamModel: "m", outputLimit: 300 })).body.toString()).toBe(body);
  });

  it.each([
    ['"options":null', '"options":{"num_predict":30}'],
    ['"options":{}', '"options":{"num_predict":30}'],
    ['"options":{"num_predict":-1}', '"options":{"num_predict":30}'],
    ['"x":1', '"x":1,"options":{"num_predict":30}'],
  ])("puts a limit into %s", (given, expected) => {
    const body = `{"model":"m","messages":[{}],${given}}`;
    const call = ollamaChat.decodeCall(Buffer.from(body));
    expect(call.pass(target({ upstreamModel: "m", outputLimit: 30 })).body.toString()).toBe(
      body.replace(given, expected),
    );
  });

  it.each([
    ["model", '{"messages":[{}]}'],
    ["messages", '{"model":"m","messages":"x"}'],
    ["stream", '{"model":"m","messages":[{}],"stream":1}'],
    ["options", '{"model":"m","messages":[{}],"options":[]}'],
    ["options.num_predict", '{"model":"m","messages":[{}],"options":{"num_predict":"9"}}'],
    ["options.num_predict", '{"model":"m","messages":[{}],"options":{"num_predict":9,"num_predict":9000}}'],
    ["model", '{"model":"m","Model":"n","messages":[{}]}'],
    ["_debug_render_only", '{"model":"m","messages":[{}],"_debug_render_only":true}'],
  ])("refuses a wrong %s", (param, body) => {
    expect(refusedParam(() => ollamaChat.decodeCall(Buffer.from(body)))).toBe(param);
  });

  it.each([
    ["load", ollamaChat, '{"model":"m"}'],
    ["load", ollamaChat, '{"model":"m","messages":[ \n]}'],
    ["load", ollamaGenerate, '{"model":"m","prompt":"","stream":true}'],
    ["load", ollamaGenerate, '{"model":"m","keep_alive":"5m"}'],
    ["unload", ollamaChat, '{"model":"m","messages":null,"keep_alive":0}'],
    ["unload", ollamaGenerate, '{"model":"m","keep_alive":"0s"}'],
  ])("knows a request that only wants the model to %s", (doneReason, face, body) => {
    const run = () => face.decodeCall(Buffer.from(body));
    expect(run).toThrow(LoadRequested);
    expect(run).toThrow(expect.objectContaining({ model: "m", doneReason }));
  });
});

describe("canonical()", () => {
  it("reads a chat whole (cases 5, 9, 16, 17, 22, 25, 34)", () => {
    const request = ollamaChat.decodeCall(client).canonical();
    expect(request).toEqual({
      model: "课程/qwen3",
      messages: [
        { role: "system", parts: [{ type: "text", text: "Be brief." }] },
        {
          role: "user",
          parts: [
            { type: "image", source: { kind: "base64", mediaType: "image/png", data: PNG } },
            { type: "text", text: "这是什么？" },
          ],
        },
        {
          role: "assistant",
          parts: [
            { type: "reasoning", text: "Ask the tool.", signature: null },
            {
              type: "tool-call",
              id: "call_2_0",
              name: "look",
              arguments: '{"box":[0,1.0],"id":12345678901234567890}',
            },
            { type: "tool-call", id: "call_2_1", name: "now", arguments: "{}" },
          ],
        },
        {
          role: "tool",
          parts: [
            {
              type: "tool-result",
              callId: "call_2_1",
              name: "now",
              parts: [{ type: "text", text: "12:00" }],
              isError: false,
            },
          ],
        },
        {
          role: "tool",
          parts: [
            {
              type: "tool-result",
              callId: "call_2_0",
              name: "look",
              parts: [{ type: "text", text: "a dot" }],
              isError: false,
            },
          ],
        },
        { role: "system", parts: [{ type: "text", text: "Answer in Chinese." }] },
        { role: "user", parts: [{ type: "text", text: "So?" }] },
      ],
      tools: [
        {
          name: "look",
          description: "Looks",
          parameters: { type: "object", properties: { box: { type: "array" } }, required: ["box"] },
          isStrict: null,
        },
      ],
      toolChoice: null,
      parallelToolCalls: null,
      sampling: {
        temperature: 0,
        topP: 0.9,
        topK: 20,
        minP: 0.05,
        frequencyPenalty: 0.25,
        presencePenalty: 0.5,
        repetitionPenalty: 1.1,
        seed: 42,
      },
      stop: ["END"],
      outputLimit: 100,
      choices: 1,
      reasoning: { effort: "high", budgetTokens: null, isEnabled: true, isAdaptive: false, showsThoughts: true },
      outputFormat: {
        kind: "schema",
        name: null,
        description: null,
        schema: { type: "object", properties: { n: { type: "number", minimum: { rawJSON: "1.0" } } } },
        isStrict: null,
      },
      topLogprobs: null,
      isStream: true,
      namesUser: false,
      unmapped: ["keep_alive", "options.num_ctx", "options.mirostat"],
    } satisfies CanonicalRequest);
  });

  it("invents nothing (test 7 of the twelve)", () => {
    expect(canonical({})).toMatchObject({
      sampling: { temperature: null, topP: null, topK: null, seed: null },
      stop: [],
      outputLimit: null,
      reasoning: null,
      outputFormat: null,
      topLogprobs: null,
      unmapped: [],
    });
  });

  it.each([
    [true, { effort: null, isEnabled: true, showsThoughts: true }],
    [false, { effort: null, isEnabled: false, showsThoughts: null }],
    ["low", { effort: "low", isEnabled: true }],
    ["max", { effort: "max", isEnabled: true }],
  ])("reads think %j (case 20)", (think, reasoning) => {
    expect(canonical({ think }).reasoning).toMatchObject(reasoning);
  });

  it("reads format, log probabilities and one text to stop at (cases 16, 17, 30)", () => {
    expect(canonical({ format: "json" }).outputFormat).toEqual({ kind: "json" });
    expect(canonical({ format: "" }).outputFormat).toBeNull();
    expect(canonical({ logprobs: true }).topLogprobs).toBe(0);
    expect(canonical({ logprobs: true, top_logprobs: 3 }).topLogprobs).toBe(3);
    expect(canonical({ options: { stop: "x" } }).stop).toEqual(["x"]);
  });

  it("gives results to calls by id, by name, by order", () => {
    const call = (name: string, id?: string) => ({ id, function: { name, arguments: {} } });
    const messages = [
      { role: "user", content: "x" },
      { role: "assistant", content: "", tool_calls: [call("a", "one"), call("b"), call("b")] },
      { role: "tool", content: "1", tool_name: "b" },
      { role: "tool", content: "2" },
      { role: "tool", content: "3" },
      { role: "tool", content: "4", tool_call_id: "nobody" },
    ];
    const results = canonical({ messages }).messages.slice(2);
    expect(results.map((message) => message.parts[0])).toMatchObject([
      { callId: "call_1_1", name: "b" },
      { callId: "one", name: "a" },
      { callId: "call_1_2", name: "b" },
      { callId: "nobody", name: null },
    ]);
  });

  it("takes a signature out of the ids that carry one (case 24)", () => {
    const id = carryInId("call_7", { protocol: "gemini-generate", value: "sig" });
    const messages = [
      { role: "assistant", content: "", tool_calls: [{ id, function: { name: "a", arguments: {} } }] },
      { role: "tool", content: "1", tool_call_id: id },
    ];
    const [answer, result] = canonical({ messages }).messages;
    expect(answer?.parts[0]).toMatchObject({ id: "call_7", signature: { protocol: "gemini-generate", value: "sig" } });
    expect(result?.parts[0]).toMatchObject({ callId: "call_7", name: "a" });
  });

  it("takes the prefix off images (case 25)", () => {
    const messages = [{ role: "user", content: "", images: [`data:image/*;base64,${PNG}`] }];
    expect(canonical({ messages }).messages[0]?.parts).toEqual([
      { type: "image", source: { kind: "base64", mediaType: "image/png", data: PNG } },
    ]);
  });

  it("names what it knows no counterpart for (case 31)", () => {
    const messages = [{ role: "user", content: "x", name: "n", tool_name: "t", thinking: "", tool_calls: [] }];
    expect(canonical({ messages, truncate: true, keep_alive: 0 }).unmapped).toEqual([
      "truncate",
      "keep_alive",
      "messages[0].name",
      "messages[0].tool_name",
    ]);
  });

  it.each([
    ["messages[0].role", { messages: [{ role: "developer", content: "x" }] }],
    ["messages[0].content", { messages: [{ role: "user", content: [{ type: "text", text: "x" }] }] }],
    ["messages[0].images[0]", { messages: [{ role: "user", content: "x", images: ["https://x.test/a.png"] }] }],
    ["tools[0].type", { tools: [{ type: "web_search", function: { name: "x" } }] }],
    ["think", { think: "sometimes" }],
    ["format", { format: "yaml" }],
    ["options.top_p", { options: { top_p: "1" } }],
    ["top_logprobs", { logprobs: true, top_logprobs: 21 }],
  ])("refuses a wrong %s", (param, more) => {
    expect(refusedParam(() => canonical(more))).toBe(param);
  });

  it("reads a completion as the chat that comes to the same", () => {
    const call = generate({ prompt: "Why?", system: "Brief.", images: [PNG], think: false, keep_alive: 1 });
    expect(call.canonical()).toMatchObject({
      messages: [
        { role: "system", parts: [{ type: "text", text: "Brief." }] },
        { role: "user", parts: [{ type: "image" }, { type: "text", text: "Why?" }] },
      ],
      isStream: true,
      reasoning: { isEnabled: false },
      unmapped: ["keep_alive"],
    });
    expect(call.pass(target()).path).toBe("/generate");
    expect(call.size.textTokens).toBeGreaterThan(0);
  });

  it.each([
    ["suffix", { suffix: "end" }],
    ["template", { template: "{{ .Prompt }}" }],
    ["context", { context: [1, 2] }],
    ["raw", { raw: true }],
  ])("refuses %s of a completion towards upstreams that only chat (case 57)", (param, more) => {
    const call = generate({ prompt: "x", ...more });
    expect(refusedParam(() => call.canonical())).toBe(param);
    expect(JSON.parse(call.pass(target()).body.toString())).toMatchObject(more);
  });

  it("takes what says nothing about templates", () => {
    const call = generate({ prompt: "x", suffix: "", template: "", context: [], raw: false });
    expect(call.canonical().unmapped).toEqual([]);
  });
});

describe("encodeRequest", () => {
  const base = canonical({});

  it("keeps what a client of Ollama said, all but what is named (A→B→A)", () => {
    const { body, path, notes } = sent(ollamaChat.decodeCall(client).canonical(), { upstreamModel: "qwen3:8b" });
    const given = JSON.parse(client.toString());
    const { keep_alive: _, ...rest } = given;
    const { num_ctx: __, mirostat: ___, ...options } = given.options;
    expect(path).toBe("/chat");
    expect(body.options).toEqual(options);
    expect(body).toMatchObject({
      model: "qwen3:8b",
      stream: true,
      think: "high",
      tools: rest.tools,
      format: rest.format,
    });
    expect(body.messages).toEqual([
      given.messages[0],
      given.messages[1],
      {
        role: "assistant",
        content: "",
        thinking: "Ask the tool.",
        tool_calls: [
          { id: "call_2_0", function: { index: 0, ...given.messages[2].tool_calls[0].function } },
          { id: "call_2_1", function: { index: 1, ...given.messages[2].tool_calls[1].function } },
        ],
      },
      { ...given.messages[3], tool_call_id: "call_2_1" },
      { ...given.messages[4], tool_call_id: "call_2_0" },
      given.messages[5],
      given.messages[6],
    ]);
    expect(notes.dropped).toEqual([]);
  });

  it("keeps members of arguments whatever their names", () => {
    const call = '{"function":{"name":"a","arguments":{"__proto__":1,"constructor":2}}}';
    const body = `{"model":"m","messages":[{"role":"assistant","tool_calls":[${call}]}]}`;
    const { text } = sent(ollamaChat.decodeCall(Buffer.from(body)).canonical());
    expect(text).toContain('"arguments":{"__proto__":1,"constructor":2}');
  });

  it("keeps every digit of arguments and schemas", () => {
    const { text } = sent(ollamaChat.decodeCall(client).canonical());
    expect(text).toContain('"arguments":{"box":[0,1.0],"id":12345678901234567890}');
    expect(text).toContain('"minimum":1.0');
  });

  it("says stream outright, and nothing that was not said", () => {
    expect(sent({ ...base, isStream: false }).body).toEqual({
      model: "m",
      messages: [{ role: "user", content: "x" }],
      stream: false,
    });
  });

  it("keeps the tighter limit", () => {
    expect(sent({ ...base, outputLimit: 100 }, { outputLimit: 30 }).body.options).toEqual({ num_predict: 30 });
    expect(sent({ ...base, outputLimit: 10 }, { outputLimit: 30 }).body.options).toEqual({ num_predict: 10 });
    expect(sent(base, { outputLimit: 30 }).body.options).toEqual({ num_predict: 30 });
  });

  it("finds the names of tools by id, and puts pictures of results behind the turn (cases 6, 7, 8)", () => {
    const call = (id: string, name: string) => ({ type: "tool-call", id, name, arguments: "" }) as const;
    const image = { type: "image", source: { kind: "base64", mediaType: "image/png", data: PNG } } as const;
    const result = { type: "tool-result", name: null } as const;
    const { body, notes } = sent({
      ...base,
      messages: [
        { role: "assistant", parts: [call("1", "shot"), call("2", "now")] },
        {
          role: "tool",
          parts: [{ ...result, callId: "1", parts: [{ type: "text", text: "see" }, image], isError: false }],
        },
        {
          role: "tool",
          parts: [{ ...result, callId: "2", parts: [{ type: "text", text: "no clock" }], isError: true }],
        },
        { role: "user", parts: [{ type: "text", text: "So?" }] },
      ],
    });
    expect(body.messages.slice(1)).toEqual([
      { role: "tool", content: "see", tool_name: "shot", tool_call_id: "1" },
      { role: "tool", content: "no clock", tool_name: "now", tool_call_id: "2" },
      { role: "user", content: "", images: [PNG] },
      { role: "user", content: "So?" },
    ]);
    expect(body.messages[0].tool_calls[0].function.arguments).toEqual({});
    expect(notes.dropped).toEqual(["tool_result.is_error"]);
  });

  it("joins texts, leaves blank system texts out, and shows no opaque thought (cases 1, 4, 22, 23, 28)", () => {
    const text = (value: string) => ({ type: "text", text: value }) as const;
    const { body, notes } = sent({
      ...base,
      messages: [
        { role: "system", parts: [text("A"), { ...text("B"), cacheControl: { type: "ephemeral" } }] },
        { role: "system", parts: [text(" \n")] },
        {
          role: "assistant",
          parts: [
            { type: "reasoning", text: "hm", signature: { protocol: "anthropic-messages", value: "s" } },
            { type: "reasoning", text: "", signature: null, isRedacted: true },
            text("one "),
            text("two"),
          ],
        },
      ],
    });
    expect(body.messages).toEqual([
      { role: "system", content: "A\nB" },
      { role: "assistant", content: "one two", thinking: "hm" },
    ]);
    expect(notes.dropped).toEqual(["cache_control", "redacted_thinking"]);
  });

  it.each([
    [{ effort: null, isEnabled: false }, false, []],
    [{ effort: "none", isEnabled: true }, false, []],
    [{ effort: "minimal", isEnabled: true }, "low", ["reasoning_effort=low"]],
    [{ effort: "medium", isEnabled: true }, "medium", []],
    [{ effort: "xhigh", isEnabled: true }, "high", ["reasoning_effort=high"]],
    [{ effort: "max", isEnabled: true }, "max", []],
    [{ effort: null, isEnabled: true }, true, []],
    [{ effort: null, isEnabled: true, isAdaptive: true }, undefined, []],
  ] as const)("says of thinking %j: %j (case 20)", (wish, think, clamped) => {
    const reasoning = { budgetTokens: null, isAdaptive: false, showsThoughts: null, ...wish };
    const { body, notes } = sent({ ...base, reasoning });
    expect(body.think).toBe(think);
    expect(notes.clamped).toEqual(clamped);
  });

  it("names a budget that it can't say", () => {
    const reasoning = { effort: null, budgetTokens: 2048, isEnabled: true, isAdaptive: false, showsThoughts: null };
    const { body, notes } = sent({ ...base, reasoning });
    expect(body.think).toBe(true);
    expect(notes.dropped).toEqual(["thinking.budget_tokens"]);
  });

  it("maps the output format to format (case 16)", () => {
    const schema = { type: "object", properties: { a: { type: "integer" } } };
    const outputFormat = { kind: "schema", name: "n", description: null, schema, isStrict: true } as const;
    expect(sent({ ...base, outputFormat }).body.format).toEqual(schema);
    expect(sent({ ...base, outputFormat: { kind: "json" } }).body.format).toBe("json");
  });

  it("leaves out the tools that may not be called (case 12)", () => {
    const tool = (name: string) => ({ name, description: null, parameters: null, isStrict: null });
    const tools = [tool("a"), tool("b")];
    const named = (body: { tools?: { function: { name: string } }[] }) => body.tools?.map((each) => each.function.name);
    expect(named(sent({ ...base, tools }).body)).toEqual(["a", "b"]);
    expect(named(sent({ ...base, tools, toolChoice: { kind: "none" } }).body)).toBeUndefined();
    const allowed = { kind: "allowed", names: ["b"], isRequired: false } as const;
    expect(named(sent({ ...base, tools, toolChoice: allowed }).body)).toEqual(["b"]);
    expect(sent({ ...base, tools }).body.tools[0].function.parameters).toEqual({ type: "object", properties: {} });
  });

  const media = (type: "document" | "audio", mediaType: string) =>
    ({ type, source: { kind: "base64", mediaType, data: "JVBERi0=" } }) as const;
  const tools = [{ name: "a", description: null, parameters: null, isStrict: null }];
  it.each([
    ["n", { choices: 2 }],
    ["tool_choice", { tools, toolChoice: { kind: "required" } }],
    ["tool_choice", { tools, toolChoice: { kind: "named", name: "a" } }],
    ["tool_choice", { tools, toolChoice: { kind: "allowed", names: ["a"], isRequired: true } }],
    ["tools", { tools: [{ ...tools[0], name: "patch", custom: { format: null } }] }],
    ["messages", { messages: [{ role: "user", parts: [media("document", "application/pdf")] }] }],
    ["messages", { messages: [{ role: "user", parts: [media("audio", "audio/wav")] }] }],
    ["messages", { messages: [{ role: "user", parts: [{ type: "image", source: { kind: "url", url: "file-1" } }] }] }],
  ] as [string, Partial<CanonicalRequest>][])(
    "refuses what it has no way to say: %s (cases 12, 27, 29)",
    (param, more) => {
      expect(refusedParam(() => sent({ ...base, ...more }))).toBe(param);
    },
  );

  it("wants every picture as bytes (case 26)", () => {
    expect(ollamaChat.needsBytes({ type: "image", url: "https://x.test/a.png" })).toBe(true);
    expect(ollamaChat.needsBytes({ type: "image", url: "HTTP://x.test/a.png" })).toBe(true);
  });
});
