import { type AskPart, type ContractFace, type Seen, type Turn, Unsayable } from "../ask.ts";
import { must, record, records, sseData, text } from "./reading.ts";

type Wire = Record<string, unknown>;

/** OpenAI chat completions, as the openai libraries send and read them. */
export const openaiChatFace: ContractFace = {
  id: "openai-chat",
  title: "OpenAI chat",
  request(ask) {
    const body: Wire = {
      model: ask.model,
      messages: [...(ask.system ?? []).map((content) => ({ role: "system", content })), ...ask.turns.flatMap(messages)],
      stream: ask.stream,
    };
    if (ask.stream) body.stream_options = { include_usage: true };
    if (ask.tools) body.tools = ask.tools.map((tool) => ({ type: "function", function: tool }));
    if (ask.toolChoice !== undefined) {
      body.tool_choice =
        typeof ask.toolChoice === "string"
          ? ask.toolChoice
          : { type: "function", function: { name: ask.toolChoice.name } };
    }
    if (ask.parallel === false) body.parallel_tool_calls = false;
    if (ask.schema)
      body.response_format = { type: "json_schema", json_schema: { name: "answer", schema: ask.schema, strict: true } };
    if (ask.stop) body.stop = ask.stop;
    if (ask.temperature !== undefined) body.temperature = ask.temperature;
    if (ask.topP !== undefined) body.top_p = ask.topP;
    if (ask.topK !== undefined) body.top_k = ask.topK;
    if (ask.seed !== undefined) body.seed = ask.seed;
    if (ask.limit !== undefined) body.max_completion_tokens = ask.limit;
    if (ask.n !== undefined) body.n = ask.n;
    if (ask.effort) body.reasoning_effort = ask.effort;
    if (ask.logprobs !== undefined) Object.assign(body, { logprobs: true, top_logprobs: ask.logprobs });
    if (ask.user) body.user = ask.user;
    if (ask.unknown) body[ask.unknown[0]] = ask.unknown[1];
    return { path: "/v1/chat/completions", headers: {}, body };
  },
  readWhole(body) {
    const reply = record(body);
    must(reply.object === "chat.completion", "object");
    const choices = records(reply.choices);
    const [first] = choices;
    const message = record(first?.message);
    return seen(message, text(first?.finish_reason), reply.usage, choices.length, message);
  },
  readStream(stream, isTranslated) {
    const data = sseData(stream, isTranslated);
    must(data.at(-1) === "[DONE]" && data.filter((each) => each === "[DONE]").length === 1, "one [DONE], at the end");
    const chunks = data.slice(0, -1).map((each) => record(JSON.parse(each)));
    const message: Wire = { role: "assistant", content: "" };
    const calls = new Map<number, Wire>();
    const indices = new Set<unknown>();
    const details: Wire[] = [];
    let finish = "";
    let usage: unknown = null;
    for (const chunk of chunks) {
      must(chunk.object === "chat.completion.chunk", "chunks");
      must(!isTranslated || chunk.id === chunks[0]?.id, "one id for all chunks");
      if (chunk.usage) usage = chunk.usage;
      for (const choice of records(chunk.choices)) {
        indices.add(choice.index);
        if (choice.index !== 0) continue;
        must(finish === "", "nothing after the finish reason");
        const delta = record(choice.delta);
        if (typeof delta.content === "string") message.content += delta.content;
        if (typeof delta.refusal === "string") message.refusal = `${text(message.refusal)}${delta.refusal}`;
        if (typeof delta.reasoning_content === "string")
          message.reasoning_content = `${text(message.reasoning_content)}${delta.reasoning_content}`;
        if (Array.isArray(delta.reasoning_details)) details.push(...records(delta.reasoning_details));
        for (const part of delta.tool_calls === undefined ? [] : records(delta.tool_calls)) mergeCall(calls, part);
        if (choice.finish_reason) finish = text(choice.finish_reason);
      }
    }
    if (calls.size > 0) message.tool_calls = [...calls.values()];
    if (details.length > 0) message.reasoning_details = joined(details);
    return seen(message, finish, usage, indices.size, message);
  },
  readError(body) {
    const error = record(record(body).error);
    must(typeof error.type === "string" && "code" in error && "param" in error, "error.type, code, param");
    return text(error.message);
  },
};

