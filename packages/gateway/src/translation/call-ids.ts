import { createHash } from "node:crypto";
import type { CanonicalRequest, Message } from "../canonical/canonical-request.ts";

/**
 * The request with each call under an id of its own that is no longer than `maximum`, and each result under that of its call; the same request
 * where it is so already. Some servers number the calls of every turn from zero, which Anthropic refuses, and by which no result would find its
 * call; OpenAI refuses ids that are longer than its own.
 */
export function withCallIds(request: CanonicalRequest, maximum: number): CanonicalRequest {
  const given = request.messages.flatMap(idsOfCalls);
  const taken = new Set(given);
  if (taken.size === given.length && given.every((id) => id.length <= maximum)) return request;
  const ids = new CallIds(maximum, taken);
  return { ...request, messages: request.messages.map((message) => renamed(message, ids)) };
}

function idsOfCalls(message: Message): string[] {
  if (message.role !== "assistant") return [];
  return message.parts.flatMap((part) => (part.type === "tool-call" ? [part.id] : []));
}

function renamed(message: Message, ids: CallIds): Message {
  if (message.role === "assistant") {
    ids.begin(message);
    const parts = message.parts.map((part) => (part.type === "tool-call" ? { ...part, id: ids.call(part.id) } : part));
    return { ...message, parts };
  }
  if (message.role !== "tool") return message;
  return { ...message, parts: message.parts.map((part) => ({ ...part, callId: ids.result(part.callId) })) };
}

class CallIds {
  readonly #maximum: number;
  readonly #taken: Set<string>;
  readonly #used = new Set<string>();
  /** By the client's id: the new ids of the calls that wait for a result, and the one that had the last. */
  readonly #open = new Map<string, string[]>();
  readonly #last = new Map<string, string>();

  constructor(maximum: number, taken: ReadonlySet<string>) {
    this.#maximum = maximum;
    this.#taken = new Set(taken);
  }

  /** Results behind a message answer its own calls, not those of an earlier one. */
  begin(message: Message): void {
    for (const id of idsOfCalls(message)) this.#open.delete(id);
  }

  call(given: string): string {
    const short = this.#short(given);
    let id = short;
    for (let count = 2; this.#used.has(id) || (id !== given && this.#taken.has(id)); count++) {
      const mark = `_${count}`;
      id = short.slice(0, this.#maximum - mark.length) + mark;
    }
    this.#used.add(id);
    this.#open.set(given, [...(this.#open.get(given) ?? []), id]);
    return id;
  }

  result(given: string): string {
    const id = this.#open.get(given)?.shift() ?? this.#last.get(given) ?? this.#short(given);
    this.#last.set(given, id);
    return id;
  }

  #short(given: string): string {
    if (given.length <= this.#maximum) return given;
    const hash = createHash("sha256").update(given).digest("hex").slice(0, 12);
    return `${given.slice(0, this.#maximum - hash.length - 1)}_${hash}`;
  }
}
