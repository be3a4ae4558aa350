import { type Asked, type AskedPart, keyVariable, type Reach } from "./asked.ts";
import { anthropicBody, geminiConfig, geminiContents, ollamaBody, openaiBody } from "./bodies.ts";
import { Code, entriesOf, FileData, filesOf, literal, type Value } from "./literal.ts";

type Body = { readonly [key: string]: Value };

const py = (value: Value, indent = "") => literal(value, "python", indent);
const keyOf = ({ key }: Reach) => new Code(key === null ? `os.environ["${keyVariable}"]` : JSON.stringify(key));

/** Imports and helpers in front of the rest, as far as they are needed. */
function program({ key }: Reach, imports: readonly string[], values: Value, lines: readonly string[]): string {
  const files = filesOf(values);
  const isBase64 = files.some(({ form }) => form === "base64");
  const needed = [
    ...(isBase64 ? ["import base64"] : []),
    ...(key === null ? ["import os"] : []),
    ...(files.length > 0 ? ["from pathlib import Path"] : []),
  ];
  const helper = isBase64
    ? "\n\ndef base64_of(file):\n    return base64.b64encode(Path(file).read_bytes()).decode()\n\n"
    : files.length > 0
      ? "\n\ndef read(file):\n    return Path(file).read_bytes()\n\n"
      : "";
  const head = needed.length > 0 ? `${needed.join("\n")}\n\n` : "";
  return `${head}${imports.join("\n")}\n${helper}\n${lines.join("\n")}`;
}

/** A call with one argument a line. */
function call(target: string, body: Body): string {
  const lines = entriesOf(body).map(([key, value]) => `    ${key}=${py(value, "    ")},`);
  return `${target}(\n${lines.join("\n")}\n)`;
}

/** OpenAI's library. */
export function pythonOpenai(asked: Asked, reach: Reach): string {
  const body = openaiBody(asked);
  return program(reach, ["from openai import OpenAI"], body, [
    call("client = OpenAI", { base_url: `${reach.origin}/v1`, api_key: keyOf(reach) }),
    call("reply = client.chat.completions.create", { ...body, extra_body: asked.extra }),
    "print(reply.choices[0].message.content)",
  ]);
}

/** Anthropic's library. */
export function pythonAnthropic(asked: Asked, reach: Reach): string {
  const { temperature, top_p, ...body } = anthropicBody(asked);
  // Version 2 has no arguments for these any more; models of other vendors take them.
  const more = entriesOf({ temperature, top_p });
  return program(reach, ["import anthropic"], body, [
    call("client = anthropic.Anthropic", { base_url: reach.origin, api_key: keyOf(reach) }),
    call("reply = client.messages.create", {
      ...body,
      extra_body: more.length > 0 ? Object.fromEntries(more) : undefined,
    }),
    'print("".join(block.text for block in reply.content if block.type == "text"))',
  ]);
}

/** Google's present library, google-genai. */
export function pythonGoogle(asked: Asked, reach: Reach): string {
  const part = (each: AskedPart): Value =>
    each.kind === "text"
      ? { text: each.text }
      : { inline_data: { mime_type: each.mediaType, data: new FileData(each.file, "bytes") } };
  const config = { system_instruction: asked.system || undefined, ...geminiConfig(asked, "snake") };
  const contents = geminiContents(asked, part);
  return program(reach, ["from google import genai"], contents, [
    call("client = genai.Client", { api_key: keyOf(reach), http_options: { base_url: reach.origin } }),
    call("reply = client.models.generate_content", {
      model: asked.model,
      contents,
      config: entriesOf(config).length > 0 ? Object.fromEntries(entriesOf(config)) : undefined,
    }),
    "print(reply.text)",
  ]);
}

/** Google's former library, google-generativeai, which old course pages use: over REST alone. */
export function pythonGoogleFormer(asked: Asked, reach: Reach): string {
  const part = (each: AskedPart): Value =>
    each.kind === "text" ? each.text : { mime_type: each.mediaType, data: new FileData(each.file, "bytes") };
  // It knows no seed.
  const settings = entriesOf(geminiConfig(asked, "snake")).filter(([key]) => key !== "seed");
  const contents = geminiContents(asked, part);
  return program(reach, ["import google.generativeai as genai"], contents, [
    call("genai.configure", {
      api_key: keyOf(reach),
      transport: "rest",
      client_options: { api_endpoint: reach.origin },
    }),
    call("model = genai.GenerativeModel", {
      model_name: asked.model,
      system_instruction: asked.system || undefined,
      generation_config: settings.length > 0 ? Object.fromEntries(settings) : undefined,
    }),
    `reply = model.generate_content(${py(contents)})`,
    "print(reply.text)",
  ]);
}

/** Ollama's library. */
export function pythonOllama(asked: Asked, reach: Reach): string {
  const body = ollamaBody(asked);
  const bearer = reach.key === null ? new Code(`f"Bearer {os.environ['${keyVariable}']}"`) : `Bearer ${reach.key}`;
  return program(reach, ["from ollama import Client"], body, [
    call("client = Client", { host: reach.origin, headers: { Authorization: bearer } }),
    call("reply = client.chat", body),
    "print(reply.message.content)",
  ]);
}
