import "server-only";

/** An answer that runs in this process: what has come of it, and how to stop it. */
export class LiveRun {
  readonly turnId: string;
  readonly conversationId: string;
  text = "";
  thinking = "";
  /** Raised whenever its row changed in more than its text. */
  revision = 0;
  readonly #stopping = new AbortController();
  /** Why it ends before its time; null: it doesn't, or somebody else ended it. */
  why: "stopped" | "cut" | null = null;

  constructor(turnId: string, conversationId: string) {
    this.turnId = turnId;
    this.conversationId = conversationId;
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** What there is is kept: by its person, or because it became too long. */
  end(why: "stopped" | "cut"): void {
    this.why ??= why;
    this.#stopping.abort();
  }

  /** Somebody else ended it. */
  abandon(): void {
    this.#stopping.abort();
  }
}

/** The answers that run in this process, and who follows them. */
export class LiveRuns {
  readonly #byTurn = new Map<string, LiveRun>();
  readonly #listeners = new Map<string, Set<() => void>>();

  add(run: LiveRun): void {
    this.#byTurn.set(run.turnId, run);
    this.tell(run.conversationId);
  }

  /** Whoever follows it reads the rest from the database. */
  remove(run: LiveRun): void {
    this.#byTurn.delete(run.turnId);
    this.tell(run.conversationId);
  }

  find(turnId: string): LiveRun | null {
    return this.#byTurn.get(turnId) ?? null;
  }

  of(conversationId: string): LiveRun[] {
    return [...this.#byTurn.values()].filter((run) => run.conversationId === conversationId);
  }

  get count(): number {
    return this.#byTurn.size;
  }

  /** Something of a conversation changed. */
  tell(conversationId: string): void {
    for (const listener of this.#listeners.get(conversationId) ?? []) listener();
  }

  /** Calls back at each change until the returned function is called. */
  listen(conversationId: string, listener: () => void): () => void {
    const all = this.#listeners.get(conversationId) ?? new Set();
    this.#listeners.set(conversationId, all.add(listener));
    return () => {
      all.delete(listener);
      if (all.size === 0 && this.#listeners.get(conversationId) === all) this.#listeners.delete(conversationId);
    };
  }
}

// On globalThis: actions and routes may be bundled apart, and are one process all the same.
const holder = globalThis as typeof globalThis & { lyceumLiveRuns?: LiveRuns };

/** Those of this process. */
export function getLiveRuns(): LiveRuns {
  holder.lyceumLiveRuns ??= new LiveRuns();
  return holder.lyceumLiveRuns;
}
