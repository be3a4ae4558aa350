import { describe, expect, it } from "vitest";
import type { Message } from "../../canonical/canonical-request.ts";
import { carryInId } from "../../canonical/signature.ts";
import { decodeRequest } from "./request-decode.ts";
import { writeHiddenThought, writeSignature } from "./signatures.ts";

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex").toString("base64");
const beside = { model: "m", isStream: false, knowsThoughts: true };
const decode = (value: unknown) => decodeRequest(Buffer.from(JSON.stringify(value)), beside);
const decodeText = (text: string) => decodeRequest(Buffer.from(text), beside);
const messages = (contents: unknown) => decode({ contents }).messages;
const user = (text: string): Message => ({ role: "user", parts: [{ type: "text", text }] });

describe("contents", () => {
  it("takes an item without a role, as the course page has it", () => {
    expect(messages([{ parts: [{ text: "你好" }] }])).toEqual([user("你好")]);
  });

  it.each([
    ["a text", "hi"],
    ["a list of texts", ["hi"]],
    ["a part", { text: "hi" }],
    ["a content", { role: "user", parts: [{ text: "hi" }] }],
    ["a content of one part", [{ parts: { text: "hi" } }]],
    ["a content of a text", [{ role: "USER", parts: "hi" }]],
  ])("takes %s", (_, contents) => expect(messages(contents)).toEqual([user("hi")]));

  it.each([
    ["an unknown role", [{ role: "assistant", parts: [{ text: "x" }] }], "contents[0].role"],
    ["no text at all", [{ parts: [{ text: "" }] }], "contents"],
    ["a part of no kind", [{ role: "model", parts: [{ functionResponse: { name: "f" } }] }], "contents[0].parts[0]"],
    ["a call of the user's", [{ parts: [{ functionCall: { name: "f" } }] }], "contents[0].parts[0]"],
    [
      "what only Google runs",
      [{ role: "model", parts: [{ executableCode: { code: "1" } }] }],
      "contents[0].parts[0].executableCode",
    ],
    [
      "a result without a call",
      [{ parts: [{ functionResponse: { name: "f", response: {} } }] }],
      "contents[0].parts[0].functionResponse",
    ],
    ["a number", [{ parts: [{ text: 1 }] }], "contents[0].parts[0].text"],
  ])("refuses %s", (_, contents, param) => {
    expect(() => messages(contents)).toThrow(
      expect.objectContaining({ code: "invalid_request", parameters: expect.objectContaining({ param }) }),
    );
  });

  it("reads media, their types by their bytes, in either alphabet of base64 (cases 25, 27, 60)", () => {
    const urlSafe = PNG.replaceAll("+", "-").replaceAll("/", "_");
    const pdf = Buffer.from("%PDF-1.7 x").toString("base64");
    const parts = [
      { inlineData: { mimeType: "image/*", data: urlSafe } },
      { inlineData: { mimeType: "image/jpeg", data: PNG } },
      { inline_data: { mime_type: "application/pdf", data: pdf } },
      { inlineData: { mimeType: "audio/mp3", data: "AAAA" } },
      { fileData: { fileUri: "https://example.com/a.png" } },
    ];
    expect(messages([{ parts }])).toEqual([
      {
        role: "user",
        parts: [
          { type: "image", source: { kind: "base64", mediaType: "image/png", data: PNG } },
          { type: "image", source: { kind: "base64", mediaType: "image/png", data: PNG } },
          { type: "document", source: { kind: "base64", mediaType: "application/pdf", data: pdf } },
          { type: "audio", source: { kind: "base64", mediaType: "audio/mp3", data: "AAAA" } },
          { type: "image", source: { kind: "url", url: "https://example.com/a.png" } },
        ],
      },
    ]);
  });

  it.each([
    ["https://generativelanguage.googleapis.com/v1beta/files/abc"],
    ["files/abc"],
    ["gs://bucket/x"],
    ["https://www.youtube.com/watch?v=1"],
  ])("has no counterpart for %s: file ids never cross vendors (case 27)", (fileUri) => {
    expect(() => messages([{ parts: [{ fileData: { fileUri, mimeType: "image/png" } }] }])).toThrow(
      expect.objectContaining({ code: "invalid_request" }),
    );
  });
});

