import type { ContractFace, Seen } from "./ask.ts";
import { anthropicMessagesFace } from "./faces/anthropic-messages.ts";
import { geminiGenerateFace } from "./faces/gemini-generate.ts";
import { openaiResponsesFace } from "./faces/openai-responses.ts";

/** A coding agent by the shape of its requests, as seen in the version that docs/clients.md names; the words in them are ours. */
export type Agent = {
  readonly title: string;
  readonly face: ContractFace;
  path(model: string): string;
  readonly headers: Readonly<Record<string, string>>;
  /** The first request, or with `first` the one that brings the result of its call. */
  body(model: string, question: string, first?: { readonly seen: Seen; readonly result: string }): object;
};

const text = { type: "string", description: "words" };
const cached = { cache_control: { type: "ephemeral" } };

/** Members that Anthropic alone knows, a system message behind the question, a tool whose schema says no type, keywords of newer JSON Schema. */
const claudeCode: Agent = {
  title: "Claude Code",
  face: anthropicMessagesFace,
  path: () => "/v1/messages?beta=true",
  headers: { "anthropic-version": "2023-06-01", "anthropic-beta": "claude-code-20250219,effort-2025-11-24" },
  body: (model, question, first) => ({
    model,
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "<system-reminder>\n/tmp/other/one.txt\n</system-reminder>" },
          { type: "text", text: question, ...(!first && cached) },
        ],
      },
      { role: "system", content: "What there is besides." },
      ...(first
        ? [
            first.seen.reply as object,
            {
              role: "user",
              content: [
                { type: "tool_result", content: first.result, tool_use_id: first.seen.calls[0]?.id, ...cached },
              ],
            },
          ]
        : []),
    ],
    system: [
      { type: "text", text: "A line." },
      { type: "text", text: "Another.", ...cached },
    ],
    tools: [
      {
        name: "Workflow",
        description: "anything",
        input_schema: {
          $schema: "https://json-schema.org/draft/2020-12/schema",
          type: "object",
          properties: {
            args: { description: "any JSON" },
            count: { type: "integer", exclusiveMinimum: 0, maximum: 9007199254740991 },
            names: { type: "object", propertyNames: { type: "string" }, additionalProperties: {} },
            kind: {
              anyOf: [
                { type: "string", const: "a" },
                { type: "string", pattern: "^b" },
              ],
            },
          },
          required: ["args"],
          additionalProperties: false,
        },
      },
      {
        name: "Read",
        description: "reads a file",
        input_schema: {
          type: "object",
          properties: { file_path: text, limit: { type: "integer" } },
          required: ["file_path"],
        },
      },
    ],
    metadata: { user_id: JSON.stringify({ device_id: "d", account_uuid: "", session_id: "s" }) },
    max_tokens: 32_000,
    thinking: { type: "adaptive" },
    context_management: { edits: [{ type: "clear_thinking_20251015", keep: "all" }] },
    output_config: { effort: "high" },
    stream: true,
  }),
};

/** No `instructions` but developer messages, tools in a namespace, items with nulls, and what its session is. */
const codex: Agent = {
  title: "Codex CLI",
  face: openaiResponsesFace,
  path: () => "/v1/responses",
  headers: { originator: "codex_exec", accept: "text/event-stream" },
  body: (model, question, first) => ({
    model,
    stream: true,
    input: [
      message("msg_1", "developer", "Be an agent."),
      message("msg_2", "developer", "You may do everything."),
      message("msg_3", "user", "<environment_context>here</environment_context>"),
      message("msg_4", "user", question),
      ...(first
        ? [
            ...(first.seen.reply as object[]),
            { type: "function_call_output", id: "fco_1", call_id: first.seen.calls[0]?.id, output: first.result },
          ]
        : []),
    ],
    tools: [
      {
        type: "function",
        name: "exec_command",
        description: "runs a command",
        strict: false,
        parameters: {
          type: "object",
          properties: {
            cmd: text,
            tty: { type: "boolean" },
            prefix_rule: { type: "array", items: { type: "string" } },
          },
          required: ["cmd"],
          additionalProperties: false,
        },
      },
      {
        type: "namespace",
        name: "helpers",
        description: "other agents",
        tools: [
          {
            type: "function",
            name: "start",
            description: "starts one",
            strict: false,
            parameters: { type: "object", properties: {} },
          },
        ],
      },
    ],
    tool_choice: "auto",
    parallel_tool_calls: true,
    reasoning: { summary: "auto" },
    store: false,
    include: ["reasoning.encrypted_content"],
    prompt_cache_key: "01a221dd-aa14-76b0-87cb-76c5998decf1",
    client_metadata: { session_id: "s" },
  }),
};

function message(id: string, role: string, words: string): object {
  return { type: "message", id, role, content: [{ type: "input_text", text: words }] };
}

/** A role in the system instruction, schemas as JSON Schema, thoughts asked for beside a temperature. */
const geminiCli: Agent = {
  title: "Gemini CLI",
  face: geminiGenerateFace,
  path: (model) => `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
  headers: { "x-goog-api-client": "google-genai-sdk/1.30.0" },
  body: (_model, question, first) => ({
    contents: [
      { role: "user", parts: [{ text: "<session_context>\nhere\n</session_context>" }, { text: question }] },
      ...(first
        ? [
            first.seen.reply as object,
            {
              role: "user",
              parts: [
                {
                  functionResponse: {
                    id: first.seen.calls[0]?.id,
                    name: first.seen.calls[0]?.name,
                    response: { output: first.result },
                  },
                },
              ],
            },
          ]
        : []),
    ],
    systemInstruction: { role: "user", parts: [{ text: "Be an agent." }] },
    tools: [
      {
        functionDeclarations: [
          {
            name: "read_file",
            description: "reads a file",
            parametersJsonSchema: {
              type: "object",
              properties: { file_path: text, limit: { type: "number", minimum: 1 } },
              required: ["file_path"],
            },
          },
          { name: "enter_plan_mode", description: "plans", parametersJsonSchema: { type: "object", properties: {} } },
        ],
      },
    ],
    generationConfig: { temperature: 1, topP: 0.95, topK: 64, thinkingConfig: { includeThoughts: true } },
  }),
};

export const agents = [claudeCode, codex, geminiCli];
