/** Reads the arguments that follow a command in TeX source. */
export interface Argument {
  text: string;
  /** Just after it. */
  end: number;
}

const pairs: Record<string, string> = { "{": "}", "[": "]", "(": ")", "|": "|" };

/** What stands between `open` at `at` (spaces before it are skipped) and its partner, with braces and escapes minded. */
export function readGroup(source: string, at: number, open: "{" | "[" | "(" | "|" = "{"): Argument | null {
  let from = at;
  while (source[from] === " ") from += 1;
  if (source[from] !== open) return null;
  const close = pairs[open];
  let depth = 0;
  for (let index = from + 1; index < source.length; index += 1) {
    const character = source[index];
    if (character === "\\") index += 1;
    else if (depth === 0 && character === close) return { text: source.slice(from + 1, index), end: index + 1 };
    else if (character === "{" || character === open) depth += 1;
    else if (character === "}" || character === close) depth -= 1;
  }
  return null;
}

/** As many `{…}` as there are, up to `most`. */
export function readGroups(source: string, at: number, most: number): { texts: string[]; end: number } {
  const texts: string[] = [];
  let end = at;
  while (texts.length < most) {
    const group = readGroup(source, end);
    if (!group) break;
    texts.push(group.text);
    end = group.end;
  }
  return { texts, end };
}