describe("functions", () => {
  it("finds the call of a result by name and order where there are no ids (case 6)", () => {
    const call = (name: string) => ({ functionCall: { name, args: { n: 1 } } });
    const result = (name: string, output: string) => ({ functionResponse: { name, response: { output } } });
    const decoded = messages([
      { role: "user", parts: [{ text: "x" }] },
      { role: "model", parts: [call("a"), call("b"), call("a")] },
      { role: "function", parts: [result("b", "1"), result("a", "2"), result("a", "3")] },
      { role: "model", parts: [call("a")] },
      { role: "user", parts: [result("a", "4"), { text: "go on" }] },
    ]);
    const ids = decoded.flatMap((message) =>
      message.role === "assistant" ? message.parts.flatMap((part) => (part.type === "tool-call" ? part.id : [])) : [],
    );
    expect(new Set(ids).size).toBe(4);
    const answered = decoded.flatMap((message) =>
      message.role === "tool" ? message.parts.map((part) => part.callId) : [],
    );
    expect(answered).toEqual([ids[1], ids[0], ids[2], ids[3]]);
    expect(decoded.at(-1)).toEqual(user("go on"));
  });

  it("keeps ids that are there, and what they carry (case 24)", () => {
    const signature = { protocol: "gemini-generate", value: "sig" } as const;
    const id = carryInId("c1", signature);
    const decoded = messages([
      { parts: [{ text: "x" }] },
      { role: "model", parts: [{ functionCall: { id, name: "f" } }] },
      { parts: [{ functionResponse: { id, response: { error: "no clock" } } }] },
    ]);
    expect(decoded.slice(1)).toEqual([
      { role: "assistant", parts: [{ type: "tool-call", id: "c1", name: "f", arguments: "{}", signature }] },
      {
        role: "tool",
        parts: [
          { type: "tool-result", callId: "c1", name: null, parts: [{ type: "text", text: "no clock" }], isError: true },
        ],
      },
    ]);
  });

  it("loses no digit of arguments and results", () => {
    const decoded = decodeText(
      '{"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","args":{"n":12345678901234567890,"f":1.0}}}]},' +
        '{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"b":2.50,"a":1e-7}}}]}]}',
    ).messages;
    expect(decoded[0]?.parts[0]).toMatchObject({ arguments: '{"n":12345678901234567890,"f":1.0}' });
    expect(decoded[1]?.parts[0]).toMatchObject({ parts: [{ text: '{"b":2.50,"a":1e-7}' }] });
  });

  it("reads images in results (case 8)", () => {
    const decoded = messages([
      { role: "model", parts: [{ functionCall: { name: "f" } }] },
      {
        parts: [
          {
            functionResponse: {
              name: "f",
              response: { result: "see" },
              parts: [{ inlineData: { mimeType: "image/png", data: PNG } }],
            },
          },
        ],
      },
    ]);
    expect(decoded[1]?.parts[0]).toMatchObject({
      parts: [
        { type: "text", text: "see" },
        { type: "image", source: { kind: "base64", data: PNG } },
      ],
    });
  });

  it("reads declarations, of either kind of schema", () => {
    const { tools } = decode({
      contents: "x",
      tools: {
        functionDeclarations: [
          {
            name: "a",
            description: "d",
            parameters: { type: 6, properties: { x: { type: "STRING", nullable: true, maxLength: "3" } } },
          },
          { name: "b", parametersJsonSchema: { type: "object", additionalProperties: false } },
          { name: "c" },
        ],
      },
    });
    expect(tools).toEqual([
      {
        name: "a",
        description: "d",
        parameters: { type: "object", properties: { x: { type: ["string", "null"], maxLength: 3 } } },
        isStrict: null,
      },
      { name: "b", description: null, parameters: { type: "object", additionalProperties: false }, isStrict: null },
      { name: "c", description: null, parameters: null, isStrict: null },
    ]);
  });

  it.each([
    [{ mode: "AUTO" }, { kind: "auto" }],
    [{ mode: "none" }, { kind: "none" }],
    [{ mode: 2 }, { kind: "required" }],
    [
      { mode: "ANY", allowedFunctionNames: ["f"] },
      { kind: "named", name: "f" },
    ],
    [
      { mode: "ANY", allowedFunctionNames: ["f", "g"] },
      { kind: "allowed", names: ["f", "g"], isRequired: true },
    ],
    [
      { mode: "VALIDATED", allowedFunctionNames: ["f"] },
      { kind: "allowed", names: ["f"], isRequired: false },
    ],
    [{}, null],
  ])("reads the choice %j (case 12)", (functionCallingConfig, choice) => {
    expect(decode({ contents: "x", toolConfig: { functionCallingConfig } }).toolChoice).toEqual(choice);
  });

  it.each(["googleSearch", "code_execution", "urlContext", "somethingNew"])(
    "refuses the built-in tool %s by name (case 14)",
    (name) => {
      expect(() => decode({ contents: "x", tools: [{ [name]: {} }] })).toThrow(
        expect.objectContaining({ parameters: expect.objectContaining({ param: `tools[0].${name}` }) }),
      );
    },
  );
});