/** Pieces of one thought belong together, as OpenRouter's clients join them by index. */
function joined(details: readonly Wire[]): Wire[] {
  const byIndex = new Map<unknown, Wire>();
  for (const detail of details) {
    const known = byIndex.get(detail.index);
    if (known === undefined) byIndex.set(detail.index, { ...detail });
    else {
      const { text: more, ...rest } = detail;
      Object.assign(known, rest, more === undefined ? {} : { text: `${text(known.text)}${text(more)}` });
    }
  }
  return [...byIndex.values()];
}

function mergeCall(calls: Map<number, Wire>, part: Wire): void {
  const index = Number(part.index);
  const given = record(part.function);
  const known = calls.get(index);
  if (known === undefined) {
    must(typeof part.id === "string" && typeof given.name === "string", "a call opens with id and name");
    calls.set(index, {
      id: part.id,
      type: "function",
      function: { name: given.name, arguments: text(given.arguments) },
    });
    return;
  }
  const fn = record(known.function);
  fn.arguments = `${text(fn.arguments)}${text(given.arguments)}`;
}

function seen(message: Wire, finish: string, usage: unknown, choices: number, reply: unknown): Seen {
  const finishes = {
    stop: "stop",
    length: "length",
    tool_calls: "tool-calls",
    content_filter: "content-filter",
  } as const;
  must(finish in finishes, `finish_reason ${finish}`);
  const counts = usage === null || usage === undefined ? null : record(usage);
  const details = counts?.prompt_tokens_details === undefined ? {} : record(counts.prompt_tokens_details ?? {});
  return {
    text: text(message.content) || text(message.refusal),
    reasoning: text(message.reasoning_content),
    calls: (message.tool_calls === undefined || message.tool_calls === null ? [] : records(message.tool_calls)).map(
      (call) => {
        const fn = record(call.function);
        return { id: text(call.id), name: text(fn.name), args: text(fn.arguments) };
      },
    ),
    finish: finishes[finish as keyof typeof finishes],
    usage:
      counts === null
        ? null
        : {
            input: Number(counts.prompt_tokens),
            output: Number(counts.completion_tokens),
            cached: Number(details.cached_tokens ?? 0),
          },
    choices,
    reply,
  };
}

function messages(turn: Turn): object[] {
  switch (turn.role) {
    case "user":
      return [
        {
          role: "user",
          content:
            turn.parts.length === 1 && turn.parts[0]?.type === "text" ? turn.parts[0].text : turn.parts.map(part),
        },
      ];
    case "system":
      return [{ role: "system", content: turn.text }];
    case "echo":
      return [turn.reply as object];
    case "assistant":
      return [
        {
          role: "assistant",
          content: turn.text === "" ? null : turn.text,
          ...(turn.calls && {
            tool_calls: turn.calls.map(({ id, name, args }) => ({
              id,
              type: "function",
              function: { name, arguments: JSON.stringify(args) },
            })),
          }),
        },
      ];
    case "tool":
      return turn.results.map((result) => {
        if (result.image !== undefined) throw new Unsayable("tool messages hold text only");
        return { role: "tool", tool_call_id: result.id, content: result.text };
      });
    default:
      return turn satisfies never;
  }
}

function part(each: AskPart): object {
  switch (each.type) {
    case "text":
      if (each.isCached) throw new Unsayable("no cache marks");
      return { type: "text", text: each.text };
    case "image":
      return { type: "image_url", image_url: { url: `data:${each.mediaType};base64,${each.data}` } };
    case "image-url":
      return { type: "image_url", image_url: { url: each.url } };
    case "pdf":
      return { type: "file", file: { filename: "a.pdf", file_data: `data:application/pdf;base64,${each.data}` } };
    case "audio":
      return { type: "input_audio", input_audio: { data: each.data, format: "wav" } };
    default:
      return each satisfies never;
  }
}
