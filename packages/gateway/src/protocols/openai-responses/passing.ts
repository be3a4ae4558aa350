import type { AppError } from "@lyceum/domain";
import type { DecodedCall, ModelNames, ReplyContext } from "../../canonical/protocol.ts";
import type { FrameVerdict, ReplyFacts, StreamListener, UpstreamComplaint, WholeReply } from "../../canonical/reply.ts";
import { editJson, type JsonEdit } from "../../json/edit-json.ts";
import { isRecord } from "../../json/is-record.ts";
import { JsonBreak } from "../../json/json-scanner.ts";
import { passReply as passWhole } from "../../translation/pass-reply.ts";
import { PassingListener } from "../../translation/passing-listener.ts";
import { responseId } from "./envelope.ts";
import { OutputState, type WireEvent } from "./output-state.ts";
import { PassedEnding } from "./passed-ending.ts";
import { decodeReply } from "./response.ts";
import { ResponsesDecoder } from "./stream-decode.ts";

/** What an answer of an upstream repeats of our request in place of the client's. */
const changedOnTheWay = [
  "store",
  "previous_response_id",
  "metadata",
  "user",
  "safety_identifier",
  "prompt_cache_key",
] as const;

/** Events about parts of items, the member that counts them, and where the parts stand. */
const partLists = [
  [/^response\.(?:content_part|output_text|refusal|reasoning_text)\./, "content_index", "content"],
  [/^response\.reasoning_summary_(?:part|text)\./, "summary_index", "summary"],
] as const;
/** Events that say nothing yet. */
const openings = new Set(["response.created", "response.queued", "response.in_progress"]);

/** A complete answer, its bytes as they are but for the response's id and what the upstream was told otherwise than the client said. */
export function passReply(body: Buffer, names: ModelNames, context: ReplyContext): WholeReply | null {
  const passed = passWhole(body, names, decodeReply, ["model"]);
  if (passed === null) return null;
  const response: unknown = JSON.parse(passed.body.toString("utf8"));
  const edits = isRecord(response) ? ownMembers(response, names, context) : [];
  return { ...passed, body: editedOrSame(passed.body, edits) };
}

/** JSON that is nested deeper than any answer stays as it is. */
function editedOrSame(json: Buffer, edits: readonly JsonEdit[]): Buffer {
  try {
    return editJson(json, edits);
  } catch (error) {
    if (error instanceof JsonBreak) return json;
    throw error;
  }
}

/** The members of an upstream's response object that are ours to tell. */
function ownMembers(response: Readonly<Record<string, unknown>>, names: ModelNames, context: ReplyContext): JsonEdit[] {
  const echo = context.echo?.() ?? {};
  const edits: JsonEdit[] = [{ path: ["id"], json: JSON.stringify(responseId(context.requestId)) }];
  // Upstreams answer with a dated name or that of a file; the client asked for none of these (case 61).
  if (response.model !== names.requested) edits.push({ path: ["model"], json: JSON.stringify(names.requested) });
  if (response.created_at === undefined)
    edits.push({ path: ["created_at"], json: String(Math.floor(context.createdAt / 1_000)) });
  for (const name of changedOnTheWay) {
    const value = echo[name] ?? (name === "store" ? true : null);
    if (response[name] === undefined && value === null) continue;
    edits.push({ path: [name], json: JSON.stringify(name === "metadata" ? (value ?? {}) : value) });
  }
  return edits;
}

/**
 * Listens to a stream that passes. Frames go as they came, but: the response's id is ours; ids of items stay what they were first, where the upstream
 * changes them in mid-stream (case 59); events that it sends twice go once, and numbers go up (case 50); a final object without its output gets it.
 */
export class ResponsesListener implements StreamListener {
  readonly #inner: PassingListener;
  readonly #decoder: ResponsesDecoder;
  readonly #state = new OutputState();
  readonly #ending: PassedEnding;
  readonly #names: ModelNames;
  readonly #context: ReplyContext;
  readonly #ids = new Map<number, unknown>();
  readonly #once = new Set<string>();
  /** Openings that wait for the first frame of another kind: until then a failure is an HTTP status, and another deployment may be tried. */
  #head = "";
  #sequence = -1;
  replacement: Buffer | null = null;
  readonly rename = null;
  readonly passesComments = true;

  constructor(call: DecodedCall, names: ModelNames, context: ReplyContext) {
    this.#names = names;
    this.#context = context;
    this.#ending = new PassedEnding(this.#state, () => ++this.#sequence);
    let decoder: ResponsesDecoder | null = null;
    const same = { requested: names.requested, upstream: names.requested };
    const protocol = {
      decodeStream(emit: ConstructorParameters<typeof ResponsesDecoder>[0]) {
        decoder = new ResponsesDecoder(emit);
        return decoder;
      },
      encodeStream: () => this.#ending,
    };
    this.#inner = new PassingListener(protocol, call, same, context, [], "");
    this.#decoder = decoder ?? new ResponsesDecoder(() => undefined);
  }

