/** What can stand in a RunningList. `place` is the list's to write. */
export type Placed = { place: number };

/**
 * What is under way, in no order. Not a Set: one whose members come and go by the thousand leaves a chain of outgrown tables behind, and
 * each of them keeps what stood in it, whole requests, until the next full garbage collection.
 */
export class RunningList<Each extends Placed> {
  readonly #list: Each[] = [];

  get size(): number {
    return this.#list.length;
  }

  add(each: Each): void {
    each.place = this.#list.push(each) - 1;
  }

  /** Takes out what is in the list, once. */
  remove(each: Each): void {
    const last = this.#list.pop();
    if (last === undefined || last === each) return;
    // The last one takes the place of the one that leaves.
    this.#list[each.place] = last;
    last.place = each.place;
  }

  /** Those that were in it when asked. */
  all(): readonly Each[] {
    return [...this.#list];
  }
}
