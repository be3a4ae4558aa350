import type { Answer, DemoCall, Fault, Piece, UsageScript } from "../scripts/plan.ts";
import { encodeUsage, type Tally, wholeTally } from "./openai-chat-usage.ts";
import type { Stamp, Step } from "./protocol.ts";

export const doneFrame = "data: [DONE]\n\n";

/** A JSON text as one server-sent event. */
export function eventFrame(json: string): string {
  return `data: ${json}\n\n`;
}

/**
 * The steps of a streamed answer: a role chunk for each choice, content chunks (the choices take turns), a finish chunk
 * for each, the usage chunk if asked for, [DONE]; and the script's fault in its place.
 */
export function* encodeStream(call: DemoCall, answer: Answer, stamp: Stamp): Generator<Step> {
  const { pieces, usage, fault } = answer;
  const perChoice = Math.min(pieces.count, call.maxTokens);
  const tally: Tally = { output: 0, reasoning: 0 };
  const head = `{"id":"chatcmpl-demo-${stamp.ordinal}","object":"chat.completion.chunk","created":${stamp.created},"model":${JSON.stringify(call.model)},"choices":[`;
  // Like the vendors: with include_usage every chunk but the last says null.
  const usualTail = call.wantsUsage && usage.report !== "never" ? '],"usage":null}' : "]}";
  const usageTail = (tokens: Tally) => `],"usage":${encodeUsage(call, answer, tokens)}}`;
  const middleTail = () => {
    if (usage.report === "middle") return usageTail(wholeTally(pieces, perChoice, call.choices));
    return usage.report === "middle-so-far" ? usageTail(tally) : usualTail;
  };
  const chunk = (choice: number, delta: string, finish = "null", tail = usualTail) => {
    const end = usage.report === "every" ? usageTail(tally) : tail;
    return eventFrame(`${head}{"index":${choice},"delta":${delta},"logprobs":null,"finish_reason":${finish}}${end}`);
  };

  if (fault?.after === "start") return yield* faultSteps(fault);
  for (let choice = 0; choice < call.choices; choice++) {
    const carriesUsage = choice === 0 && usage.report === "first";
    const tail = carriesUsage ? usageTail(wholeTally(pieces, perChoice, call.choices)) : usualTail;
    yield overhead(chunk(choice, '{"role":"assistant","content":""}', "null", tail));
  }

  for (let index = 0; index < perChoice; index++) {
    const faulty = fault?.after === index;
    if (faulty && fault.kind !== "broken-json") return yield* faultSteps(fault);
    const piece = pieces.at(index);
    const delta = encodeDelta(piece);
    for (let choice = 0; choice < call.choices; choice++) {
      tally.output++;
      if (piece.kind === "reasoning") tally.reasoning++;
      const isMiddle = choice === 0 && index === Math.floor(perChoice / 2);
      const text = chunk(choice, delta, "null", isMiddle ? middleTail() : usualTail);
      yield { kind: "frame", text: faulty ? cutShort(text) : text, content: true, paced: choice === 0 };
    }
  }

  const finish = perChoice < pieces.count ? '"length"' : `"${answer.finish}"`;
  for (let choice = 0; choice < call.choices; choice++) yield overhead(chunk(choice, "{}", finish));
  const reports = { asked: 1, every: 1, twice: 2 } as Partial<Record<UsageScript["report"], number>>;
  for (let left = call.wantsUsage ? (reports[usage.report] ?? 0) : 0; left > 0; left--) {
    yield overhead(eventFrame(head + usageTail(tally)));
  }
  yield overhead(doneFrame);
}

function* faultSteps({ kind }: Fault): Generator<Step> {
  if (kind === "silence" || kind === "break") return yield { kind };
  if (kind === "end") return;
  if (kind === "error-text") return yield overhead("Internal Server Error\n");
  const error = { message: "The engine died.", type: "server_error", param: null, code: "engine_error" };
  yield overhead(eventFrame(JSON.stringify({ error })));
  yield overhead(doneFrame);
}

function encodeDelta(piece: Piece): string {
  switch (piece.kind) {
    case "text":
      return `{"content":${JSON.stringify(piece.text)}}`;
    case "reasoning":
      return `{"reasoning_content":${JSON.stringify(piece.text)}}`;
    case "tool": {
      const { call, opens, argumentsPart } = piece;
      const start = opens ? { id: opens.id, type: "function" } : {};
      const named = opens ? { name: opens.name, arguments: argumentsPart } : { arguments: argumentsPart };
      return JSON.stringify({ tool_calls: [{ index: call, ...start, function: named }] });
    }
  }
}

/** The event ends in the middle of its JSON. */
function cutShort(frame: string): string {
  return `${frame.slice(0, frame.indexOf('"delta"') + '"delta":{"cont'.length)}\n\n`;
}

function overhead(text: string): Step {
  return { kind: "frame", text, content: false, paced: false };
}
