import { type Asked, type AskedPart, keyVariable, type Reach } from "./asked.ts";
import { anthropicBody, geminiConfig, geminiContents, openaiBody } from "./bodies.ts";
import { Code, entriesOf, FileData, filesOf, literal, type Value } from "./literal.ts";

type Body = { readonly [key: string]: Value };

const keyOf = ({ key }: Reach) => new Code(key === null ? `process.env.${keyVariable}` : JSON.stringify(key));

function program(from: string, values: Value, lines: readonly string[]): string {
  const files = filesOf(values).length > 0 ? 'import { readFileSync } from "node:fs";\n' : "";
  return `${files}${from}\n\n${lines.join("\n")}`;
}

/** A call with an object, one member a line. */
function call(target: string, body: Body): string {
  const lines = entriesOf(body).map(([key, value]) => `  ${key}: ${literal(value, "javascript", "  ")},`);
  return `${target}({\n${lines.join("\n")}\n});`;
}

/** OpenAI's library. */
export function javascriptOpenai(asked: Asked, reach: Reach): string {
  const body = { ...asked.extra, ...openaiBody(asked) };
  return program('import OpenAI from "openai";', body, [
    call("const client = new OpenAI", { baseURL: `${reach.origin}/v1`, apiKey: keyOf(reach) }),
    call("const reply = await client.chat.completions.create", body),
    "console.log(reply.choices[0].message.content);",
  ]);
}

/** Anthropic's library. */
export function javascriptAnthropic(asked: Asked, reach: Reach): string {
  const body = anthropicBody(asked);
  return program('import Anthropic from "@anthropic-ai/sdk";', body, [
    call("const client = new Anthropic", { baseURL: reach.origin, apiKey: keyOf(reach) }),
    call("const reply = await client.messages.create", body),
    'console.log(reply.content.map((block) => (block.type === "text" ? block.text : "")).join(""));',
  ]);
}

/** Google's library. */
export function javascriptGoogle(asked: Asked, reach: Reach): string {
  const part = (each: AskedPart): Value =>
    each.kind === "text"
      ? { text: each.text }
      : { inlineData: { mimeType: each.mediaType, data: new FileData(each.file, "base64") } };
  const config = { systemInstruction: asked.system || undefined, ...geminiConfig(asked, "camel") };
  const body: Body = {
    model: asked.model,
    contents: geminiContents(asked, part),
    config: entriesOf(config).length > 0 ? Object.fromEntries(entriesOf(config)) : undefined,
  };
  return program('import { GoogleGenAI } from "@google/genai";', body, [
    call("const client = new GoogleGenAI", { apiKey: keyOf(reach), httpOptions: { baseUrl: reach.origin } }),
    call("const reply = await client.models.generateContent", body),
    "console.log(reply.text);",
  ]);
}
