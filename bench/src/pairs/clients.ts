/** What the clients of every protocol ask for. `turns` are texts of user and model in turn. */
export type Question = {
  readonly model: string;
  readonly isStream: boolean;
  readonly turns: readonly string[];
  readonly tool: object | null;
};

/** What a client reads of an answer: the texts, and the arguments of its calls as JSON. */
export type Answer = { readonly text: string; readonly calls: readonly string[] };

type Wire = Record<string, unknown>;

/** One client protocol: how it asks, and how it reads. Written apart from the gateway's adapters, so that it sees what they lose. */
export type Client = {
  readonly id: ProtocolName;
  readonly framing: "sse" | "lines";
  request(question: Question): { readonly path: string; readonly body: object };
  /** `events`: the JSON of a stream, in order, or of the one whole answer. */
  read(events: readonly Wire[], isStream: boolean): Answer & { readonly isEnded: boolean };
};

export const protocolNames = [
  "openai-chat",
  "openai-responses",
  "anthropic-messages",
  "gemini-generate",
  "ollama-chat",
] as const;
export type ProtocolName = (typeof protocolNames)[number];

/** The tool that is offered; its only argument is one of the values of an enumeration. */
export const TOOL = "look_up";
const description = "Looks something up.";

const openaiChat: Client = {
  id: "openai-chat",
  framing: "sse",
  request: ({ model, isStream, turns, tool }) => ({
    path: "/v1/chat/completions",
    body: {
      model,
      messages: messages(turns),
      ...(isStream && { stream: true, stream_options: { include_usage: true } }),
      ...(tool && { tools: [{ type: "function", function: { name: TOOL, description, parameters: tool } }] }),
    },
  }),
  read(events, isStream) {
    const choices = events.flatMap((event) => list(event.choices));
    const said = choices.map((choice) => object(isStream ? choice.delta : choice.message));
    const calls = said.flatMap((each) => list(each.tool_calls));
    const input = calls.map((call) => text(object(call.function).arguments)).join("");
    const isEnded = choices.some((choice) => typeof choice.finish_reason === "string");
    return { text: joined(said, "content"), calls: input === "" ? [] : [input], isEnded };
  },
};

const openaiResponses: Client = {
  id: "openai-responses",
  framing: "sse",
  request: ({ model, isStream, turns, tool }) => ({
    path: "/v1/responses",
    body: {
      model,
      input: messages(turns),
      store: false,
      ...(isStream && { stream: true }),
      ...(tool && { tools: [{ type: "function", name: TOOL, description, parameters: tool, strict: false }] }),
    },
  }),
  read(events, isStream) {
    const response = isStream ? object(events.at(-1)?.response) : (events[0] ?? {});
    const output = list(response.output);
    const calls = output.filter(({ type }) => type === "function_call").map((call) => text(call.arguments));
    const whole = joined(
      output.flatMap(({ content }) => list(content)),
      "text",
    );
    const of = (type: string) => events.filter((event) => event.type === type);
    const isEqual =
      joined(of("response.output_text.delta"), "delta") === whole &&
      joined(of("response.function_call_arguments.delta"), "delta") === calls.join("");
    return { text: whole, calls, isEnded: response.status === "completed" && (!isStream || isEqual) };
  },
};

const anthropicMessages: Client = {
  id: "anthropic-messages",
  framing: "sse",
  request: ({ model, isStream, turns, tool }) => ({
    path: "/v1/messages",
    body: {
      model,
      max_tokens: 4_096,
      messages: messages(turns),
      ...(isStream && { stream: true }),
      ...(tool && { tools: [{ name: TOOL, description, input_schema: tool }] }),
    },
  }),
  read(events, isStream) {
    if (!isStream) {
      const content = list(events[0]?.content);
      const calls = content.filter(({ type }) => type === "tool_use").map(({ input }) => JSON.stringify(input));
      return { text: joined(content, "text"), calls, isEnded: typeof events[0]?.stop_reason === "string" };
    }
    const deltas = events.map((event) => object(event.delta));
    const input = joined(deltas, "partial_json");
    const isEnded = events.at(-1)?.type === "message_stop";
    return { text: joined(deltas, "text"), calls: input === "" ? [] : [input], isEnded };
  },
};

