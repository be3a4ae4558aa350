/** Most requests have nothing to note. */
const NOTHING: readonly string[] = [];

/** What a translation could not say, or had to change: named to the client in headers, never silent. */
export class Notes {
  #dropped: Set<string> | null = null;
  #clamped: Set<string> | null = null;

  /** A field the upstream doesn't get to see, as a wire path of the client: `metadata`, `messages[2].name`. */
  drop(...paths: readonly string[]): void {
    if (paths.length === 0) return;
    this.#dropped ??= new Set();
    for (const path of paths) this.#dropped.add(path);
  }

  /** Very many of them. */
  dropAll(paths: readonly string[]): void {
    for (const path of paths) this.drop(path);
  }

  /** A field that reaches the upstream with another value: `clamp("temperature", 1)`. */
  clamp(name: string, value: number | string): void {
    this.#clamped ??= new Set();
    this.#clamped.add(`${name}=${value}`);
  }

  get dropped(): readonly string[] {
    return this.#dropped === null ? NOTHING : [...this.#dropped];
  }

  get clamped(): readonly string[] {
    return this.#clamped === null ? NOTHING : [...this.#clamped];
  }
}
