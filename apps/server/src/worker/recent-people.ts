/** Who did something lately: enough of it to tell whether it was one person alone. */
export class RecentPeople {
  #last = { userId: "", at: Number.NEGATIVE_INFINITY };
  /** The last of somebody else. */
  #other = { userId: "", at: Number.NEGATIVE_INFINITY };

  /** "" is nobody. */
  add(userId: string, at: number): void {
    if (userId === "") return;
    if (userId !== this.#last.userId) this.#other = this.#last;
    this.#last = { userId, at };
  }

  /** Whether anybody but this person did it since then. */
  hasOthers(userId: string, since: number): boolean {
    const newest = this.#last.userId === userId ? this.#other : this.#last;
    return newest.at > since;
  }
}
