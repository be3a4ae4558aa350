import type { WireContent } from "./wire.ts";

/** `first`: where the first lies that waits. */
type Queue = { readonly calls: OpenCall[]; first: number };
type OpenCall = { readonly id: string; readonly name: string; isAnswered: boolean };

/** The calls of a conversation: Gemini's clients need not give them ids, and then results belong to them by name and order (case 6). */
export class CallHistory {
  readonly #byId = new Map<string, OpenCall>();
  /** In order; those in front may have been answered meanwhile. `null`: all of them. */
  readonly #waiting = new Map<string | null, Queue>();
  readonly #taken: ReadonlySet<string>;
  #made = 0;

  constructor(contents: readonly WireContent[]) {
    this.#taken = new Set(
      contents.flatMap(({ parts }) => (parts ?? []).flatMap((part) => part.functionCall?.id ?? [])),
    );
  }

  /** The id of the next call in the conversation: its own, or one that is the same in every turn. */
  idOfCall(given: string | null, name: string): string {
    const id = given || this.#freshId();
    const call = { id, name, isAnswered: false };
    if (!this.#byId.has(id)) this.#byId.set(id, call);
    for (const key of [name, null]) {
      const queue = this.#waiting.get(key) ?? { calls: [], first: 0 };
      queue.calls.push(call);
      this.#waiting.set(key, queue);
    }
    return id;
  }

  /** The call that a result belongs to; null: there is none. */
  idOfResult(given: string | null, name: string | null): string | null {
    const call =
      (given ? this.#byId.get(given) : undefined) ??
      (name === null ? undefined : this.#firstWaiting(name)) ??
      (name ? undefined : this.#firstWaiting(null));
    if (call === undefined) return null;
    call.isAnswered = true;
    return call.id;
  }

  #firstWaiting(key: string | null): OpenCall | undefined {
    const queue = this.#waiting.get(key);
    if (queue === undefined) return undefined;
    while (queue.calls[queue.first]?.isAnswered === true) queue.first++;
    return queue.calls[queue.first];
  }

  #freshId(): string {
    let id: string;
    do id = `call_${this.#made++}`;
    while (this.#taken.has(id));
    return id;
  }
}
