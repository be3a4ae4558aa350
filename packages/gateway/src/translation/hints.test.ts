import { describe, expect, it } from "vitest";
import type { UpstreamCall } from "../canonical/call.ts";
import { openaiChat } from "../protocols/openai-chat/index.ts";
import { openaiResponses } from "../protocols/openai-responses/index.ts";
import { anthropic } from "../providers/anthropic.ts";
import { gemini } from "../providers/gemini.ts";
import { ollama } from "../providers/ollama.ts";
import { openai } from "../providers/openai.ts";
import { openaiResponses as responsesProvider } from "../providers/openai-responses.ts";
import type { Provider } from "../providers/provider.ts";
import { occasion, target } from "../testing/target.ts";
import { chatFace } from "./prepare-call.ts";

const route = { captures: [], query: new URLSearchParams(), headers: {} };
const clients = {
  chat: [openaiChat, { messages: [{ role: "user", content: "hi" }], verbosity: "low", prompt_cache_key: "k" }],
  responses: [openaiResponses, { input: "hi", text: { verbosity: "low" }, prompt_cache_key: "k" }],
} as const;

function sent(client: keyof typeof clients, provider: Provider, upstreamModel: string, userPseudonym = "user_1") {
  const [face, body] = clients[client];
  const call = chatFace(face).decodeCall(Buffer.from(JSON.stringify({ model: "m", ...body })), route);
  const { body: json, dropped } = call.prepare(
    target({ provider, upstreamModel, userPseudonym }),
    occasion(),
  ) as UpstreamCall;
  return { json: JSON.parse(json.toString()), dropped };
}

describe("verbosity and the key of a prompt's cache", () => {
  it("go from chat to responses and back, the key another one for each person", () => {
    const toResponses = sent("chat", responsesProvider, "gpt-5");
    expect(toResponses.json).toMatchObject({ text: { verbosity: "low" } });
    const toChat = sent("responses", openai, "gpt-5");
    expect(toChat.json).toMatchObject({ verbosity: "low" });
    for (const { json, dropped } of [toResponses, toChat]) {
      expect(json.prompt_cache_key).toMatch(/^[0-9a-f]{32}$/);
      expect(dropped).toEqual([]);
    }
    expect(toChat.json.prompt_cache_key).toBe(toResponses.json.prompt_cache_key);
    expect(sent("responses", openai, "gpt-5", "user_2").json.prompt_cache_key).not.toBe(toChat.json.prompt_cache_key);
  });

  it.each<[string, Provider]>([
    ["qwen3", openai],
    ["claude", anthropic],
    ["gemini-3-pro", gemini],
    ["gemma", ollama],
  ])("don't reach %s, which has no word for them, and are named", (model, provider) => {
    const { json, dropped } = sent("responses", provider, model);
    expect(JSON.stringify(json)).not.toMatch(/verbosity|cache_key/);
    expect(dropped).toEqual(["prompt_cache_key", "text.verbosity"]);
    if (provider !== openai) expect(sent("chat", provider, model).dropped).toEqual(["verbosity", "prompt_cache_key"]);
  });
});
