/** In a longer request it would take too long to look whether words are its own. */
const MOST_COMPARED = 8 * 1024 * 1024;

/** Whether words stood in a request, in whichever case. */
export type IsEcho = (words: string) => boolean;

/** Looks through what was sent, however characters are escaped there. Of what is too long to look through, any words may have been. */
export function echoesOf(sent: Buffer): IsEcho {
  if (sent.length > MOST_COMPARED) return () => true;
  let request: string | null = null;
  return (words) => {
    request ??= unescaped(sent.toString("utf8"));
    return request.includes(words.toLowerCase());
  };
}

/** What stands between quotation marks; an apostrophe is none. */
const quoted = /(?<!\w)(?:'([^']{3,300})'|"([^"]{3,300})"|`([^`]{3,300})`|“([^”]{3,300})”)(?!\w)/g;

/** An upstream's words without what they quote of a request: "…" in its place. */
export function withoutQuotes(text: string, isEcho: IsEcho): string {
  return text.replace(quoted, (whole, ...groups: (string | undefined)[]) => {
    const content = groups.slice(0, 4).find((each) => each !== undefined);
    return content !== undefined && isEcho(content) ? "…" : whole;
  });
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

/** JSON with its strings as they read, in lower case. */
export function unescaped(json: string): string {
  const plain = json.includes("\\")
    ? json.replace(/\\(?:u([0-9a-f]{4})|(.))/gi, (_whole, code: string | undefined, character = "") =>
        code === undefined ? (escapes[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
      )
    : json;
  return plain.toLowerCase();
}
