import { isRecord } from "../../json/is-record.ts";

type Frame = Readonly<Record<string, unknown>>;

/**
 * Where in the output the item of an event stands. Most upstreams say it (`output_index`), and change the ids as they like (case 59);
 * llama.cpp's server names items only by their ids, calls by the id of the call.
 */
export class ItemPlaces {
  readonly #byName = new Map<string, number>();
  #next = 0;
  #last = 0;

  /** Null: the event is of no item. */
  of(frame: Frame): number | null {
    const { output_index, item, item_id } = frame;
    const names = (isRecord(item) ? [item.id, item.call_id] : [item_id]).filter((name) => typeof name === "string");
    if (typeof output_index === "number") this.#last = output_index;
    else if (!isRecord(item) && item_id === undefined) return null;
    else this.#last = this.#known(names) ?? (names.length === 0 && !isRecord(item) ? this.#last : this.#next);
    this.#next = Math.max(this.#next, this.#last + 1);
    for (const name of names) this.#byName.set(name, this.#last);
    return this.#last;
  }

  /** Of an item of the final output. */
  ofFinal(item: Frame, index: number): number {
    const names = [item.id, item.call_id].filter((name) => typeof name === "string");
    return this.#known(names) ?? index;
  }

  #known(names: readonly string[]): number | undefined {
    for (const name of names) {
      const index = this.#byName.get(name);
      if (index !== undefined) return index;
    }
    return undefined;
  }
}
