import { describe, expect, it } from "vitest";
import type { CanonicalRequest } from "../../canonical/canonical-request.ts";
import { Notes } from "../../canonical/notes.ts";
import { carryInId } from "../../canonical/signature.ts";
import { chatRequest } from "../../testing/chat-request.ts";
import { target } from "../../testing/target.ts";
import { decodeRequest } from "./decode-request.ts";
import { encodeRequest } from "./encode-request.ts";

const decode = (body: object) => decodeRequest({ model: "m", input: "x", ...body });

function encode(request: CanonicalRequest, changes = {}) {
  const notes = new Notes();
  const { path, body } = encodeRequest(request, target(changes), notes);
  return { path, body: JSON.parse(body.toString()) as Record<string, unknown>, dropped: notes.dropped };
}

describe("decodeRequest", () => {
  it("reads what Codex CLI sends, and names what has no counterpart", () => {
    const request = decode({
      instructions: "You are Codex.",
      input: [
        { type: "message", role: "developer", content: [{ type: "input_text", text: "sandbox" }] },
        { type: "message", role: "user", content: [{ type: "input_text", text: "fix it" }] },
        { type: "reasoning", summary: [{ type: "summary_text", text: "hm" }], encrypted_content: "gAAA" },
        { type: "function_call", name: "shell", arguments: '{"n":12345678901234567890}', call_id: "call_1" },
        { type: "custom_tool_call", status: "completed", call_id: "call_2", name: "apply_patch", input: "*** Begin" },
        { type: "function_call_output", call_id: "call_1", output: "ok" },
        { type: "custom_tool_call_output", call_id: "call_2", output: [{ type: "input_text", text: "done" }] },
      ],
      tools: [
        { type: "function", name: "shell", description: "d", strict: false, parameters: { type: "object" } },
        { type: "custom", name: "apply_patch", format: { type: "grammar", syntax: "lark", definition: "start: x" } },
      ],
      tool_choice: "auto",
      parallel_tool_calls: false,
      reasoning: { effort: "medium", summary: "auto" },
      store: false,
      stream: true,
      include: ["reasoning.encrypted_content"],
      prompt_cache_key: "019",
      text: { verbosity: "low" },
    });
    expect(request).toMatchObject({
      isStream: true,
      parallelToolCalls: false,
      toolChoice: { kind: "auto" },
      reasoning: { effort: "medium", isEnabled: true, showsThoughts: true },
      messages: [
        { role: "system", parts: [{ text: "You are Codex." }] },
        { role: "system", isDeveloper: true, parts: [{ text: "sandbox" }] },
        { role: "user", parts: [{ text: "fix it" }] },
        {
          role: "assistant",
          parts: [
            { type: "reasoning", text: "hm", signature: { protocol: "openai-responses", value: "gAAA" } },
            { type: "tool-call", id: "call_1", name: "shell", arguments: '{"n":12345678901234567890}' },
            { type: "tool-call", id: "call_2", name: "apply_patch", arguments: "*** Begin", isCustom: true },
          ],
        },
        {
          role: "tool",
          parts: [
            { callId: "call_1", parts: [{ type: "text", text: "ok" }], isError: false },
            { callId: "call_2", parts: [{ type: "text", text: "done" }], isCustom: true },
          ],
        },
      ],
      tools: [
        { name: "shell", isStrict: false },
        { name: "apply_patch", custom: { format: { type: "grammar" } } },
      ],
    });
    expect(request.unmapped).toEqual([]);
    expect(request.hints).toEqual([
      { kind: "cacheKey", path: "prompt_cache_key", value: "019" },
      { kind: "verbosity", path: "text.verbosity", value: "low" },
    ]);
  });

  it("gives tools in namespaces one name each, in definitions and in history", () => {
    const agents = {
      type: "namespace",
      name: "agents",
      description: "d",
      tools: [{ type: "function", name: "spawn" }],
    };
    const { tools, messages, unmapped } = decode({
      tools: [agents],
      input: [
        { type: "function_call", call_id: "c", namespace: "agents", name: "spawn", arguments: "{}" },
        { type: "function_call_output", call_id: "c", namespace: "agents", name: "spawn", output: "1" },
      ],
    });
    expect(tools.map(({ name }) => name)).toEqual(["agents__spawn"]);
    expect(messages).toMatchObject([{ parts: [{ name: "agents__spawn" }] }, { parts: [{ name: "agents__spawn" }] }]);
    expect(unmapped).toEqual(["tools[0].description"]);
  });

  it("takes tools that say no more than their names", () => {
    const tools = [
      { type: "function", name: "f" },
      { type: "custom", name: "g" },
    ];
    expect(decode({ tools }).tools).toEqual([
      { name: "f", description: null, parameters: null, isStrict: null },
      { name: "g", description: null, parameters: null, isStrict: null, custom: { format: null } },
    ]);
  });

  it("gives Google's signature back to its call (case 24)", () => {
    const call_id = carryInId("call_9", { protocol: "gemini-generate", value: "sig" });
    const request = decode({
      input: [
        { type: "function_call", call_id, name: "f", arguments: "" },
        { type: "function_call_output", call_id, output: "1" },
      ],
    });
    expect(request.messages).toMatchObject([
      { parts: [{ id: "call_9", arguments: "{}", signature: { protocol: "gemini-generate", value: "sig" } }] },
      { parts: [{ callId: "call_9" }] },
    ]);
  });

  it("tells a redacted thought of another vendor from one that only lacks its text (case 23)", () => {
    const parts = (encrypted_content: string) =>
      decode({ input: [{ type: "reasoning", summary: [], encrypted_content }] }).messages[0]?.parts[0];
    const signature = { protocol: "anthropic-messages", value: "x" };
    expect(parts("redacted~anthropic-messages~x")).toEqual({
      type: "reasoning",
      text: "",
      signature,
      isRedacted: true,
    });
    expect(parts("anthropic-messages~x")).toEqual({ type: "reasoning", text: "", signature });
  });

  it.each([
    [{ tools: [{ type: "local_shell" }] }, "tools[0].type", "local_shell"],
    [{ input: [{ type: "local_shell_call", call_id: "c" }] }, "input[0].type", "local_shell_call"],
    [{ input: [{ type: "item_reference", id: "x" }] }, "input[0].type", "item_reference"],
    [{ tool_choice: { type: "mcp", server_label: "s" } }, "tool_choice", "mcp"],
    [
      { input: [{ role: "user", content: [{ type: "input_file", file_id: "file-1" }] }] },
      "input[0].content[0].file_id",
      "",
    ],
    [
      { input: [{ role: "user", content: [{ type: "input_image", file_id: "file-1" }] }] },
      "input[0].content[0].file_id",
      "",
    ],
    [{ input: [{ role: "user", content: [{ type: "input_video" }] }] }, "input[0].content[0].type", "input_video"],
    [{ reasoning: { effort: "huge" } }, "reasoning.effort", ""],
    [{ text: { format: { type: "json_schema", name: "n" } } }, "text.format.schema", ""],
  ])("refuses %j across protocols, naming it (cases 14, 20, 27)", (body, param, word) => {
    try {
      decode(body);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "invalid_request", parameters: { param } });
      expect(String(error)).toContain(word);
    }
  });

  it("reads images, files and sound (cases 25, 27, 60)", () => {
    const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const [message] = decode({
      input: [
        {
          role: "user",
          content: [
            { type: "input_image", image_url: `data:image/*;base64,${png}`, detail: "high" },
            { type: "input_image", image_url: "https://a.test/b.png", detail: "auto" },
            { type: "input_file", filename: "a.pdf", file_data: "JVBERi0xLjQK" },
            { type: "input_file", file_url: "https://a.test/b.pdf" },
            { type: "input_audio", input_audio: { data: "AAAA", format: "mp3" } },
          ],
        },
      ],
    }).messages;
    expect(message?.parts).toEqual([
      { type: "image", source: { kind: "base64", mediaType: "image/png", data: png }, detail: "high" },
      { type: "image", source: { kind: "url", url: "https://a.test/b.png" }, detail: "auto" },
      {
        type: "document",
        source: { kind: "base64", mediaType: "application/pdf", data: "JVBERi0xLjQK" },
        filename: "a.pdf",
      },
      { type: "document", source: { kind: "url", url: "https://a.test/b.pdf" } },
      { type: "audio", source: { kind: "base64", mediaType: "audio/mpeg", data: "AAAA" } },
    ]);
  });
});

