import type { WireContent } from "./wire.ts";

type OpenCall = { readonly id: string; readonly name: string; isAnswered: boolean };

/** The calls of a conversation: Gemini's clients need not give them ids, and then results belong to them by name and order (case 6). */
export class CallHistory {
  readonly #calls: OpenCall[] = [];
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
    this.#calls.push({ id, name, isAnswered: false });
    return id;
  }

  /** The call that a result belongs to; null: there is none. */
  idOfResult(given: string | null, name: string | null): string | null {
    const open = this.#calls.filter((call) => !call.isAnswered);
    const call =
      (given ? this.#calls.find((each) => each.id === given) : undefined) ??
      open.find((each) => each.name === name) ??
      (name ? undefined : open[0]);
    if (call === undefined) return null;
    call.isAnswered = true;
    return call.id;
  }

  #freshId(): string {
    let id: string;
    do id = `call_${this.#made++}`;
    while (this.#taken.has(id));
    return id;
  }
}
