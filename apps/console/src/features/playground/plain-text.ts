/** Markdown as plain words: marks of emphasis, headings, links and fences taken off; code and formulas kept as written. */
export function plainText(markdown: string): string {
  return markdown
    .split(/(```[\s\S]*?(?:```|$)|`[^`\n]+`)/)
    .map((part, index) =>
      index % 2 === 1 ? part.replace(/^```[^\n]*\n?|\n?```$/g, "").replace(/^`|`$/g, "") : words(part),
    )
    .join("")
    .trim();
}

function words(text: string): string {
  return text
    .replace(/^ {0,3}#{1,6} +/gm, "")
    .replace(/^ {0,3}> ?/gm, "")
    .replace(/!?\[([^\]\n]*)\]\([^)\n]*\)/g, "$1")
    .replace(/(\*\*|__|~~)(?=\S)([\s\S]*?\S)\1/g, "$2")
    .replace(/(?<![*\w])\*(?=\S)([^*\n]*?\S)\*(?![*\w])/g, "$1");
}

/** The source of the last block of code, or null. */
export function lastCode(markdown: string): string | null {
  const blocks = [...markdown.matchAll(/^ {0,3}(`{3,}|~{3,})[^\n]*\n([\s\S]*?)(?:\n {0,3}\1|$(?![\s\S]))/gm)];
  return blocks.at(-1)?.[2] ?? null;
}

/** Text as a Markdown quotation, to be answered. */
export function quoted(text: string): string {
  return `${text.replace(/^/gm, "> ")}\n\n`;
}
