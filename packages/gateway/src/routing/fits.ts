/** What a deployment can't do, and how much it takes. */
export type Abilities = { readonly lacks: readonly string[]; readonly contextTokens: number | null };

/** An estimate below this multiple of a context may fit after all. */
const SURELY = 1.25;

/** Whether a deployment can do all that a request needs. */
export function canDo({ lacks }: Pick<Abilities, "lacks">, needs: readonly string[]): boolean {
  return lacks.length === 0 || !needs.some((need) => lacks.includes(need));
}

/** Whether a prompt of so many tokens, by our estimate, is surely longer than a deployment takes. `usual`: what its model takes. */
export function isTooLong(
  { contextTokens }: Pick<Abilities, "contextTokens">,
  tokens: number,
  usual: number | null,
): boolean {
  const most = contextTokens ?? usual;
  return most !== null && tokens > most * SURELY;
}
