/** What the palette finds, in the order of its groups. */
export const paletteGroups = ["pages", "models", "keys", "courses", "docs", "errors", "people"] as const;
export type PaletteGroup = (typeof paletteGroups)[number];

export interface PaletteItem {
  group: PaletteGroup;
  label: string;
  detail?: string | undefined;
  href: string;
  /** What else it is found by: its name in the other language. */
  words?: string | undefined;
}

/** Of one group, so that no group hides the next. */
const MOST_IN_GROUP = 6;

/** What holds every word that was typed: by group, and in each what begins with them first. Nothing typed finds the pages. */
export function findItems(items: readonly PaletteItem[], typed: string): PaletteItem[] {
  const query = typed.trim().toLowerCase();
  if (query === "") return items.filter(({ group }) => group === "pages");
  const words = query.split(/\s+/);
  return paletteGroups.flatMap((group) => {
    const found = items
      .filter((item) => item.group === group)
      .map((item) => ({ item, rank: rankOf(item, words, query) }))
      .filter(({ rank }) => rank < MISS);
    return found
      .sort((a, b) => a.rank - b.rank)
      .slice(0, MOST_IN_GROUP)
      .map(({ item }) => item);
  });
}

const MISS = 3;

function rankOf({ label, detail = "", words: other = "" }: PaletteItem, words: string[], query: string): number {
  const name = label.toLowerCase();
  if (name.startsWith(query)) return 0;
  if (words.every((word) => name.includes(word))) return 1;
  const all = `${name} ${detail} ${other}`.toLowerCase();
  return words.every((word) => all.includes(word)) ? 2 : MISS;
}
