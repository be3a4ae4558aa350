/** What was sent, and under which id. */
export interface Asking {
  readonly id: string;
  /** All that makes it this message and no other. */
  readonly message: string;
}

/** The id to ask with: the same where just this was sent before and no reply came, else a new one. `parts`: all that makes it this and no other. */
export function askingOf(before: Asking | null, ...parts: unknown[]): Asking {
  const message = JSON.stringify(parts);
  return before?.message === message ? before : { id: newAskId(), message };
}

/** One that was kept; null: it is none. */
export function readAsking(kept: unknown): Asking | null {
  if (typeof kept !== "object" || kept === null || !("id" in kept) || !("message" in kept)) return null;
  const { id, message } = kept;
  return typeof id === "string" && typeof message === "string" ? { id, message } : null;
}

/** A random UUID. `crypto.randomUUID` is there over HTTPS only, and a console may be reached without. */
function newAskId(): string {
  const bytes = Array.from(crypto.getRandomValues(new Uint8Array(16)));
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join("-");
}
