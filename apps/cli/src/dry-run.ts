import type { Db, Tx } from "@lyceum/db";

/** Enough for a course of thousands. */
const WHOLE_COURSE_MS = 60_000;

class RolledBack extends Error {}

/** Does an act, or with `apply` false does it and takes it back: what it says is what it would do, to the last figure. */
export async function actOrTry<T>(db: Db, apply: boolean, run: (tx: Tx) => Promise<T>): Promise<T> {
  const done: { result?: T } = {};
  try {
    await db.$transaction(
      async (tx) => {
        done.result = await run(tx);
        if (!apply) throw new RolledBack("only tried");
      },
      { timeout: WHOLE_COURSE_MS },
    );
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  return done.result as T;
}

/** What a command that only tried says at its end. */
export const triedOnly = "Nothing was written. Add --apply to do it.";
