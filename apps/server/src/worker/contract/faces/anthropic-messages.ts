import { type AskPart, type AskResult, type ContractFace, type Seen, type Turn, Unsayable } from "../ask.ts";
import { must, record, records, sseEvents, text } from "./reading.ts";

type Wire = Record<string, unknown>;
const BUDGETS = { low: 1_024, medium: 4_096, high: 16_384 };

/** Anthropic messages, as the anthropic libraries and Claude Code send and read them. */
export const anthropicMessagesFace: ContractFace = {
  id: "anthropic-messages",
  title: "Anthropic",
  request(ask) {
    if (ask.n !== undefined) throw new Unsayable("one answer a request");
    if (ask.logprobs !== undefined) throw new Unsayable("no log probabilities");
    if (ask.seed !== undefined) throw new Unsayable("no seed");
    const body: Wire = {
      model: ask.model,
      messages: ask.turns.map(message),
      max_tokens: ask.limit ?? 32_000,
      stream: ask.stream,
    };
    if (ask.system) body.system = ask.system.map((each) => ({ type: "text", text: each }));
    if (ask.tools)
      body.tools = ask.tools.map(({ name, description, parameters }) => ({
        name,
        description,
        input_schema: parameters,
      }));
    if (ask.toolChoice !== undefined || ask.parallel === false) {
      const types = { auto: "auto", none: "none", required: "any" } as const;
      const choice = ask.toolChoice ?? "auto";
      body.tool_choice = {
        ...(typeof choice === "string" ? { type: types[choice] } : { type: "tool", name: choice.name }),
        ...(ask.parallel === false && { disable_parallel_tool_use: true }),
      };
    }
    if (ask.schema) body.output_config = { format: { type: "json_schema", schema: ask.schema } };
    if (ask.stop) body.stop_sequences = ask.stop;
    if (ask.temperature !== undefined) body.temperature = ask.temperature;
    if (ask.topP !== undefined) body.top_p = ask.topP;
    if (ask.topK !== undefined) body.top_k = ask.topK;
    if (ask.effort) body.thinking = { type: "enabled", budget_tokens: BUDGETS[ask.effort] };
    if (ask.user) body.metadata = { user_id: ask.user };
    if (ask.unknown) body[ask.unknown[0]] = ask.unknown[1];
    return { path: "/v1/messages", headers: { "anthropic-version": "2023-06-01" }, body };
  },
  readWhole(body) {
    const reply = record(body);
    must(reply.type === "message" && reply.role === "assistant", "type message of an assistant");
    return seen(records(reply.content), text(reply.stop_reason), usageOf(reply));
  },
  readStream(stream, isTranslated) {
    const events = sseEvents(stream, isTranslated).map(({ event, data }) => {
      const value = record(JSON.parse(data));
      must(event === value.type, "the event is named as its data says");
      return value;
    });
    const of = (type: string) => events.filter((each) => each.type === type);
    must(events[0]?.type === "message_start", "message_start first");
    must(!isTranslated || of("message_start").length === 1, "one message_start");
    must(events.at(-1)?.type === "message_stop" && of("message_stop").length === 1, "one message_stop, last");
    must(!isTranslated || of("message_delta").length === 1, "one message_delta");
    const start = record(events[0]?.message);
    const blocks: Wire[] = [];
    const pieces: string[] = [];
    let open = -1;
    for (const event of events) {
      if (event.type === "content_block_start") {
        must(open < 0 && event.index === blocks.length, "blocks one behind the other, counted");
        open = blocks.length;
        blocks.push({ ...record(event.content_block) });
        pieces.push("");
      } else if (event.type === "content_block_delta") {
        must(event.index === open, "deltas of the open block");
        const block = blocks[open] ?? {};
        const delta = record(event.delta);
        if (delta.type === "text_delta") block.text = `${text(block.text)}${text(delta.text)}`;
        else if (delta.type === "thinking_delta") block.thinking = `${text(block.thinking)}${text(delta.thinking)}`;
        else if (delta.type === "signature_delta") block.signature = delta.signature;
        else if (delta.type === "input_json_delta") pieces[open] += text(delta.partial_json);
        else must(delta.type === "citations_delta", `delta ${text(delta.type)}`);
      } else if (event.type === "content_block_stop") {
        must(event.index === open, "the open block stops");
        const block = blocks[open] ?? {};
        if (block.type === "tool_use" && pieces[open] !== "") block.input = parsedOrText(pieces[open] ?? "");
        open = -1;
      }
    }
    must(open < 0, "every block stops");
    const end = of("message_delta").findLast((each) => record(each.delta).stop_reason !== null);
    const usage = {
      ...(isTranslated ? record(start.usage) : usageOf(start)),
      ...(isTranslated ? record(end?.usage) : usageOf(end)),
    };
    return seen(blocks, text(record(end?.delta).stop_reason), usage);
  },
  readError(body) {
    const reply = record(body);
    must(reply.type === "error" && typeof record(reply.error).type === "string", "type error");
    return text(record(reply.error).message);
  },
};