describe("encodeRequest", () => {
  it("gives system text alone as input, since instructions alone are none", () => {
    const messages = [{ role: "system", parts: [{ type: "text", text: "A" }], isDeveloper: true }] as const;
    expect(encode(chatRequest({ messages })).body).toEqual({
      model: "m",
      input: [{ type: "message", role: "developer", content: [{ type: "input_text", text: "A" }] }],
      store: false,
    });
  });

  it("gives a schema a name that is legal, and is strict only with one that is (cases 13, 16)", () => {
    const outputFormat = { kind: "schema", name: "天气.v1", description: null, schema: {}, isStrict: null } as const;
    const tools = [{ name: "f", description: null, parameters: { type: "object" }, isStrict: true }];
    const { body, dropped } = encode(chatRequest({ outputFormat, tools }));
    expect(body.text).toMatchObject({ format: { name: "___v1" } });
    expect([body.tools, dropped]).toMatchObject([[{ strict: false }], ["tools[0].strict"]]);
  });

  it("keeps what this protocol can carry: what it encodes decodes to what it was", () => {
    const body = {
      instructions: "A\nB",
      input: [
        {
          type: "message",
          role: "user",
          content: [
            { type: "input_text", text: "x" },
            { type: "input_image", image_url: "https://a.test/b.png", detail: "low" },
            { type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0xLjQK" },
          ],
        },
        { type: "message", role: "assistant", content: [{ type: "output_text", text: "y", annotations: [] }] },
        { type: "message", role: "developer", content: [{ type: "input_text", text: "z" }] },
        { type: "message", role: "user", content: [{ type: "input_text", text: "q" }] },
        { type: "reasoning", summary: [{ type: "summary_text", text: "t" }], encrypted_content: "gAAA" },
        { type: "function_call", call_id: "c1", name: "f", arguments: '{"a":1.0}' },
        { type: "custom_tool_call", call_id: "c2", name: "g", input: "raw" },
        {
          type: "function_call_output",
          call_id: "c1",
          output: [
            { type: "input_text", text: "see" },
            { type: "input_image", image_url: "https://a.test/c.png", detail: "auto" },
          ],
        },
        { type: "custom_tool_call_output", call_id: "c2", output: "ok" },
      ],
      tools: [
        {
          type: "function",
          name: "f",
          description: "d",
          parameters: { type: "object", additionalProperties: false },
          strict: true,
        },
        { type: "custom", name: "g", format: { type: "text" } },
      ],
      tool_choice: { type: "allowed_tools", mode: "required", tools: [{ type: "custom", name: "g" }] },
      parallel_tool_calls: true,
      text: { format: { type: "json_schema", name: "n", schema: { type: "object" }, strict: true } },
      reasoning: { effort: "high", summary: "auto" },
      max_output_tokens: 99,
      temperature: 0,
      top_p: 0.5,
      top_logprobs: 2,
      include: ["reasoning.encrypted_content", "message.output_text.logprobs"],
      store: false,
      stream: true,
    };
    const { body: again, path, dropped } = encode(decode(body));
    expect(path).toBe("/responses");
    expect(dropped).toEqual([]);
    expect(again).toEqual({ model: "m", ...body });
  });

  it("joins leading system texts, keeps later ones at their place, and omits blank ones (cases 1, 2, 4)", () => {
    const request: CanonicalRequest = {
      ...decode({}),
      messages: [
        {
          role: "system",
          parts: [
            { type: "text", text: "A" },
            { type: "text", text: "B" },
          ],
        },
        { role: "system", parts: [{ type: "text", text: "  " }] },
        { role: "user", parts: [{ type: "text", text: "x" }] },
        { role: "system", parts: [{ type: "text", text: "C" }] },
      ],
    };
    const { body } = encode(request);
    expect(body.instructions).toBe("A\nB");
    expect(body.input).toEqual([
      { type: "message", role: "user", content: [{ type: "input_text", text: "x" }] },
      { type: "message", role: "system", content: [{ type: "input_text", text: "C" }] },
    ]);
  });

  it("sends only its own thoughts, and names what it can't say (cases 7, 22, 28)", () => {
    const request: CanonicalRequest = {
      ...decode({}),
      sampling: { ...decode({}).sampling, topK: 3, seed: 0 },
      messages: [
        { role: "user", parts: [{ type: "text", text: "x", cacheControl: { type: "ephemeral" } }] },
        {
          role: "assistant",
          parts: [
            { type: "reasoning", text: "t", signature: { protocol: "anthropic-messages", value: "s" } },
            { type: "tool-call", id: "c", name: "f", arguments: "{}" },
          ],
        },
        {
          role: "tool",
          parts: [
            { type: "tool-result", callId: "c", name: null, parts: [{ type: "text", text: "no" }], isError: true },
          ],
        },
      ],
    };
    const { body, dropped } = encode(request);
    expect(body.input).toEqual([
      { type: "message", role: "user", content: [{ type: "input_text", text: "x" }] },
      { type: "function_call", call_id: "c", name: "f", arguments: "{}" },
      { type: "function_call_output", call_id: "c", output: "no" },
    ]);
    expect(dropped).toEqual(["top_k", "seed", "reasoning", "is_error", "cache_control"]);
  });

  it("refuses what would be another answer: several choices, stop texts, sound (cases 17, 29, 60)", () => {
    const audio = { type: "audio", source: { kind: "base64", mediaType: "audio/wav", data: "AAAA" } } as const;
    for (const [request, param] of [
      [{ ...decode({}), choices: 2 }, "n"],
      [{ ...decode({}), stop: ["x"] }, "stop"],
      [{ ...decode({}), messages: [{ role: "user", parts: [audio] }] }, "input_audio"],
    ] as const) {
      expect(() => encode(request as CanonicalRequest)).toThrow(
        expect.objectContaining({ code: "invalid_request", parameters: expect.objectContaining({ param }) }),
      );
    }
  });

  it("says budgets as effort, and asks for thoughts where budgets were spoken of (case 20)", () => {
    const wish = { effort: null, budgetTokens: 4_096, isEnabled: true, isAdaptive: false, showsThoughts: null };
    const reasoning = (changes: object) => encode({ ...decode({}), reasoning: { ...wish, ...changes } }).body;
    expect(reasoning({})).toMatchObject({ reasoning: { effort: "medium", summary: "auto" } });
    expect(reasoning({ budgetTokens: null, effort: "low" }).reasoning).toEqual({ effort: "low" });
    expect(reasoning({ isEnabled: false }).reasoning).toEqual({ effort: "none" });
    expect(reasoning({ isEnabled: false }).include).toBeUndefined();
  });

  it("raises a limit below the least that the API takes, and says so (case 18)", () => {
    const notes = new Notes();
    const { body } = encodeRequest(decode({ max_output_tokens: 5 }), target(), notes);
    expect([JSON.parse(body.toString()).max_output_tokens, notes.clamped]).toEqual([16, ["max_output_tokens=16"]]);
  });

  it("keeps the smaller limit, and names the user by a pseudonym (cases 18, 63)", () => {
    const { body } = encode(decode({ max_output_tokens: 50, user: "2023012345" }), { outputLimit: 20 });
    expect(body).toMatchObject({ max_output_tokens: 20, safety_identifier: "user_1" });
    expect(JSON.stringify(body)).not.toContain("2023012345");
    expect(encode(decode({})).body).toEqual({ model: "m", store: false, input: expect.any(Array) });
  });
});
