import { type AskPart, type ContractFace, type Seen, type Turn, Unsayable } from "../ask.ts";
import { must, record, records, sseEvents, text } from "./reading.ts";

type Wire = Record<string, unknown>;

/** OpenAI responses, as the openai libraries and Codex CLI send and read them. */
export const openaiResponsesFace: ContractFace = {
  id: "openai-responses",
  title: "OpenAI responses",
  request(ask) {
    if (ask.n !== undefined) throw new Unsayable("one answer a request");
    if (ask.stop) throw new Unsayable("no stop texts");
    if (ask.seed !== undefined || ask.topK !== undefined) throw new Unsayable("no seed, no top_k");
    const body: Wire = { model: ask.model, input: ask.turns.flatMap(items), stream: ask.stream, store: false };
    if (ask.system) body.instructions = ask.system.join("\n");
    if (ask.tools) body.tools = ask.tools.map((tool) => ({ type: "function", ...tool, strict: false }));
    if (ask.toolChoice !== undefined)
      body.tool_choice =
        typeof ask.toolChoice === "string" ? ask.toolChoice : { type: "function", name: ask.toolChoice.name };
    if (ask.parallel === false) body.parallel_tool_calls = false;
    if (ask.schema) body.text = { format: { type: "json_schema", name: "answer", schema: ask.schema, strict: true } };
    if (ask.temperature !== undefined) body.temperature = ask.temperature;
    if (ask.topP !== undefined) body.top_p = ask.topP;
    if (ask.limit !== undefined) body.max_output_tokens = ask.limit;
    if (ask.effort) body.reasoning = { effort: ask.effort, summary: "auto" };
    body.include = ["reasoning.encrypted_content"];
    if (ask.logprobs !== undefined) body.top_logprobs = ask.logprobs;
    if (ask.user) body.user = ask.user;
    if (ask.unknown) body[ask.unknown[0]] = ask.unknown[1];
    return { path: "/v1/responses", headers: {}, body };
  },
  readWhole(body) {
    const reply = record(body);
    must(reply.object === "response" && typeof reply.id === "string", "object response with an id");
    return seen(reply);
  },
  readStream(stream, isTranslated) {
    const events = sseEvents(stream, isTranslated).map(({ event, data }) => {
      const value = record(JSON.parse(data));
      must(event === value.type, "the event is named as its data says");
      return value;
    });
    must(
      events.every((each, index) => each.sequence_number === index),
      "sequence_number counts from 0",
    );
    must(events[0]?.type === "response.created" && events[1]?.type === "response.in_progress", "created, in_progress");
    const last = events.at(-1) ?? {};
    must(last.type === "response.completed" || last.type === "response.incomplete", "completed or incomplete, last");
    const response = record(last.response);
    if (isTranslated) checkItems(events, records(response.output));
    must(!isTranslated || record(events[0]?.response).id === response.id, "one id");
    return seen(response);
  },
  readError(body) {
    const error = record(record(body).error);
    must(typeof error.type === "string" && "code" in error && "param" in error, "error.type, code, param");
    return text(error.message);
  },
};

/** Items are added and done in pairs; what their deltas join to is what the end says. */
function checkItems(events: readonly Wire[], output: readonly Wire[]): void {
  const added = events.filter((each) => each.type === "response.output_item.added");
  const done = events.filter((each) => each.type === "response.output_item.done");
  must(added.length === output.length && done.length === output.length, "an item for each added and done");
  for (const event of done) {
    const item = record(event.item);
    const index = Number(event.output_index);
    must(JSON.stringify(item) === JSON.stringify(output[index]), "a done item is the one of the end");
    const opened = record(added.find((each) => each.output_index === index)?.item);
    must(opened.id === item.id && opened.type === item.type, "ids are stable");
    const deltas = (type: string) =>
      events
        .filter((each) => each.type === type && each.output_index === index)
        .map((each) => {
          must(each.item_id === item.id, "deltas name their item");
          return text(each.delta);
        })
        .join("");
    if (item.type === "function_call")
      must(deltas("response.function_call_arguments.delta") === item.arguments, "argument deltas join to the whole");
    if (item.type === "message") {
      const content = records(item.content);
      const whole = content.map((each) => text(each.text ?? each.refusal)).join("");
      must(deltas("response.output_text.delta") + deltas("response.refusal.delta") === whole, "text deltas join");
    }
  }
}

function seen(response: Wire): Seen {
  const output = records(response.output);
  const of = (type: string) => output.filter((each) => each.type === type);
  const contents = of("message").flatMap((each) => records(each.content));
  const calls = of("function_call").map((each) => ({
    id: text(each.call_id),
    name: text(each.name),
    args: text(each.arguments),
  }));
  const usage = response.usage ? record(response.usage) : null;
  const details = usage?.input_tokens_details ? record(usage.input_tokens_details) : {};
  return {
    text: contents.map((each) => text(each.text ?? each.refusal)).join(""),
    reasoning: of("reasoning")
      .flatMap((each) => records(each.summary))
      .map((each) => text(each.text))
      .join(""),
    calls,
    finish: finished(
      response,
      calls.length > 0,
      contents.some((each) => each.type === "refusal"),
    ),
    usage:
      usage === null
        ? null
        : {
            input: Number(usage.input_tokens),
            output: Number(usage.output_tokens),
            cached: Number(details.cached_tokens ?? 0),
          },
    choices: 1,
    reply: output,
  };
}

function finished(response: Wire, hasCalls: boolean, hasRefusal: boolean): Seen["finish"] {
  if (response.status === "incomplete")
    return record(response.incomplete_details).reason === "content_filter" ? "content-filter" : "length";
  must(response.status === "completed", `status ${text(response.status)}`);
  if (hasRefusal) return "content-filter";
  return hasCalls ? "tool-calls" : "stop";
}

function items(turn: Turn): object[] {
  switch (turn.role) {
    case "user":
      return [{ role: "user", content: turn.parts.map(part) }];
    case "system":
      return [{ role: "system", content: turn.text }];
    case "echo":
      return turn.reply as object[];
    case "assistant":
      return [
        ...(turn.text === "" ? [] : [{ role: "assistant", content: turn.text }]),
        ...(turn.calls ?? []).map(({ id, name, args }) => ({
          type: "function_call",
          call_id: id,
          name,
          arguments: JSON.stringify(args),
        })),
      ];
    case "tool":
      return turn.results.map(({ id, text: said, isError, image }) => {
        if (isError) throw new Unsayable("no mark of errors");
        const picture = { type: "input_image", image_url: `data:image/png;base64,${image}` };
        return {
          type: "function_call_output",
          call_id: id,
          output: image === undefined ? said : [{ type: "input_text", text: said }, picture],
        };
      });
    default:
      return turn satisfies never;
  }
}

function part(each: AskPart): object {
  switch (each.type) {
    case "text":
      if (each.isCached) throw new Unsayable("no cache marks");
      return { type: "input_text", text: each.text };
    case "image":
      return { type: "input_image", detail: "auto", image_url: `data:${each.mediaType};base64,${each.data}` };
    case "image-url":
      return { type: "input_image", detail: "auto", image_url: each.url };
    case "pdf":
      return { type: "input_file", filename: "a.pdf", file_data: `data:application/pdf;base64,${each.data}` };
    case "audio":
      return { type: "input_audio", input_audio: { data: each.data, format: "wav" } };
    default:
      return each satisfies never;
  }
}
