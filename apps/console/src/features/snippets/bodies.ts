import type { Asked, AskedPart } from "./asked.ts";
import { FileData, type Value } from "./literal.ts";

type Body = { readonly [key: string]: Value };
type Parts = readonly AskedPart[];

/** Anthropic's protocol has no answer without a limit. */
const USUAL_OUTPUT_TOKENS = 1024;

/** Text alone as a string, anything else as a list of parts. */
function content(parts: Parts, write: (part: AskedPart) => Value): Value {
  const texts = parts.map((part) => (part.kind === "text" ? part.text : null));
  return texts.includes(null) ? parts.map(write) : texts.join("\n\n");
}

/** The body of POST /v1/chat/completions: OpenAI's chat API. */
export function openaiBody({ model, system, messages, parameters = {} }: Asked): Body {
  const image = (part: AskedPart): Value =>
    part.kind === "text"
      ? { type: "text", text: part.text }
      : {
          type: "image_url",
          image_url: { url: new FileData(part.file, "base64", `data:${part.mediaType};base64,`) },
        };
  return {
    model,
    messages: [
      ...(system ? [{ role: "system", content: system }] : []),
      ...messages.map(({ role, parts }) => ({ role, content: content(parts, image) })),
    ],
    temperature: parameters.temperature,
    top_p: parameters.topP,
    max_tokens: parameters.maxTokens,
    presence_penalty: parameters.presencePenalty,
    frequency_penalty: parameters.frequencyPenalty,
    seed: parameters.seed,
    stop: parameters.stop,
    reasoning_effort: parameters.effort,
  };
}

/** The body of POST /v1/messages: Anthropic's messages API, which knows neither penalties nor a seed. */
export function anthropicBody({ model, system, messages, parameters = {} }: Asked): Body {
  const image = (part: AskedPart): Value =>
    part.kind === "text"
      ? { type: "text", text: part.text }
      : {
          type: "image",
          source: { type: "base64", media_type: part.mediaType, data: new FileData(part.file, "base64") },
        };
  return {
    model,
    max_tokens: parameters.maxTokens ?? USUAL_OUTPUT_TOKENS,
    system: system || undefined,
    messages: messages.map(({ role, parts }) => ({ role, content: content(parts, image) })),
    temperature: parameters.temperature,
    top_p: parameters.topP,
    stop_sequences: parameters.stop,
  };
}

/** Contents as Google's libraries take them: one question as plain text, else turns with parts. */
export function geminiContents({ messages }: Asked, write: (part: AskedPart) => Value): Value {
  const [first, ...rest] = messages;
  if (first && rest.length === 0) {
    const whole = content(first.parts, write);
    if (typeof whole === "string") return whole;
  }
  return messages.map(({ role, parts }) => ({ role: role === "user" ? "user" : "model", parts: parts.map(write) }));
}

/** The settings of a request to Gemini, in the words of a library: snake case in Python, camel case in JavaScript. */
export function geminiConfig({ parameters = {} }: Asked, style: "snake" | "camel"): Body {
  const settings: Body = {
    temperature: parameters.temperature,
    top_p: parameters.topP,
    max_output_tokens: parameters.maxTokens,
    presence_penalty: parameters.presencePenalty,
    frequency_penalty: parameters.frequencyPenalty,
    seed: parameters.seed,
    stop_sequences: parameters.stop,
  };
  if (style === "snake") return settings;
  const camel = (key: string) => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [camel(key), value]));
}

/** The arguments of a chat of Ollama's library; images stand beside the text there. */
export function ollamaBody({ model, system, messages, parameters = {} }: Asked): Body {
  const options: Body = {
    temperature: parameters.temperature,
    top_p: parameters.topP,
    num_predict: parameters.maxTokens,
    presence_penalty: parameters.presencePenalty,
    frequency_penalty: parameters.frequencyPenalty,
    seed: parameters.seed,
    stop: parameters.stop,
  };
  return {
    model,
    messages: [
      ...(system ? [{ role: "system", content: system }] : []),
      ...messages.map(({ role, parts }) => {
        const images = parts.filter((part) => part.kind === "image").map((part) => new FileData(part.file, "base64"));
        const texts = parts.filter((part) => part.kind === "text").map((part) => part.text);
        return { role, content: texts.join("\n\n"), ...(images.length > 0 ? { images } : {}) };
      }),
    ],
    options: Object.values(options).some((value) => value !== undefined) ? options : undefined,
  };
}
