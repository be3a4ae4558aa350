/** What fits into one call of the page as it is sent, quotes escaped. Longer lists go by the command line. */
const MOST_BYTES = 1_500_000;

/** Whether a list, or a file of it, is more than a page can send. */
export function isTooLong(list: string | Blob): boolean {
  return (typeof list === "string" ? new TextEncoder().encode(JSON.stringify(list)).length : list.size) > MOST_BYTES;
}
