import { describe, expect, it } from "vitest";
import type { Protocol, Route } from "../canonical/protocol.ts";
import { completionFace } from "../completions/completion-call.ts";
import { embeddingFace } from "../embeddings/embedding-call.ts";
import { geminiEmbed } from "../embeddings/gemini-embed.ts";
import { ollamaEmbed } from "../embeddings/ollama-embed.ts";
import { openaiEmbeddings } from "../embeddings/openai-embeddings.ts";
import { reservedInputTokens } from "../pipeline/estimate.ts";
import { anthropicMessages } from "../protocols/anthropic-messages/index.ts";
import { geminiGenerate } from "../protocols/gemini-generate/index.ts";
import { ollamaGenerate } from "../protocols/ollama-chat/generate.ts";
import { ollamaChat } from "../protocols/ollama-chat/index.ts";
import { openaiChat } from "../protocols/openai-chat/index.ts";
import { openaiResponses } from "../protocols/openai-responses/index.ts";

const route: Route = { captures: ["m", "generateContent"], query: new URLSearchParams(), headers: {} };
/** About 20,000 tokens. */
const LONG = "Several words that a model reads, and that somebody pays for. ".repeat(1_500);
const ids = Array.from({ length: 20_000 }, (_, index) => index);
const user = { role: "user", content: "x" };
const chat = (more: object) => ({ model: "m", messages: [user], ...more });
const message = (more: object) => ({ model: "m", messages: [{ role: "user", ...more }] });
const part = (more: object) => ({ contents: [{ parts: [more] }] });

describe("promptSize", () => {
  it.each([
    ["chat: a text that begins as a picture", openaiChat, message({ content: `data:image/png;base64,${LONG}` })],
    ["chat: documents for the template", openaiChat, chat({ documents: [{ text: LONG }] })],
    ["chat: a template of one's own", openaiChat, chat({ chat_template: LONG })],
    ["chat: a prediction", openaiChat, chat({ prediction: { type: "content", content: LONG } })],
    [
      "chat: names in a schema",
      openaiChat,
      chat({ tools: [{ function: { parameters: { properties: { [LONG]: {} } } } }] }),
    ],
    ["completions: the suffix", completionFace, { model: "m", prompt: "x", suffix: LONG }],
    ["completions: token numbers", completionFace, { model: "m", prompt: ids }],
    [
      "messages: a document that is a text",
      anthropicMessages,
      message({ content: [{ type: "document", source: { type: "text", media_type: "text/plain", data: LONG } }] }),
    ],
    [
      "messages: the same without blanks",
      anthropicMessages,
      message({
        content: [
          { type: "document", source: { type: "text", media_type: "text/plain", data: LONG.replaceAll(/[ .,]/g, "") } },
        ],
      }),
    ],
    [
      "messages: arguments of numbers",
      anthropicMessages,
      message({ content: [{ type: "tool_use", id: "1", name: "f", input: { data: ids } }] }),
    ],
    [
      "messages: arguments of names",
      anthropicMessages,
      message({ content: [{ type: "tool_use", id: "1", name: "f", input: { [LONG]: 1 } }] }),
    ],
    ["messages: the system text", anthropicMessages, chat({ system: [{ type: "text", text: LONG }] })],
    [
      "Gemini: a text as bytes",
      geminiGenerate,
      part({ inlineData: { mimeType: "text/plain", data: Buffer.from(LONG).toString("base64") } }),
    ],
    [
      "Gemini: a result of numbers",
      geminiGenerate,
      part({ functionResponse: { name: "f", response: { images: ids } } }),
    ],
    ["Gemini: instructions", geminiGenerate, { ...part({ text: "x" }), system_instruction: LONG }],
    [
      "Gemini: the schema of the answer",
      geminiGenerate,
      { ...part({ text: "x" }), generationConfig: { responseSchema: { description: LONG } } },
    ],
    ["Ollama: words for pictures", ollamaChat, message({ content: "x", images: [LONG] })],
    ["Ollama: a template", ollamaGenerate, { model: "m", prompt: "x", template: LONG }],
    ["Ollama: words for pictures of a prompt", ollamaGenerate, { model: "m", prompt: "x", images: [LONG] }],
    ["Ollama: the context", ollamaGenerate, { model: "m", prompt: "x", context: ids }],
    ["responses: instructions", openaiResponses, { model: "m", input: "x", instructions: LONG }],
    [
      "responses: a file of text",
      openaiResponses,
      {
        model: "m",
        input: [
          {
            role: "user",
            content: [
              { type: "input_file", file_data: `data:text/plain;base64,${Buffer.from(LONG).toString("base64")}` },
            ],
          },
        ],
      },
    ],
    [
      "embeddings: a text that begins as a picture",
      embeddingFace(openaiEmbeddings),
      { model: "m", input: `data:image/png;base64,${LONG}` },
    ],
    ["embeddings: token numbers", embeddingFace(openaiEmbeddings), { model: "m", input: ids }],
    ["embeddings of Ollama: a list", embeddingFace(ollamaEmbed), { model: "m", input: [`data:image/${LONG}`] }],
    ["embeddings of Gemini: the title", embeddingFace(geminiEmbed), { content: "x", title: LONG }],
  ])("reserves for what is really read, in %s", (_, face, body) => {
    const { size } = face.decodeCall(Buffer.from(JSON.stringify(body)), route);
    expect(reservedInputTokens(size)).toBeGreaterThan(18_000);
  });

  it("leaves out what no model reads, and pictures by their bytes", () => {
    const bias = Object.fromEntries(ids.slice(0, 300).map((id) => [id, -100]));
    const png = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(500_000)]).toString("base64");
    const small = (face: Pick<Protocol, "decodeCall">, body: object) =>
      face.decodeCall(Buffer.from(JSON.stringify(body)), route).size;
    expect(small(openaiChat, chat({ logit_bias: bias, metadata: { a: LONG } })).textTokens).toBeLessThan(20);
    const pictured = { model: "m", prompt: "x", images: [png] };
    expect(small(ollamaGenerate, pictured)).toMatchObject({ images: 1 });
    expect(small(ollamaGenerate, pictured).textTokens).toBeLessThan(20);
  });
});
