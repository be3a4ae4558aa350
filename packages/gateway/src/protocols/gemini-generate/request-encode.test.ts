import { describe, expect, it } from "vitest";
import {
  type AssistantPart,
  type CanonicalRequest,
  type Message,
  noSampling,
  type ReasoningWish,
  type ToolResultPart,
} from "../../canonical/canonical-request.ts";
import { Notes } from "../../canonical/notes.ts";
import { gemini } from "../../providers/gemini.ts";
import { target } from "../../testing/target.ts";
import { geminiGenerate } from "./index.ts";
import { encodeRequest } from "./request-encode.ts";

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex").toString("base64");
const plain: CanonicalRequest = {
  model: "public",
  messages: [{ role: "user", parts: [{ type: "text", text: "x" }] }],
  tools: [],
  toolChoice: null,
  parallelToolCalls: null,
  sampling: noSampling,
  stop: [],
  outputLimit: null,
  choices: 1,
  reasoning: null,
  outputFormat: null,
  topLogprobs: null,
  isStream: false,
  namesUser: false,
  unmapped: [],
};

function encode(
  changes: Partial<CanonicalRequest>,
  upstreamModel = "gemini-3-flash",
  outputLimit: number | null = null,
) {
  const notes = new Notes();
  const encoded = encodeRequest(
    { ...plain, ...changes },
    target({ provider: gemini, upstreamModel, outputLimit }),
    notes,
  );
  return { path: encoded.path, body: JSON.parse(encoded.body.toString()), text: encoded.body.toString(), notes };
}
const contents = (messages: readonly Message[], model?: string) => encode({ messages }, model).body.contents;
const user = (text: string): Message => ({ role: "user", parts: [{ type: "text", text }] });
const system = (...texts: string[]): Message => ({
  role: "system",
  parts: texts.map((text) => ({ type: "text", text })),
});
const assistant = (...parts: AssistantPart[]): Message => ({ role: "assistant", parts });
const call = (id: string, name: string, args = "{}"): AssistantPart => ({
  type: "tool-call",
  id,
  name,
  arguments: args,
});
const result = (callId: string, text: string, more: Partial<ToolResultPart> = {}): Message => ({
  role: "tool",
  parts: [{ type: "tool-result", callId, name: null, parts: [{ type: "text", text }], isError: false, ...more }],
});

describe("the address", () => {
  it.each([
    ["gemini-3-flash", false, "/models/gemini-3-flash:generateContent"],
    ["models/gemini-3-flash", true, "/models/gemini-3-flash:streamGenerateContent?alt=sse"],
    ["qwen/qwen 3", false, "/models/qwen/qwen%203:generateContent"],
    ["tunedModels/mine", false, "/tunedModels/mine:generateContent"],
  ])("of %s", (model, isStream, path) => expect(encode({ isStream }, model).path).toBe(path));
});

describe("messages", () => {
  it("puts leading system texts into systemInstruction in order, without blank ones (cases 1, 4)", () => {
    const { body } = encode({ messages: [system("A", " \n"), system("B"), user("x")] });
    expect(body.systemInstruction).toEqual({ parts: [{ text: "A" }, { text: "B" }] });
    expect(encode({ messages: [system("  "), user("x")] }).body).not.toHaveProperty("systemInstruction");
  });

  it("keeps later system texts at their place (case 2) and makes one turn of each role in a row (case 3)", () => {
    expect(
      contents([
        user("a"),
        user("b"),
        assistant({ type: "text", text: "c" }),
        system("S"),
        user("d"),
        assistant({ type: "text", text: "e \n" }),
      ]),
    ).toEqual([
      { role: "user", parts: [{ text: "a" }, { text: "b" }] },
      { role: "model", parts: [{ text: "c" }] },
      { role: "user", parts: [{ text: "<system>\nS\n</system>" }, { text: "d" }] },
      { role: "model", parts: [{ text: "e" }] },
    ]);
  });

  it("asks a conversation of nothing but system texts as a user, and refuses one that says nothing (case 4)", () => {
    expect(encode({ messages: [system("A")] }).body).toEqual({ contents: [{ role: "user", parts: [{ text: "A" }] }] });
    for (const text of ["", "  "])
      expect(() => encode({ messages: [system(text)] })).toThrow(expect.objectContaining({ code: "invalid_request" }));
  });

  it("sends media as bytes under the type that they show (cases 25, 27, 60)", () => {
    const parts = [
      { type: "image", source: { kind: "base64", mediaType: "image/*", data: PNG }, detail: "low" },
      { type: "document", source: { kind: "base64", mediaType: "application/pdf", data: "AAAA" }, filename: "a.pdf" },
      { type: "audio", source: { kind: "base64", mediaType: "audio/wav", data: "AAAA" } },
      { type: "document", source: { kind: "url", url: "https://youtu.be/x" } },
    ] as const;
    const { body, notes } = encode({ messages: [{ role: "user", parts }] });
    expect(body.contents[0].parts).toEqual([
      { inlineData: { mimeType: "image/png", data: PNG } },
      { inlineData: { mimeType: "application/pdf", data: "AAAA" } },
      { inlineData: { mimeType: "audio/wav", data: "AAAA" } },
      { fileData: { fileUri: "https://youtu.be/x" } },
    ]);
    expect(notes.dropped).toEqual(["detail", "filename"]);
  });

  it("leaves every address but YouTube's to the gateway: Google would open its own storage with our credential", () => {
    const needsBytes = (url: string) => geminiGenerate.needsBytes({ type: "image", url });
    expect(needsBytes("https://www.youtube.com/watch?v=1")).toBe(false);
    for (const url of ["gs://bucket/x", "files/1", "https://example.com/a.png"]) expect(needsBytes(url)).toBe(true);
  });

  it("names cache marks, which stay with Anthropic (case 28)", () => {
    const { notes } = encode({
      messages: [{ role: "user", parts: [{ type: "text", text: "x", cacheControl: { type: "ephemeral" } }] }],
    });
    expect(notes.dropped).toEqual(["cache_control"]);
  });
});

