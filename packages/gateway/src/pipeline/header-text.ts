/** Fields that a header names one by one. */
const MOST_NAMED = 40;
const LONGEST_NAME = 100;
/** Of a whole list: clients and proxies read headers of 8 to 16 KB, all of them together. */
const LONGEST_LIST = 2_000;

/** Names of printable ASCII as they are, others percent-encoded: a header can't hold more. Never throws, whatever stands in a name. */
export function headerText(name: string): string {
  // Half a pair of surrogates, which JSON can spell, is no character that could be encoded.
  return /^[\x21-\x7e]+$/.test(name) ? name : encodeURIComponent(name.toWellFormed());
}

/** Of very many fields, or very long ones, the first, and how many there are more. */
export function headerList(items: readonly string[]): string {
  const shown: string[] = [];
  let length = 0;
  for (const item of items.slice(0, MOST_NAMED)) {
    const text = headerText(item.slice(0, LONGEST_NAME));
    length += text.length + 2;
    if (length > LONGEST_LIST) break;
    shown.push(text);
  }
  return [...shown, ...(items.length > shown.length ? [`+${items.length - shown.length}`] : [])].join(", ");
}
