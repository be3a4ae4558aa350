/** Throws where an answer is not as its protocol says. */
export function must(condition: boolean, rule: string): void {
  if (!condition) throw new Error(`the answer breaks its protocol: ${rule}`);
}

export function record(value: unknown): Record<string, unknown> {
  must(typeof value === "object" && value !== null && !Array.isArray(value), `an object, not ${JSON.stringify(value)}`);
  return value as Record<string, unknown>;
}

export function records(value: unknown): Record<string, unknown>[] {
  must(Array.isArray(value), `a list, not ${JSON.stringify(value)}`);
  return (value as unknown[]).map(record);
}

/** A text; missing and null count as empty. */
export function text(value: unknown): string {
  must(value === undefined || value === null || typeof value === "string", `a text, not ${JSON.stringify(value)}`);
  return typeof value === "string" ? value : "";
}

/** The data of server-sent events. */
export function sseData(stream: string, isTranslated: boolean): string[] {
  return sseEvents(stream, isTranslated).map(({ data }) => data);
}

/** Events of a stream. Of one that the gateway wrote: comments and bare `data:` would be too much for some clients. */
export function sseEvents(stream: string, isTranslated: boolean): { readonly event: string; readonly data: string }[] {
  const plain = isTranslated ? stream : stream.replace(/\r\n?/g, "\n").replace(/^:.*\n(?:\n)?/gm, "");
  must(plain.endsWith("\n\n"), "the last event ends with a blank line");
  return plain
    .split("\n\n")
    .slice(0, -1)
    .filter((frame) => isTranslated || frame.trim() !== "")
    .map((frame) => {
      const lines = frame.split("\n");
      const named = lines.find((line) => line.startsWith("event: "))?.slice(7) ?? "";
      const data = lines.filter((line) => line.startsWith("data: ")).map((line) => line.slice(6));
      must(data.length === 1 && lines.length === (named === "" ? 1 : 2), `an event of data alone: ${frame}`);
      return { event: named, data: data[0] ?? "" };
    });
}