describe("tools", () => {
  it("puts results into the order of their calls, names found by id (case 6)", () => {
    const messages = [
      user("x"),
      assistant(call("1", "a"), call("2", "b"), call("3", "c")),
      result("3", "z"),
      result("1", "x"),
      result("2", "y"),
      user("go on"),
    ];
    const answered = contents(messages)[2];
    expect(answered).toEqual({
      role: "user",
      parts: [
        { functionResponse: { id: "1", name: "a", response: { output: "x" } } },
        { functionResponse: { id: "2", name: "b", response: { output: "y" } } },
        { functionResponse: { id: "3", name: "c", response: { output: "z" } } },
        { text: "go on" },
      ],
    });
  });

  it.each([
    ['{"temp":18.0,"n":12345678901234567890}', false, '{"temp":18.0,"n":12345678901234567890}'],
    ["18 °C", false, '{"output":"18 °C"}'],
    ["[1]", false, '{"output":"[1]"}'],
    ["", false, '{"output":""}'],
    ['{"output":"x"}', false, '{"output":"{\\"output\\":\\"x\\"}"}'],
    ["1},{", false, '{"output":"1},{"}'],
    ['{"a":1},"x":2', false, '{"output":"{\\"a\\":1},\\"x\\":2"}'],
    ["no clock", true, '{"error":"no clock"}'],
    ['{"code":7}', true, '{"error":{"code":7}}'],
  ])("answers with %s (case 7: error %s)", (text, isError, response) => {
    const { text: sent } = encode({ messages: [user("x"), assistant(call("1", "f")), result("1", text, { isError })] });
    expect(sent).toContain(`"response":${response}}`);
  });

  it("keeps images in results, within them or behind them as the model takes it (case 8)", () => {
    const image = { type: "image", source: { kind: "base64", mediaType: "image/png", data: PNG } } as const;
    const messages = [
      user("x"),
      assistant(call("1", "f")),
      result("1", "", { parts: [{ type: "text", text: "see" }, image] }),
    ];
    const inline = { inlineData: { mimeType: "image/png", data: PNG } };
    const response = { id: "1", name: "f", response: { output: "see" } };
    expect(contents(messages, "gemini-3-pro")[2].parts).toEqual([
      { functionResponse: { ...response, parts: [inline] } },
    ]);
    expect(contents(messages, "gemini-2.5-pro")[2].parts).toEqual([{ functionResponse: response }, inline]);
  });

  it("refuses a result without a call", () => {
    expect(() => contents([user("x"), result("1", "y")])).toThrow(expect.objectContaining({ code: "invalid_request" }));
  });

  it.each([
    ["{}", {}],
    ["", {}],
    ['{"a":', {}],
    ["[1]", {}],
    ['{"a":{"b":1}}', { a: { b: 1 } }],
  ])("sends the arguments %j as an object (cases 9, 11)", (text, args) => {
    expect(
      contents([user("x"), assistant(call("1", "f", text)), result("1", "y")])[1].parts[0].functionCall.args,
    ).toEqual(args);
  });

  it("loses no digit of the arguments", () => {
    const { text } = encode({
      messages: [user("x"), assistant(call("1", "f", '{"n":12345678901234567890,"f":1.0}')), result("1", "y")],
    });
    expect(text).toContain('"args":{"n":12345678901234567890,"f":1.0}');
  });

  it("declares functions; one without parameters has no schema", () => {
    const { body, notes } = encode({
      tools: [
        {
          name: "f",
          description: "d",
          parameters: { type: "object", properties: { a: { type: "string" } } },
          isStrict: true,
        },
        { name: "g", description: null, parameters: { type: "object", properties: {} }, isStrict: null },
        { name: "h", description: null, parameters: null, isStrict: null, custom: { format: { type: "grammar" } } },
      ],
      toolChoice: { kind: "named", name: "f" },
      parallelToolCalls: false,
    });
    expect(body.tools).toEqual([
      {
        functionDeclarations: [
          { name: "f", description: "d", parameters: { type: "OBJECT", properties: { a: { type: "STRING" } } } },
          { name: "g" },
          { name: "h", parameters: { type: "OBJECT", properties: { input: { type: "STRING" } }, required: ["input"] } },
        ],
      },
    ]);
    expect(body.toolConfig).toEqual({ functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["f"] } });
    expect(notes.dropped).toEqual(["parallel_tool_calls", "tools[0].strict", "tools[2].format"]);
  });

  it.each([
    [{ kind: "none" }, { mode: "NONE" }],
    [{ kind: "auto" }, { mode: "AUTO" }],
    [{ kind: "required" }, { mode: "ANY" }],
    [
      { kind: "allowed", names: ["f"], isRequired: true },
      { mode: "ANY", allowedFunctionNames: ["f"] },
    ],
    [
      { kind: "allowed", names: ["f"], isRequired: false },
      { mode: "VALIDATED", allowedFunctionNames: ["f"] },
    ],
  ] as const)("says the choice %j (case 12)", (toolChoice, functionCallingConfig) => {
    const tools = [{ name: "f", description: null, parameters: null, isStrict: null }];
    expect(encode({ tools, toolChoice }).body.toolConfig).toEqual({ functionCallingConfig });
    expect(encode({ toolChoice }).body).not.toHaveProperty("toolConfig");
  });
});

