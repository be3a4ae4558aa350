import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import { Ollama } from "ollama";
import OpenAI from "openai";

/** A question that each official JavaScript library puts in its own protocol. `tools`: with tools, a call of one and its result. */
export type LibraryAsk = {
  readonly model: string;
  readonly text: string;
  readonly stream: boolean;
  readonly limit: number;
  readonly tools?: boolean;
  readonly schema?: Readonly<Record<string, unknown>>;
};

/** What the library read: the text, and the tokens that the client was told. */
export type LibraryAnswer = { readonly text: string; readonly input: number; readonly output: number };

const parameters = { type: "object" as const, properties: { city: { type: "string" } }, required: ["city"] };
const args = { city: "北京" };
const RESULT = "晴，20 °C";

/** By protocol: asks through the gateway. */
export function libraries(url: string, key: string): Record<string, (ask: LibraryAsk) => Promise<LibraryAnswer>> {
  const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
  const anthropic = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 });
  const google = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } });
  const ollama = new Ollama({ host: url, headers: { Authorization: `Bearer ${key}` } });
  return {
    "OpenAI chat": (ask) => askChat(openai, ask),
    "OpenAI responses": (ask) => askResponses(openai, ask),
    Anthropic: (ask) => askAnthropic(anthropic, ask),
    Gemini: (ask) => askGoogle(google, ask),
    Ollama: (ask) => askOllama(ollama, ask),
  };
}

async function askChat(client: OpenAI, { model, text, stream, limit, tools, schema }: LibraryAsk) {
  const call = { id: "call_1", type: "function" as const, function: { name: "f", arguments: JSON.stringify(args) } };
  const request: Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, "stream"> = {
    model,
    max_completion_tokens: limit,
    messages: [{ role: "user", content: text }],
    ...(schema && { response_format: { type: "json_schema", json_schema: { name: "n", schema } } }),
    ...(tools && { tools: [{ type: "function", function: { name: "f", parameters } }] }),
  };
  if (tools) {
    request.messages.push({ role: "assistant", content: null, tool_calls: [call] });
    request.messages.push({ role: "tool", tool_call_id: "call_1", content: RESULT });
  }
  const reply = stream
    ? await client.chat.completions
        .stream({ ...request, stream_options: { include_usage: true } })
        .finalChatCompletion()
    : await client.chat.completions.create(request);
  const { prompt_tokens: input = -1, completion_tokens: output = -1 } = reply.usage ?? {};
  return { text: reply.choices[0]?.message.content ?? "", input, output };
}

async function askResponses(client: OpenAI, { model, text, stream, limit, tools, schema }: LibraryAsk) {
  const request: Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, "stream"> = {
    model,
    max_output_tokens: limit,
    store: false,
    input: [
      { role: "user", content: text },
      ...(tools
        ? [
            { type: "function_call" as const, call_id: "call_1", name: "f", arguments: JSON.stringify(args) },
            { type: "function_call_output" as const, call_id: "call_1", output: RESULT },
          ]
        : []),
    ],
    ...(schema && { text: { format: { type: "json_schema", name: "n", schema } } }),
    ...(tools && { tools: [{ type: "function", name: "f", parameters, strict: false }] }),
  };
  const reply = stream
    ? await client.responses.stream(request).finalResponse()
    : await client.responses.create(request);
  const { input_tokens: input = -1, output_tokens: output = -1 } = reply.usage ?? {};
  return { text: reply.output_text, input, output };
}

async function askAnthropic(client: Anthropic, { model, text, stream, limit, tools, schema }: LibraryAsk) {
  const request: Anthropic.MessageCreateParamsNonStreaming = {
    model,
    max_tokens: limit,
    messages: [{ role: "user", content: text }],
    ...(schema && { output_config: { format: { type: "json_schema", schema } } }),
    ...(tools && { tools: [{ name: "f", input_schema: parameters }] }),
  };
  if (tools) {
    request.messages.push({
      role: "assistant",
      content: [{ type: "tool_use", id: "toolu_1", name: "f", input: args }],
    });
    request.messages.push({
      role: "user",
      content: [{ type: "tool_result", tool_use_id: "toolu_1", content: RESULT }],
    });
  }
  const reply = await (stream ? client.messages.stream(request).finalMessage() : client.messages.create(request));
  const { usage } = reply;
  return {
    text: reply.content.map((block) => (block.type === "text" ? block.text : "")).join(""),
    input: usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0),
    output: usage.output_tokens,
  };
}

async function askGoogle(client: GoogleGenAI, { model, text, stream, limit, tools, schema }: LibraryAsk) {
  const request = {
    model,
    contents: [
      { role: "user", parts: [{ text }] },
      ...(tools
        ? [
            { role: "model", parts: [{ functionCall: { id: "1", name: "f", args } }] },
            { role: "user", parts: [{ functionResponse: { id: "1", name: "f", response: { output: RESULT } } }] },
          ]
        : []),
    ],
    config: {
      maxOutputTokens: limit,
      ...(schema && { responseMimeType: "application/json", responseJsonSchema: schema }),
      ...(tools && { tools: [{ functionDeclarations: [{ name: "f", parametersJsonSchema: parameters }] }] }),
    },
  };
  const replies = [];
  if (!stream) replies.push(await client.models.generateContent(request));
  else for await (const reply of await client.models.generateContentStream(request)) replies.push(reply);
  const parts = replies.flatMap((reply) => reply.candidates?.[0]?.content?.parts ?? []);
  const { promptTokenCount: input = -1, candidatesTokenCount: output = -1 } = replies.at(-1)?.usageMetadata ?? {};
  return { text: parts.map((part) => part.text ?? "").join(""), input, output };
}

async function askOllama(client: Ollama, { model, text, stream, limit, tools, schema }: LibraryAsk) {
  const request = {
    model,
    messages: [
      { role: "user", content: text },
      ...(tools
        ? [
            { role: "assistant", content: "", tool_calls: [{ function: { name: "f", arguments: args } }] },
            { role: "tool", tool_name: "f", content: RESULT },
          ]
        : []),
    ],
    options: { num_predict: limit },
    ...(schema && { format: schema }),
    ...(tools && { tools: [{ type: "function", function: { name: "f", description: "", parameters } }] }),
  };
  const lines = [];
  if (!stream) lines.push(await client.chat(request));
  else for await (const line of await client.chat({ ...request, stream: true })) lines.push(line);
  const { prompt_eval_count: input = -1, eval_count: output = -1 } = lines.at(-1) ?? {};
  return { text: lines.map((line) => line.message.content).join(""), input, output };
}