describe("thoughts", () => {
  it("and texts that a client keeps in the pieces it got are one each, the proof at the end (cases 22, 45)", () => {
    const signature = { protocol: "anthropic-messages", value: "sig" } as const;
    const pieces = [
      { text: "先", thought: true },
      { text: "想", thought: true },
      { text: "", thought: true, thoughtSignature: writeSignature(signature) },
      { text: "你" },
      { text: "好" },
      { functionCall: { name: "f" } },
      { functionCall: { name: "g" } },
    ];
    const decoded = messages(["x", ...pieces.map((part) => ({ role: "model", parts: [part] }))]);
    expect(decoded).toHaveLength(2);
    expect(decoded[1]?.parts).toMatchObject([
      { type: "reasoning", text: "先想", signature },
      { type: "text", text: "你好" },
      { type: "tool-call", name: "f" },
      { type: "tool-call", name: "g" },
    ]);
  });

  const turn = (...parts: object[]) => messages(["x", { role: "model", parts }])[1]?.parts;

  it("are never visible text (case 22)", () => {
    expect(turn({ text: "hm", thought: true, thoughtSignature: "c2ln" }, { text: "ok" })).toEqual([
      { type: "reasoning", text: "hm", signature: { protocol: "gemini-generate", value: "c2ln" } },
      { type: "text", text: "ok" },
    ]);
  });

  it("come back to the vendor that signed them, in whatever alphabet the client writes bytes (cases 22, 24)", () => {
    const signature = { protocol: "anthropic-messages", value: "Eq?>~/+x" } as const;
    const field = Buffer.from(writeSignature(signature), "base64").toString("base64url");
    expect(turn({ text: "hm", thought: true, thoughtSignature: field })).toEqual([
      { type: "reasoning", text: "hm", signature },
    ]);
    const hidden = { type: "reasoning", text: "", signature, isRedacted: true } as const;
    expect(turn({ functionCall: { name: "f" }, thoughtSignature: writeHiddenThought(hidden) })).toEqual([
      hidden,
      { type: "tool-call", id: "call_0", name: "f", arguments: "{}", signature: null },
    ]);
  });

  it.each([
    [
      { thinkingBudget: 0 },
      { effort: "none", budgetTokens: null, isEnabled: false, isAdaptive: false, showsThoughts: null },
    ],
    [
      { thinkingBudget: -1 },
      { effort: null, budgetTokens: null, isEnabled: true, isAdaptive: true, showsThoughts: null },
    ],
    [
      { thinkingBudget: 99, includeThoughts: true },
      { effort: null, budgetTokens: 99, isEnabled: true, isAdaptive: false, showsThoughts: true },
    ],
    [
      { thinkingLevel: "HIGH" },
      { effort: "high", budgetTokens: null, isEnabled: true, isAdaptive: false, showsThoughts: null },
    ],
    [
      { includeThoughts: true },
      { effort: null, budgetTokens: null, isEnabled: true, isAdaptive: true, showsThoughts: true },
    ],
    [{ includeThoughts: false }, null],
  ])("are wished for by %j (case 20)", (thinkingConfig, wish) => {
    expect(decode({ contents: "x", generationConfig: { thinkingConfig } }).reasoning).toEqual(wish);
  });

  it.each([{ thinkingLevel: "huge" }, { thinkingBudget: -2 }, { thinkingBudget: 1.5 }])(
    "refuses %j (case 20)",
    (thinkingConfig) => {
      expect(() => decode({ contents: "x", generationConfig: { thinkingConfig } })).toThrow(
        expect.objectContaining({ code: "invalid_request" }),
      );
    },
  );

  it("are hidden from google.generativeai, which would show them as the answer, and from whoever says so", () => {
    const hides = (config: object, knowsThoughts: boolean) =>
      decodeRequest(Buffer.from(JSON.stringify({ contents: "x", generationConfig: config })), {
        ...beside,
        knowsThoughts,
      }).hidesThoughts;
    expect(hides({}, true)).toBe(false);
    expect(hides({}, false)).toBe(true);
    expect(hides({ thinkingConfig: { includeThoughts: false } }, true)).toBe(true);
  });
});