describe("signatures (case 24)", () => {
  const signature = { protocol: "gemini-generate", value: "c2ln" } as const;
  const foreign = { protocol: "anthropic-messages", value: "other" } as const;
  const signaturesOf = (parts: AssistantPart[], model?: string) =>
    contents([user("x"), assistant(...parts)], model)[1].parts.map(
      (part: { thoughtSignature?: string }) => part.thoughtSignature,
    );
  const signed = { ...call("1", "f"), signature } as AssistantPart;

  it("come back on the call they were on", () =>
    expect(signaturesOf([signed, call("2", "g")])).toEqual(["c2ln", undefined]));

  it("are stood in for by Google's documented value where they are lost, on the first call of a group only", () => {
    expect(signaturesOf([call("1", "f"), call("2", "g")])).toEqual(["skip_thought_signature_validator", undefined]);
    expect(signaturesOf([{ ...call("1", "f"), signature: foreign } as AssistantPart])).toEqual([
      "skip_thought_signature_validator",
    ]);
    expect(signaturesOf([call("1", "f")], "gemini-2.5-flash")).toEqual([undefined]);
  });

  it("of thoughts come back too, those of other vendors never (cases 22, 23)", () => {
    const parts = contents([
      user("x"),
      assistant(
        { type: "reasoning", text: "hm", signature },
        { type: "text", text: "a" },
        { type: "reasoning", text: "", signature: { ...signature, value: "dGV4dA" } },
        { type: "reasoning", text: "hm", signature: foreign },
        { type: "reasoning", text: "", signature: foreign, isRedacted: true },
        { type: "reasoning", text: "", signature: { ...signature, value: "bmV4dA" } },
        call("1", "f"),
      ),
    ])[1].parts;
    expect(parts).toEqual([
      { text: "hm", thought: true, thoughtSignature: "c2ln" },
      { text: "a", thoughtSignature: "dGV4dA" },
      { text: "hm", thought: true },
      { functionCall: { id: "1", name: "f", args: {} }, thoughtSignature: "bmV4dA" },
    ]);
  });
});