/** Upstreams that report none are passed on as they are. */
function usageOf(value: Wire | undefined): Wire {
  return value?.usage === undefined ? {} : record(value.usage);
}

function parsedOrText(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

function seen(blocks: Wire[], stop: string, usage: Wire): Seen {
  const finishes = {
    end_turn: "stop",
    stop_sequence: "stop",
    pause_turn: "stop",
    max_tokens: "length",
    model_context_window_exceeded: "length",
    tool_use: "tool-calls",
    refusal: "content-filter",
  } as const;
  must(stop in finishes, `stop_reason ${stop}`);
  const join = (type: string, key: string) =>
    blocks
      .filter((each) => each.type === type)
      .map((each) => text(each[key]))
      .join("");
  const cached = Number(usage.cache_read_input_tokens ?? 0);
  return {
    text: join("text", "text"),
    reasoning: join("thinking", "thinking"),
    calls: blocks
      .filter((each) => each.type === "tool_use")
      .map((each) => ({
        id: text(each.id),
        name: text(each.name),
        args: typeof each.input === "string" ? each.input : JSON.stringify(record(each.input)),
      })),
    finish: finishes[stop as keyof typeof finishes],
    usage:
      usage.output_tokens === undefined
        ? null
        : {
            input: Number(usage.input_tokens) + cached + Number(usage.cache_creation_input_tokens ?? 0),
            output: Number(usage.output_tokens),
            cached,
          },
    choices: 1,
    reply: { role: "assistant", content: blocks },
  };
}

function message(turn: Turn): object {
  switch (turn.role) {
    case "user":
      return { role: "user", content: turn.parts.map(part) };
    case "system":
      return { role: "system", content: turn.text };
    case "echo":
      return turn.reply as object;
    case "assistant":
      return {
        role: "assistant",
        content: [
          ...(turn.text === "" ? [] : [{ type: "text", text: turn.text }]),
          ...(turn.calls ?? []).map(({ id, name, args }) => ({ type: "tool_use", id, name, input: args })),
        ],
      };
    case "tool":
      return { role: "user", content: turn.results.map(result) };
    default:
      return turn satisfies never;
  }
}

function result({ id, text: said, isError, image }: AskResult): object {
  const picture = { type: "image", source: { type: "base64", media_type: "image/png", data: image } };
  return {
    type: "tool_result",
    tool_use_id: id,
    content: image === undefined ? said : [{ type: "text", text: said }, picture],
    ...(isError && { is_error: true }),
  };
}

function part(each: AskPart): object {
  switch (each.type) {
    case "text":
      return { type: "text", text: each.text, ...(each.isCached && { cache_control: { type: "ephemeral" } }) };
    case "image":
      return { type: "image", source: { type: "base64", media_type: each.mediaType, data: each.data } };
    case "image-url":
      return { type: "image", source: { type: "url", url: each.url } };
    case "pdf":
      return { type: "document", source: { type: "base64", media_type: "application/pdf", data: each.data } };
    case "audio":
      throw new Unsayable("no audio");
    default:
      return each satisfies never;
  }
}