  judge(buffer: Buffer, start: number, end: number): FrameVerdict {
    this.replacement = null;
    const verdict = this.#inner.judge(buffer, start, end);
    const { frame } = this.#decoder;
    if (verdict === "error") return verdict;
    // A last word of another protocol ([DONE]) is none here.
    if (frame === null || typeof frame.type !== "string") return "withhold";
    if (this.#isRepeated(frame)) return verdict === "end" ? verdict : "withhold";
    const data = Buffer.from(buffer.subarray(start, end));
    const edited = editedOrSame(data, this.#editsOf(frame));
    const event = edited === data || edited.equals(data) ? frame : (JSON.parse(edited.toString("utf8")) as WireEvent);
    this.#state.apply(event as WireEvent);
    if (isRecord(event.response)) this.#ending.response = event.response;
    const isOpening = openings.has(frame.type);
    if (event !== frame || isOpening || this.#head !== "")
      this.replacement = Buffer.from(`${this.#head}event: ${frame.type}\ndata: ${edited.toString("utf8")}\n\n`);
    this.#head = "";
    if (!isOpening) return verdict;
    this.#head = this.replacement?.toString("utf8") ?? "";
    this.replacement = null;
    return "withhold";
  }

  #isRepeated(frame: Readonly<Record<string, unknown>>): boolean {
    const type = String(frame.type);
    if (!openings.has(type)) return false;
    const isRepeated = this.#once.has(type);
    this.#once.add(type);
    return isRepeated;
  }

  #editsOf(frame: Readonly<Record<string, unknown>>): JsonEdit[] {
    const edits: JsonEdit[] = [];
    const { sequence_number, output_index, item, item_id, response } = frame;
    const first = typeof sequence_number === "number" ? sequence_number : 0;
    const next = this.#sequence < 0 ? first : this.#sequence + 1;
    if (next !== sequence_number) edits.push({ path: ["sequence_number"], json: String(next) });
    this.#sequence = next;
    const { index } = this.#decoder;
    if (index !== null) {
      if (output_index === undefined) edits.push({ path: ["output_index"], json: String(index) });
      edits.push(...this.#missingPart(frame, index));
      if (isRecord(item)) {
        if (frame.type === "response.output_item.added") this.#ids.set(index, item.id ?? item.call_id);
        this.#keepId(index, item.id, ["item", "id"], edits);
      } else if (item_id !== undefined) this.#keepId(index, item_id, ["item_id"], edits);
    }
    if (isRecord(response)) {
      for (const edit of ownMembers(response, this.#names, this.#context))
        edits.push({ ...edit, path: ["response", ...edit.path] });
      const output = this.#wholeOutput(response);
      if (output !== null) edits.push({ path: ["response", "output"], json: JSON.stringify(output) });
    }
    return edits;
  }

  /** The number of the part that an event is about, where the upstream doesn't count its parts. */
  #missingPart(frame: Readonly<Record<string, unknown>>, index: number): JsonEdit[] {
    const type = String(frame.type);
    const list = partLists.find(([pattern]) => pattern.test(type));
    if (list === undefined || frame[list[1]] !== undefined) return [];
    const parts = this.#state.item(index)?.[list[2]];
    const count = Array.isArray(parts) ? parts.length : 0;
    return [{ path: [list[1]], json: String(type.endsWith("part.added") ? count : Math.max(0, count - 1)) }];
  }

  #keepId(index: number, id: unknown, path: readonly string[], edits: JsonEdit[]): void {
    const first = this.#ids.get(index);
    if (first === undefined) this.#ids.set(index, id);
    else if (first !== id) edits.push({ path, json: JSON.stringify(first) });
  }

  /** The output of a final object where it isn't what the stream said; null: it is. */
  #wholeOutput(response: Readonly<Record<string, unknown>>): readonly unknown[] | null {
    const { output } = response;
    if (!Array.isArray(output)) return this.#state.output;
    const streamed = this.#state.output;
    if (output.length === 0) return streamed.length === 0 ? null : streamed;
    let isChanged = false;
    const kept = output.map((item: unknown, index) => {
      const id = this.#ids.get(index);
      if (!isRecord(item) || id === undefined || id === item.id) return item;
      isChanged = true;
      return { ...item, id };
    });
    return isChanged ? kept : null;
  }

  get error(): UpstreamComplaint | null {
    return this.#inner.error;
  }

  get hasOutput(): boolean {
    return this.#inner.hasOutput;
  }

  get seenOutputTokens(): number {
    return this.#inner.seenOutputTokens;
  }

  get isFinished(): boolean {
    return this.#inner.isFinished;
  }

  facts(): ReplyFacts {
    return this.#inner.facts();
  }

  encodeEnd(): Buffer {
    return this.#inner.encodeEnd();
  }

  encodeLengthEnd(inputTokens: number): Buffer {
    return this.#inner.encodeLengthEnd(inputTokens);
  }

  encodeError(error: AppError, requestId: string): Buffer {
    return this.#inner.encodeError(error, requestId);
  }
}