describe("generationConfig", () => {
  it("is absent where nothing is said, and holds what is, zero included", () => {
    expect(encode({}).body).not.toHaveProperty("generationConfig");
    const sampling = {
      temperature: 0,
      topP: 0.5,
      topK: 3,
      frequencyPenalty: 0,
      presencePenalty: 1,
      seed: 7,
      minP: 0.1,
      repetitionPenalty: 1,
    };
    const { body, notes } = encode({
      sampling,
      stop: ["a"],
      outputLimit: 9,
      choices: 2,
      topLogprobs: 3,
      namesUser: true,
    });
    expect(body.generationConfig).toEqual({
      temperature: 0,
      topP: 0.5,
      topK: 3,
      frequencyPenalty: 0,
      presencePenalty: 1,
      seed: 7,
      maxOutputTokens: 9,
      candidateCount: 2,
      stopSequences: ["a"],
      responseLogprobs: true,
      logprobs: 3,
    });
    expect(notes.dropped).toEqual(["user", "min_p", "repetition_penalty"]);
  });

  it.each([
    [null, null, undefined],
    [5, null, 5],
    [5, 3, 3],
    [3, 5, 3],
    [null, 5, 5],
  ])("limits output to %s, lowered to %s (case 18)", (outputLimit, lowered, expected) => {
    expect(encode({ outputLimit }, "m", lowered).body.generationConfig?.maxOutputTokens).toBe(expected);
  });

  it.each([
    ["six stops (case 17)", { stop: ["1", "2", "3", "4", "5", "6"] }],
    ["nine answers (case 29)", { choices: 9 }],
    ["21 alternatives (case 30)", { topLogprobs: 21 }],
  ])("refuses %s", (_, changes) =>
    expect(() => encode(changes)).toThrow(expect.objectContaining({ code: "invalid_request" })),
  );

  it("leaves out a seed that is no 32 bits, and says so", () => {
    const { body, notes } = encode({ sampling: { ...noSampling, seed: 2 ** 40 } });
    expect(body).not.toHaveProperty("generationConfig");
    expect(notes.dropped).toEqual(["seed"]);
  });

  it("asks for JSON, by a schema or not (case 16)", () => {
    expect(encode({ outputFormat: { kind: "json" } }).body.generationConfig).toEqual({
      responseMimeType: "application/json",
    });
    const schema = { type: "object", properties: { a: { type: "number" } } };
    const format = { kind: "schema", name: "n", description: "d", schema, isStrict: true } as const;
    expect(encode({ outputFormat: format }).body.generationConfig).toEqual({
      responseMimeType: "application/json",
      responseSchema: { type: "OBJECT", description: "d", properties: { a: { type: "NUMBER" } } },
    });
  });
});

describe("thinking (case 20)", () => {
  const wish = (changes: Partial<ReasoningWish>): ReasoningWish => ({
    effort: null,
    budgetTokens: null,
    isEnabled: true,
    isAdaptive: false,
    showsThoughts: null,
    ...changes,
  });
  it.each([
    ["gemini-3-flash", { effort: "none" }, { thinkingLevel: "minimal" }, ["thinkingLevel=minimal"]],
    ["gemini-3-flash", { effort: "medium" }, { thinkingLevel: "medium", includeThoughts: true }, []],
    [
      "gemini-3-pro-preview",
      { effort: "medium" },
      { thinkingLevel: "high", includeThoughts: true },
      ["thinkingLevel=high"],
    ],
    ["gemini-3.1-pro", { effort: "max" }, { thinkingLevel: "high", includeThoughts: true }, ["thinkingLevel=high"]],
    ["gemini-3-flash", { budgetTokens: 2_000 }, { thinkingLevel: "low", includeThoughts: true }, ["thinkingLevel=low"]],
    ["gemini-3-flash", { isAdaptive: true, showsThoughts: false }, { includeThoughts: false }, []],
    ["gemini-2.5-flash", { effort: "none" }, { thinkingBudget: 0 }, []],
    ["gemini-2.5-flash", { isEnabled: false }, { thinkingBudget: 0 }, []],
    ["gemini-2.5-flash", { effort: "high" }, { thinkingBudget: 24_576, includeThoughts: true }, []],
    ["gemini-2.5-pro", { effort: "none" }, { thinkingBudget: 128 }, ["thinkingBudget=128"]],
    [
      "gemini-2.5-flash-lite",
      { budgetTokens: 100 },
      { thinkingBudget: 512, includeThoughts: true },
      ["thinkingBudget=512"],
    ],
    ["gemini-2.5-flash", { isAdaptive: true }, { thinkingBudget: -1, includeThoughts: true }, []],
    ["another", { effort: "low" }, { thinkingLevel: "low", includeThoughts: true }, []],
  ] as const)("%s is told %j", (model, changes, thinkingConfig, clamped) => {
    const { body, notes } = encode({ reasoning: wish(changes) }, model);
    expect(body.generationConfig).toEqual({ thinkingConfig });
    expect(notes.clamped).toEqual(clamped);
  });

  it("is dropped for a model that can't", () => {
    const { body, notes } = encode({ reasoning: wish({ effort: "low" }) }, "gemini-2.0-flash");
    expect(body).not.toHaveProperty("generationConfig");
    expect(notes.dropped).toEqual(["reasoning"]);
  });
});
