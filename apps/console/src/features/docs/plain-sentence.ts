/** A sentence of the table without the case at hand: dots stand for what is filled in, and what may be added is left out. */
export function plainSentence(sentence: string): string {
  return sentence
    .replace(/\s*\{(?:hint|advice|until|link)_\w+\}/g, "")
    .replace(/\{\w+\}/g, "…")
    .replace(/…[.。]/g, "…");
}
