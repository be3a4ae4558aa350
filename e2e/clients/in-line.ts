import { strict as assert } from "node:assert";
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import { Ollama } from "ollama";
import OpenAI from "openai";
import { key, SENTENCE, url } from "./checks.ts";

/**
 * Streams that stand in line for longer than the gateway keeps quiet, in every library at once: somebody holds the only slot of each channel. What is
 * read must be the answer and nothing else, and the simplest loops must survive.
 */
const HOLDER = "demo-chunks-10-every-1000ms";
const QUIET_MS = 3_000;

const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 });
const google = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url, retryOptions: { attempts: 1 } } });
const ollama = new Ollama({ host: url, headers: { Authorization: `Bearer ${key}` } });
const messages = [{ role: "user" as const, content: SENTENCE }];

type Check = { readonly name: string; readonly own: string; readonly text: (model: string) => Promise<string> };
const checks: readonly Check[] = [
  {
    name: "openai, chat, the helper",
    own: "openai-chat",
    async text(model) {
      const { choices } = await openai.chat.completions.stream({ model, messages }).finalChatCompletion();
      assert.deepEqual([choices[0]?.message.role, choices[0]?.finish_reason], ["assistant", "stop"]);
      return choices[0]?.message.content ?? "";
    },
  },
  {
    name: "openai, chat, a simple loop",
    own: "openai-chat",
    async text(model) {
      let text = "";
      for await (const chunk of await openai.chat.completions.create({ model, messages, stream: true }))
        text += chunk.choices[0]?.delta.content ?? "";
      return text;
    },
  },
  {
    name: "fetch, chat, every line taken for data",
    own: "openai-chat",
    async text(model) {
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify({ model, messages, stream: true }),
      });
      const lines = (await response.text()).split("\n").filter((line) => line !== "" && line !== "data: [DONE]");
      const chunks = lines.map((line) => JSON.parse(line.slice(6)) as { choices: { delta: { content?: string } }[] });
      return chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
    },
  },
  {
    name: "openai, completions",
    own: "openai-chat",
    async text(model) {
      let text = "";
      const request = { model, prompt: SENTENCE, max_tokens: 100, stream: true } as const;
      for await (const chunk of await openai.completions.create(request)) text += chunk.choices[0]?.text ?? "";
      return text;
    },
  },
  {
    name: "openai, responses, the helper",
    own: "openai-responses",
    async text(model) {
      const response = await openai.responses.stream({ model, input: SENTENCE, store: false }).finalResponse();
      assert.equal(response.status, "completed");
      return response.output_text;
    },
  },
  {
    name: "anthropic, the helper",
    own: "anthropic",
    async text(model) {
      const message = await anthropic.messages.stream({ model, max_tokens: 100, messages }).finalMessage();
      assert.equal(message.stop_reason, "end_turn");
      return message.content.map((block) => (block.type === "text" ? block.text : "")).join("");
    },
  },
  {
    name: "anthropic, a simple loop",
    own: "anthropic",
    async text(model) {
      let text = "";
      for await (const event of await anthropic.messages.create({ model, max_tokens: 100, messages, stream: true }))
        if (event.type === "content_block_delta" && event.delta.type === "text_delta") text += event.delta.text;
      return text;
    },
  },
  {
    name: "google-genai, a chat, whose history is right",
    own: "gemini",
    async text(model) {
      const chat = google.chats.create({ model });
      let text = "";
      for await (const chunk of await chat.sendMessageStream({ message: SENTENCE })) text += chunk.text ?? "";
      const said = chat.getHistory(true).flatMap(({ role, parts }) => (role === "model" ? (parts ?? []) : []));
      assert.equal(said.map((part) => part.text ?? "").join(""), text);
      return text;
    },
  },
  {
    name: "ollama, chat",
    own: "ollama",
    async text(model) {
      let text = "";
      for await (const line of await ollama.chat({ model, messages, stream: true })) text += line.message.content;
      return text;
    },
  },
  {
    name: "ollama, generate",
    own: "ollama",
    async text(model) {
      let text = "";
      for await (const line of await ollama.generate({ model, prompt: SENTENCE, stream: true })) text += line.response;
      return text;
    },
  },
];

const protocols = ["openai-chat", "openai-responses", "anthropic", "gemini", "ollama"];
// Each has its channel's slot once its answer begins.
const held = await Promise.all(
  protocols.map((protocol) =>
    openai.chat.completions.create({ model: `queued.${protocol}.${HOLDER}`, messages, stream: true }),
  ),
);
const holders = held.map(async (chunks) => {
  for await (const _ of chunks); // for as long as it takes
});
await Promise.all(
  checks.flatMap(({ name, own, text }) =>
    // Its bytes pass, and translated.
    [...new Set([own, "openai-chat", "anthropic"])].map(async (upstream) => {
      const since = performance.now();
      const problem = await text(`queued.${upstream}.demo-echo`).then(
        (said) => {
          if (said !== SENTENCE) return `it read ${JSON.stringify(said)}`;
          return performance.now() - since < QUIET_MS ? "it did not have to wait" : null;
        },
        (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
      );
      console.log(JSON.stringify({ name, upstream, problem }));
    }),
  ),
);
await Promise.all(holders);
