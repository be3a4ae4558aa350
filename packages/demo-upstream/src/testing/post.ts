/** A reply read to its end. `json` is undefined if the body is none. */
export type PostReply = { status: number; headers: Headers; text: string; json: unknown };

/** One server-sent event. */
export type ServerEvent = { event: string | undefined; data: unknown };

/** Sends `body` as JSON; with `undefined` asks by GET. */
export async function post(
  url: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
  method = body === undefined ? "GET" : "POST",
): Promise<PostReply> {
  const response = await fetch(url + path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parseOrUndefined(text) };
}

/** The events of a stream; throws on anything that is not one. */
export function readEvents(text: string): ServerEvent[] {
  return text
    .split("\n\n")
    .filter((part) => part !== "")
    .map((part) => {
      const match = /^(?:event: (\S+)\n)?data: (.*)$/.exec(part);
      if (!match) throw new Error(`not an event: ${part}`);
      return { event: match[1], data: JSON.parse(match[2] ?? "") };
    });
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
