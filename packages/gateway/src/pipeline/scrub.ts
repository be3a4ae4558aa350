const MAXIMUM_LENGTH = 500;
/** What is shorter is no secret, and would be found in every other word. */
const SHORTEST_CREDENTIAL = 4;

// An upstream's message may name its address, our credential or our account: none of that is the client's business.
const secrets: readonly [RegExp, string][] = [
  [/\b(?:https?|wss?|ftp|file|unix):\/\/[^\s"'<>)\]}]+/gi, "[url]"],
  [/\bBearer\s+\S+/gi, "[key]"],
  [/\b(?:sk|pk|rk|ak|key|org|proj|acct|user)[-_][A-Za-z0-9*._-]{6,}/gi, "[key]"],
  [/\b(api[_ -]?key(?: provided)?\s*[:=]?\s*)[^\s,.;"']{6,}/gi, "$1[key]"],
  [/\b[A-Za-z0-9+/_-]{40,}={0,2}/g, "[key]"],
  [/\b[\w.+-]+@[\w-]+\.[\w.-]+\b/g, "[address]"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, "[address]"],
  // Not a time of day, which has two colons at most.
  [/\[?\b[0-9a-f]{1,4}(?:(?::{1,2}[0-9a-f]{1,4}){3,7}|::[0-9a-f]{1,4})\b\]?(?::\d+)?/gi, "[address]"],
  [
    /\b(?:localhost|(?:[a-z0-9-]+\.)+(?:com|net|org|cn|edu|ai|io|dev|internal|local|lan|svc|cluster))(?::\d+)?(?:\/[^\s"'<>)\]}]*)?/gi,
    "[address]",
  ],
];

/** What stands in an upstream's words that clients know otherwise, or must not know at all. `credential`: the channel's. */
export type Names = { readonly requested: string; readonly upstream: string; readonly credential: string | null };

/** An upstream's words for the log: all of them but the credential, which some repeat when they refuse it. */
export function withoutCredential(text: string, { credential }: Pick<Names, "credential">): string {
  return credential === null || credential.length < SHORTEST_CREDENTIAL ? text : text.replaceAll(credential, "[key]");
}

/** What an upstream says of a request, without addresses and keys, under the model's public name, at most 500 characters. */
export function scrub(message: string, names: Names): string {
  let text = withoutCredential(message.slice(0, MAXIMUM_LENGTH * 4), names);
  if (names.upstream.length > 0) text = text.replaceAll(names.upstream, names.requested);
  for (const [pattern, substitute] of secrets) text = text.replace(pattern, substitute);
  return text
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, MAXIMUM_LENGTH);
}