describe("the rest of a request", () => {
  const camel = {
    systemInstruction: { parts: [{ text: "A" }, { text: "B" }] },
    contents: [{ role: "user", parts: [{ inlineData: { mimeType: "image/png", data: PNG } }] }],
    generationConfig: {
      maxOutputTokens: 5,
      topP: 0.5,
      topK: 3,
      candidateCount: 2,
      stopSequences: ["x"],
      responseMimeType: "application/json",
      responseSchema: {
        type: "OBJECT",
        properties: { max_items: { type: "ARRAY", items: { type: "INTEGER" }, maxItems: "3" } },
      },
      presencePenalty: 0,
      thinkingConfig: { thinkingBudget: 10 },
    },
    tools: [
      {
        functionDeclarations: [
          { name: "f_g", parameters: { type: "OBJECT", properties: { a_b: { type: "STRING" } } } },
        ],
      },
    ],
    toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["f_g"] } },
  };
  const snake = {
    system_instruction: camel.systemInstruction,
    contents: [{ role: "user", parts: [{ inline_data: { mime_type: "image/png", data: PNG } }] }],
    generation_config: {
      max_output_tokens: 5,
      top_p: 0.5,
      top_k: 3,
      candidate_count: 2,
      stop_sequences: ["x"],
      response_mime_type: "application/json",
      response_schema: {
        type: "OBJECT",
        properties: { max_items: { type: "ARRAY", items: { type: "INTEGER" }, max_items: 3 } },
      },
      presence_penalty: 0,
      thinking_config: { thinking_budget: 10 },
    },
    tools: [
      {
        function_declarations: [
          { name: "f_g", parameters: { type: "OBJECT", properties: { a_b: { type: "STRING" } } } },
        ],
      },
    ],
    tool_config: { function_calling_config: { mode: "ANY", allowed_function_names: ["f_g"] } },
  };

  it("means the same in either spelling, and names of the caller's own stay (case 54)", () => {
    const decoded = decode(camel);
    expect(decode(snake)).toEqual(decoded);
    expect(decoded).toMatchObject({
      outputLimit: 5,
      choices: 2,
      stop: ["x"],
      sampling: { topP: 0.5, topK: 3, presencePenalty: 0, temperature: null },
      outputFormat: { kind: "schema", schema: { properties: { max_items: { type: "array", maxItems: 3 } } } },
      toolChoice: { kind: "named", name: "f_g" },
      unmapped: [],
    });
    expect(decoded.messages[0]).toEqual({
      role: "system",
      parts: [
        { type: "text", text: "A" },
        { type: "text", text: "B" },
      ],
    });
  });

  it.each([["A"], [{ parts: { text: "A" } }], [["A"]], [{ role: "system", parts: [{ text: "A" }] }]])(
    "takes %j as system instruction (case 54)",
    (systemInstruction) => {
      expect(decode({ contents: "x", systemInstruction }).messages[0]).toEqual({
        role: "system",
        parts: [{ type: "text", text: "A" }],
      });
    },
  );

  it("leaves out a system instruction of blanks (case 4)", () => {
    expect(decode({ contents: "x", systemInstruction: " \n" }).messages).toEqual([user("x")]);
  });

  it("refuses a field in both spellings", () => {
    expect(() => decode({ contents: [{ parts: [{ fileData: null, file_data: null }] }] })).toThrow(
      expect.objectContaining({ code: "invalid_request" }),
    );
  });

  it("names what has no counterpart, as the client wrote it (cases 31, 54)", () => {
    const { unmapped } = decode({
      contents: [{ parts: [{ text: "x", video_metadata: { fps: 1 } }] }],
      safety_settings: [],
      labels: { a: "b" },
      generationConfig: { stop_token_ids: [1], mediaResolution: "HIGH" },
      toolConfig: { retrievalConfig: {} },
    });
    expect(unmapped.toSorted()).toEqual([
      "contents[0].parts[0].videoMetadata",
      "generationConfig.mediaResolution",
      "generationConfig.stop_token_ids",
      "labels",
      "safetySettings",
      "toolConfig.retrievalConfig",
    ]);
  });

  it.each([
    { responseModalities: ["IMAGE"] },
    { speechConfig: {} },
    { responseMimeType: "text/x.enum" },
    { responseFormat: [] },
  ])("refuses %j: the answer would be another", (generationConfig) => {
    expect(() => decode({ contents: "x", generationConfig })).toThrow(
      expect.objectContaining({ code: "invalid_request" }),
    );
  });

  it.each([
    [{ responseMimeType: "application/json" }, { kind: "json" }],
    [{ responseMimeType: "text/plain" }, null],
    [
      { responseMimeType: "application/json", responseJsonSchema: { type: "object" } },
      { kind: "schema", name: null, description: null, schema: { type: "object" }, isStrict: null },
    ],
  ])("reads the format %j (case 16)", (generationConfig, format) => {
    expect(decode({ contents: "x", generationConfig }).outputFormat).toEqual(format);
  });

  it.each([
    [{ responseLogprobs: true, logprobs: 3 }, 3],
    [{ responseLogprobs: true }, 0],
    [{ logprobs: 3 }, null],
  ])("reads %j (case 30)", (generationConfig, top) => {
    expect(decode({ contents: "x", generationConfig }).topLogprobs).toBe(top);
  });
});
