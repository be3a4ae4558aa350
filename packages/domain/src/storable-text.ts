/** What PostgreSQL takes as text: it has neither U+0000 nor half a surrogate pair, and its JSON refuses both. */
export function storableText(text: string): string {
  // Looking costs less than copying, and most of it is storable as it is.
  return text.isWellFormed() && !text.includes("\u0000") ? text : text.replaceAll("\u0000", "").toWellFormed();
}

/** At most so many UTF-16 units of a text, and never the first half of a character alone. */
export function cutText(text: string, length: number): string {
  const cut = text.slice(0, length);
  return cut.length < text.length ? cut.replace(/[\ud800-\udbff]$/, "") : cut;
}
