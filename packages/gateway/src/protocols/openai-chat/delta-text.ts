/** The text in one chunk of a stream, reasoning included; null where there is none. */
export function textOfDelta(data: string): string | null {
  if (data === "[DONE]") return null;
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const delta = member(member(member(value, "choices"), "0"), "delta");
  const text = member(delta, "content") ?? member(delta, "reasoning_content") ?? member(delta, "reasoning");
  return typeof text === "string" && text !== "" ? text : null;
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}
