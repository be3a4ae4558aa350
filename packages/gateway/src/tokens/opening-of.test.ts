import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Protocol, Route } from "../canonical/protocol.ts";
import { anthropicMessages } from "../protocols/anthropic-messages/index.ts";
import { geminiGenerate } from "../protocols/gemini-generate/index.ts";
import { ollamaChat } from "../protocols/ollama-chat/index.ts";
import { openaiChat } from "../protocols/openai-chat/index.ts";
import { openaiResponses } from "../protocols/openai-responses/index.ts";

const route: Route = { captures: ["m", "generateContent"], query: new URLSearchParams(), headers: {} };
const opening = (protocol: Protocol, body: object) =>
  protocol.decodeCall(Buffer.from(JSON.stringify(body)), route).size.opening();

/** A conversation as each protocol says it: instructions, and turns of the person and the model in turn. */
const conversations: readonly [Protocol, (system: string, turns: readonly string[]) => object][] = [
  [
    openaiChat,
    (system, turns) => ({
      model: "m",
      messages: [
        { role: "system", content: system },
        ...turns.map((content, index) => ({ role: index % 2 ? "assistant" : "user", content })),
      ],
    }),
  ],
  [
    // Members in another order.
    openaiChat,
    (system, turns) => ({
      messages: [
        { content: [{ text: system, type: "text" }], role: "system" },
        ...turns.map((text, index) => ({ content: [{ text, type: "text" }], role: index % 2 ? "assistant" : "user" })),
      ],
      model: "m",
    }),
  ],
  [
    // The mark of what is to be cached wanders to the end.
    anthropicMessages,
    (system, turns) => ({
      model: "m",
      max_tokens: 9,
      messages: turns.map((text, index) => ({
        role: index % 2 ? "assistant" : "user",
        content: [
          {
            type: "text",
            text,
            ...(index === turns.length - 1 && { cache_control: { type: "ephemeral", ttl: "1h" } }),
          },
        ],
      })),
      system: [
        { type: "text", text: `x-anthropic-billing-header: cch=${turns.length}` },
        { type: "text", text: system },
      ],
    }),
  ],
  [
    geminiGenerate,
    (system, turns) => ({
      systemInstruction: { parts: [{ text: system }] },
      contents: turns.map((text, index) => ({ role: index % 2 ? "model" : "user", parts: [{ text }] })),
    }),
  ],
  [
    openaiResponses,
    (system, turns) => ({
      model: "m",
      instructions: system,
      input: turns.map((text, index) => ({
        type: "message",
        role: index % 2 ? "assistant" : "user",
        content: [{ type: index % 2 ? "output_text" : "input_text", text }],
      })),
    }),
  ],
  [
    ollamaChat,
    (system, turns) => ({
      model: "m",
      messages: [
        { role: "system", content: system },
        ...turns.map((content, index) => ({ role: index % 2 ? "assistant" : "user", content })),
      ],
    }),
  ],
];

/** Texts that a person may write, quotes, braces and names of roles among them. */
const text = fc
  .array(fc.constantFrom("a question ", '"assistant"', "{[", "]}", "\\", "为什么 ", "model", "\n"), { maxLength: 30 })
  .map((pieces) => pieces.join(""));

describe.each(conversations)("the opening of a conversation (%#)", (protocol, body) => {
  it("stays the same as it grows", () => {
    fc.assert(
      fc.property(text, fc.array(text, { minLength: 1, maxLength: 9 }), (system, turns) => {
        const all = turns.length % 2 === 1 ? turns : turns.slice(0, -1);
        if (all.length === 0) return;
        expect(opening(protocol, body(system, all))).toBe(opening(protocol, body(system, all.slice(0, 1))));
      }),
    );
  });

  it("is another where it began otherwise", () => {
    const first = ["why is the sky blue?", "because"];
    const one = opening(protocol, body("You are a patient tutor.", [...first, "go on"]));
    expect(opening(protocol, body("You are a strict tutor.", [...first, "go on"]))).not.toBe(one);
    expect(opening(protocol, body("You are a patient tutor.", ["why is the sea blue?", "because", "go on"]))).not.toBe(
      one,
    );
  });

  it("is told by the start of what is very long, and as soon", () => {
    const system = "long instructions ".repeat(20_000);
    const startedAt = process.cpuUsage().user;
    for (let round = 0; round < 20; round++) opening(protocol, body(system, ["a short question"]));
    // Reading the body is most of it.
    expect((process.cpuUsage().user - startedAt) / 20).toBeLessThan(50_000);
    expect(opening(protocol, body(system, ["a", "b", "c"]))).toBe(opening(protocol, body(system, ["a"])));
  });
});

describe("what a request needs", () => {
  const PNG = Buffer.concat([Buffer.from([0x89]), Buffer.from("PNG\r\n\x1a\n"), Buffer.alloc(90)]).toString("base64");
  const WAV = Buffer.concat([Buffer.from("RIFF1234WAVE"), Buffer.alloc(90)]).toString("base64");
  const chat = (content: unknown, more: object = {}) => ({
    model: "m",
    messages: [{ role: "user", content }],
    ...more,
  });
  const needs = (protocol: Protocol, body: object) =>
    protocol.decodeCall(Buffer.from(JSON.stringify(body)), route).size.needs;
  const tool = { type: "function", function: { name: "f", parameters: {} } };

  it.each([
    ["nothing", openaiChat, chat("data:image/png;base64 is how an image_url begins"), []],
    ["tools", openaiChat, chat("x", { tools: [tool] }), ["tools"]],
    ["no tools in an empty list", openaiChat, chat("x", { tools: [] }), []],
    ["no tools in null", openaiChat, chat("x", { tools: null }), []],
    [
      "vision for an address",
      openaiChat,
      chat([{ type: "image_url", image_url: { url: "https://x.cn/a.png" } }]),
      ["vision"],
    ],
    [
      "vision for bytes",
      openaiChat,
      chat([{ type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } }]),
      ["vision"],
    ],
    ["audio", openaiChat, chat([{ type: "input_audio", input_audio: { data: WAV, format: "wav" } }]), ["audio"]],
    [
      "vision and tools",
      anthropicMessages,
      {
        ...chat([{ type: "image", source: { type: "base64", media_type: "image/png", data: PNG } }]),
        max_tokens: 9,
        tools: [{ name: "f", input_schema: {} }],
      },
      ["tools", "vision"],
    ],
    [
      "nothing for a document behind an address",
      anthropicMessages,
      { ...chat([{ type: "document", source: { type: "url", url: "https://x.cn/a" } }]), max_tokens: 9 },
      [],
    ],
    [
      "vision",
      geminiGenerate,
      { contents: [{ parts: [{ inlineData: { mimeType: "image/png", data: PNG } }] }] },
      ["vision"],
    ],
    [
      "audio",
      geminiGenerate,
      { contents: [{ parts: [{ inlineData: { mimeType: "audio/wav", data: WAV } }] }] },
      ["audio"],
    ],
    [
      "vision",
      openaiResponses,
      { model: "m", input: [{ role: "user", content: [{ type: "input_image", image_url: "https://x.cn/a" }] }] },
      ["vision"],
    ],
    ["vision", ollamaChat, { model: "m", messages: [{ role: "user", content: "x", images: [PNG] }] }, ["vision"]],
  ] as const)("is %s", (_what, protocol, body, expected) => {
    expect(needs(protocol, body)).toEqual(expected);
  });
});
