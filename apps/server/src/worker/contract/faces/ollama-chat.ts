import { type AskPart, type ContractFace, type Seen, type Turn, Unsayable } from "../ask.ts";
import { must, record, records, text } from "./reading.ts";

type Wire = Record<string, unknown>;
const figures = ["total_duration", "prompt_eval_count", "prompt_eval_duration", "eval_count", "eval_duration"];

/** Ollama's chat, as the ollama libraries and desktop apps send and read it. */
export const ollamaChatFace: ContractFace = {
  id: "ollama-chat",
  title: "Ollama",
  request(ask) {
    if (ask.n !== undefined) throw new Unsayable("one answer a request");
    if (ask.toolChoice !== undefined) throw new Unsayable("no choice of tools");
    if (ask.parallel === false) throw new Unsayable("no limit to one call");
    if (ask.user) throw new Unsayable("no user");
    const options: Wire = {};
    if (ask.stop) options.stop = ask.stop;
    if (ask.temperature !== undefined) options.temperature = ask.temperature;
    if (ask.topP !== undefined) options.top_p = ask.topP;
    if (ask.topK !== undefined) options.top_k = ask.topK;
    if (ask.seed !== undefined) options.seed = ask.seed;
    if (ask.limit !== undefined) options.num_predict = ask.limit;
    if (ask.unknown) options[ask.unknown[0]] = ask.unknown[1];
    const body: Wire = {
      model: ask.model,
      messages: [...(ask.system ?? []).map((content) => ({ role: "system", content })), ...ask.turns.flatMap(messages)],
      options,
      // A stream unless one says no.
      ...(!ask.stream && { stream: false }),
    };
    if (ask.tools) body.tools = ask.tools.map((tool) => ({ type: "function", function: tool }));
    if (ask.schema) body.format = ask.schema;
    if (ask.effort) body.think = ask.effort;
    if (ask.logprobs !== undefined) Object.assign(body, { logprobs: true, top_logprobs: ask.logprobs });
    return { path: "/api/chat", headers: {}, body };
  },
  readWhole: (body) => seen([record(body)]),
  readStream(stream, isTranslated) {
    must(stream.endsWith("\n"), "the last line ends");
    const lines = stream
      .trimEnd()
      .split("\n")
      .map((line) => record(JSON.parse(line)));
    // Upstreams that report none are passed on as they are.
    for (const name of isTranslated ? figures : []) must(typeof lines.at(-1)?.[name] === "number", name);
    return seen(lines);
  },
  readError(body) {
    const { error } = record(body);
    must(typeof error === "string", "error is a text");
    return text(error);
  },
};

function seen(lines: readonly Wire[]): Seen {
  const last = lines.at(-1) ?? {};
  must(
    lines.every((line, index) => line.done === (index === lines.length - 1)),
    "done in the last line alone",
  );
  const message: Wire = { role: "assistant", content: "" };
  const calls: Wire[] = [];
  for (const line of lines) {
    must(typeof line.model === "string" && typeof line.created_at === "string", "model and created_at");
    const given = record(line.message);
    message.content = `${text(message.content)}${text(given.content)}`;
    if (given.thinking) message.thinking = `${text(message.thinking)}${text(given.thinking)}`;
    if (given.tool_calls) calls.push(...records(given.tool_calls));
  }
  if (calls.length > 0) message.tool_calls = calls;
  return {
    text: text(message.content),
    reasoning: text(message.thinking),
    calls: calls.map((call) => {
      const fn = record(call.function);
      return { id: text(call.id), name: text(fn.name), args: JSON.stringify(record(fn.arguments)) };
    }),
    finish: finished(last.done_reason, calls.length > 0),
    usage: { input: Number(last.prompt_eval_count ?? 0), output: Number(last.eval_count ?? 0), cached: 0 },
    choices: 1,
    reply: message,
  };
}

/** `content_filter` is the gateway's word, where another upstream says so: Ollama has none. */
function finished(reason: unknown, hasCalls: boolean): Seen["finish"] {
  if (reason === "length") return "length";
  if (reason === "content_filter") return "content-filter";
  must(reason === "stop", `done_reason ${String(reason)}`);
  return hasCalls ? "tool-calls" : "stop";
}

function messages(turn: Turn): object[] {
  switch (turn.role) {
    case "user":
      return [user(turn.parts)];
    case "system":
      return [{ role: "system", content: turn.text }];
    case "echo":
      return [turn.reply as object];
    case "assistant":
      return [
        {
          role: "assistant",
          content: turn.text,
          ...(turn.calls && {
            tool_calls: turn.calls.map(({ name, args }) => ({ function: { name, arguments: args } })),
          }),
        },
      ];
    case "tool":
      return turn.results.map(({ name, text: said, isError, image }) => {
        if (isError) throw new Unsayable("no mark of errors");
        if (image !== undefined) throw new Unsayable("results are text");
        return { role: "tool", tool_name: name, content: said };
      });
    default:
      return turn satisfies never;
  }
}

function user(parts: readonly AskPart[]): object {
  const images: string[] = [];
  const texts: string[] = [];
  for (const part of parts) {
    if (part.type === "text" && !part.isCached) texts.push(part.text);
    else if (part.type === "image") images.push(part.data);
    else throw new Unsayable("texts and images only");
  }
  return { role: "user", content: texts.join("\n"), ...(images.length > 0 && { images }) };
}