const geminiGenerate: Client = {
  id: "gemini-generate",
  framing: "sse",
  request: ({ model, isStream, turns, tool }) => ({
    path: `/v1beta/models/${model}:${isStream ? "streamGenerateContent?alt=sse" : "generateContent"}`,
    body: {
      contents: turns.map((each, index) => ({ role: index % 2 === 0 ? "user" : "model", parts: [{ text: each }] })),
      ...(tool && { tools: [{ functionDeclarations: [{ name: TOOL, description, parametersJsonSchema: tool }] }] }),
    },
  }),
  read(events) {
    const candidates = events.flatMap((event) => list(event.candidates));
    const parts = candidates.flatMap((candidate) => list(object(candidate.content).parts));
    const calls = parts.flatMap(({ functionCall }) =>
      functionCall ? [JSON.stringify(object(functionCall).args)] : [],
    );
    const isEnded = candidates.some(({ finishReason }) => finishReason === "STOP");
    return { text: joined(parts, "text"), calls, isEnded };
  },
};

const ollamaChat: Client = {
  id: "ollama-chat",
  framing: "lines",
  request: ({ model, isStream, turns, tool }) => ({
    path: "/api/chat",
    body: {
      model,
      messages: messages(turns),
      stream: isStream,
      ...(tool && { tools: [{ type: "function", function: { name: TOOL, description, parameters: tool } }] }),
    },
  }),
  read(events) {
    const said = events.map(({ message }) => object(message));
    const functions = said.flatMap((each) => list(each.tool_calls)).map((call) => object(call.function));
    const calls = functions.map((each) => JSON.stringify(each.arguments));
    return { text: joined(said, "content"), calls, isEnded: events.at(-1)?.done === true };
  },
};

/** Those of `protocolNames`, in that order. */
export const clients: readonly Client[] = [openaiChat, openaiResponses, anthropicMessages, geminiGenerate, ollamaChat];

/** What is wrong with an answer, the bytes of a whole body; "" for nothing. */
export function findFault(client: Client, isStream: boolean, body: Buffer, expected: Answer): string {
  const answer = client.read(
    isStream ? eventsOf(client, body.toString("utf8")) : [JSON.parse(body.toString("utf8"))],
    isStream,
  );
  if (!answer.isEnded) return `no clean end: ${body.toString("utf8").slice(-300)}`;
  if (answer.text !== expected.text) return `the text is ${answer.text.slice(0, 300)}`;
  const calls = answer.calls.map((each) => JSON.stringify(JSON.parse(each)));
  return JSON.stringify(calls) === JSON.stringify(expected.calls) ? "" : `the calls are ${calls.join().slice(0, 300)}`;
}

/** What each event of a stream has once. */
export function markOf({ framing }: Client): string {
  return framing === "sse" ? "data: " : "\n";
}

function eventsOf({ framing }: Client, stream: string): Wire[] {
  // Google ends lines as HTTP does.
  const text = stream.replaceAll("\r\n", "\n");
  const separator = framing === "sse" ? "\n\n" : "\n";
  if (!text.endsWith(separator)) return [];
  return text
    .slice(0, -separator.length)
    .split(separator)
    .map((frame) => (framing === "lines" ? frame : frame.slice(frame.indexOf("data: ") + 6)))
    .filter((data) => data !== "[DONE]")
    .map((data) => JSON.parse(data) as Wire);
}

function messages(turns: readonly string[]) {
  return turns.map((content, index) => ({ role: index % 2 === 0 ? "user" : "assistant", content }));
}

function object(value: unknown): Wire {
  return typeof value === "object" && value !== null ? (value as Wire) : {};
}

function list(value: unknown): Wire[] {
  return Array.isArray(value) ? (value as Wire[]) : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function joined(values: readonly Wire[], name: string): string {
  return values.map((value) => text(value[name])).join("");
}
