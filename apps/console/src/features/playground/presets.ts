/** Questions one asks often in physics, by a word after `/`; their texts stand in messages/playground as `preset.<name>` and `presetText.<name>`. */
export const presets = ["dimensions", "derive", "explain", "check", "tex", "plot", "translate"] as const;

/** What starts an empty conversation; the first one is about a picture. */
export const starters = ["cycle", "dimensions", "fit"] as const;

export type Starter = (typeof starters)[number];

/** The starter that an address of the playground asks for. */
export function starterIn(search: string): Starter | null {
  const asked = new URLSearchParams(search).get("starter");
  return starters.find((starter) => starter === asked) ?? null;
}
