import { type Names, scrub } from "./scrub.ts";

const MAXIMUM_LENGTH = 300;
/** Of a longer request it would take too long to look whether the words are its own. */
const MOST_COMPARED = 256 * 1024;
const WINDOW = 12;

/**
 * What may be kept of an upstream's words on a request: scrubbed, short, and without anything that stood in the request, where upstreams
 * repeat some of it. "" where that can't be told.
 */
export function quotable(message: string, sent: Buffer, names: Names): string {
  if (sent.length > MOST_COMPARED) return "";
  const text = scrub(message, names).slice(0, MAXIMUM_LENGTH);
  const request = sent.toString("utf8");
  let kept = "";
  for (let at = 0; at < text.length; ) {
    let end = at + WINDOW;
    while (end <= text.length && repeats(request, text.slice(at, end))) end++;
    const length = end - 1 - at;
    if (length < WINDOW) kept += text[at++] ?? "";
    else {
      kept += "…";
      at += length;
    }
  }
  return kept;
}

/** Whether a piece of text stands in JSON, whichever way characters are escaped there. */
function repeats(json: string, piece: string): boolean {
  return json.includes(piece) || json.includes(JSON.stringify(piece).slice(1, -1));
}
