import { AppError } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import type { Call } from "../canonical/call.ts";
import type { Protocol, Route } from "../canonical/protocol.ts";
import { embeddingFace } from "../embeddings/embedding-call.ts";
import { openaiEmbeddings } from "../embeddings/openai-embeddings.ts";
import { geminiGenerate } from "../protocols/gemini-generate/index.ts";
import { ollamaChat } from "../protocols/ollama-chat/index.ts";
import { openaiChat } from "../protocols/openai-chat/index.ts";
import { gemini } from "../providers/gemini.ts";
import { openai } from "../providers/openai.ts";
import type { Provider } from "../providers/provider.ts";
import { occasion, target } from "../testing/target.ts";
import { chatFace } from "./prepare-call.ts";

const route: Route = { captures: ["m", "generateContent"], query: new URLSearchParams(), headers: {} };
const MANY = 20_000;
const times = <Item>(count: number, make: (index: number) => Item) =>
  Array.from({ length: count }, (_, index) => make(index));

function call(protocol: Protocol, body: object | string): Call {
  return chatFace(protocol).decodeCall(Buffer.from(typeof body === "string" ? body : JSON.stringify(body)), route);
}

/** "made", or the field or words of the refusal. Anything but a refusal is thrown on. */
async function translated(protocol: Protocol, body: object | string, provider: Provider): Promise<unknown> {
  try {
    await call(protocol, body).prepare(target({ provider }), occasion());
    return "made";
  } catch (error) {
    if (error instanceof AppError && error.code === "invalid_request")
      return error.parameters.param ?? error.parameters.reason_en;
    throw error;
  }
}

// Each of these took from 20 seconds to minutes where work grew with the square of the parts, or ended in an error of our own.
describe("requests of very many parts", { timeout: 15_000 }, () => {
  it("have the results of Gemini's calls told by name in order", async () => {
    const contents = [
      { role: "user", parts: [{ text: "x" }] },
      { role: "model", parts: times(MANY, () => ({ functionCall: { name: "f", args: {} } })) },
      { role: "user", parts: times(MANY, () => ({ functionResponse: { name: "f", response: {} } })) },
    ];
    expect(await translated(geminiGenerate, { contents }, openai)).toBe("made");
  });

  it("have the results of Ollama's calls told by name in order", async () => {
    const messages = [
      ...times(MANY, () => ({ role: "assistant", tool_calls: [{ function: { name: "f", arguments: {} } }] })),
      ...times(MANY, () => ({ role: "tool", content: "r", tool_name: "f" })),
    ];
    expect(await translated(ollamaChat, { model: "m", messages }, openai)).toBe("made");
  });

  it("are joined where Gemini's clients keep one answer in pieces", async () => {
    const contents = [
      { role: "user", parts: [{ text: "x" }] },
      ...times(MANY, (index) => ({ role: "model", parts: [{ text: "w", thought: index % 2 === 0 }] })),
    ];
    expect(await translated(geminiGenerate, { contents }, openai)).toBe("made");
  });

  it("are refused where a schema merges itself beyond all measure", async () => {
    const chat = (parameters: object) => ({
      model: "m",
      messages: [{ role: "user", content: "x" }],
      tools: [{ type: "function", function: { name: "f", parameters } }],
    });
    const allOf = times(MANY, (index) => ({ properties: { [`p${index}`]: {} } }));
    const older = {
      ...gemini,
      geminiDialectOf: () => ({ ...gemini.geminiDialectOf("gemini-2.5-pro"), takesJsonSchema: false }),
    };
    expect(await translated(openaiChat, chat({ allOf }), older)).toMatch(/parameters$/);
    const values = times(MANY, String);
    const twice = { allOf: [{ type: "string", enum: values }, { enum: values }] };
    expect(await translated(openaiChat, chat(twice), older)).toBe("made");
    const compared = { allOf: [{ default: values }, ...times(4_000, () => ({ default: [1] }))] };
    expect(await translated(openaiChat, chat(compared), older)).toMatch(/parameters$/);
    const numbers = { type: "number", enum: times(200_000, (index) => index) };
    expect(await translated(openaiChat, chat(numbers), older)).toBe("made");
  });

  it("name the first of very many unknown members", async () => {
    const unknown = times(200_000, (index) => `"k${index}":1`).join(",");
    const body = `{"model":"m","messages":[{"role":"user","content":"x"}],${unknown}}`;
    expect(await translated(openaiChat, body, gemini)).toBe("made");
  });

  it("are refused by the first that is wrong, without a complaint about each", async () => {
    const wrong = `[${"1,".repeat(1_000_000)}1]`;
    expect(await translated(openaiChat, `{"model":"m","messages":${wrong}}`, gemini)).toBe("messages[0]");
    expect(await translated(geminiGenerate, `{"contents":[{"parts":${wrong}}]}`, openai)).toBe("contents[0].parts[0]");
    const nulls = `{"model":"m","input":[${"null,".repeat(1_000_000)}null]}`;
    expect(() => embeddingFace(openaiEmbeddings).decodeCall(Buffer.from(nulls), route)).toThrow(
      expect.objectContaining({ code: "invalid_request" }),
    );
  });
});
