import { createHash } from "node:crypto";
import type { Target } from "./target.ts";

/** What OpenAI's protocols have a word for and no other: how long-winded the answer is to be, and under which key the vendor may cache the prompt. */
export type Hint = {
  readonly kind: "verbosity" | "cacheKey";
  readonly value: string;
  /** As the client wrote it, for where it can't be said. */
  readonly path: string;
};

/** The hints among what a client sent; what is there but no text goes to `unmapped`. */
export function readHints(
  sent: readonly (readonly [kind: Hint["kind"], path: string, value: unknown])[],
  unmapped: string[],
): Hint[] {
  const hints: Hint[] = [];
  for (const [kind, path, value] of sent) {
    if (typeof value === "string") hints.push({ kind, path, value });
    else if (value !== undefined && value !== null) unmapped.push(path);
  }
  return hints;
}

/** The value of a hint as an upstream may know it; null: none was given. */
export function hintFor(hints: readonly Hint[] | undefined, kind: Hint["kind"], target: Target): string | null {
  const value = hints?.find((hint) => hint.kind === kind)?.value ?? null;
  return value === null || kind !== "cacheKey" ? value : scopedKey(target.userPseudonym, value);
}

/** Another key for each person, so that nobody learns from a cache what others asked. */
export function scopedKey(pseudonym: string, key: string): string {
  return createHash("sha256").update(`${pseudonym}\n${key}`).digest("hex").slice(0, 32);
}
