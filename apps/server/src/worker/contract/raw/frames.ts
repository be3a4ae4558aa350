import type { RawAnswer } from "../../testing/raw-upstream.ts";
import type { Seen } from "../ask.ts";

/** What a client of every protocol must see of an answer. `charged`: input and output tokens; "estimate": some of each, by our own count. */
export type Expected = {
  readonly text?: string;
  readonly reasoning?: string;
  /** Names and arguments. */
  readonly calls?: readonly (readonly [name: string, args: string])[];
  readonly finish?: Seen["finish"];
  readonly charged?: readonly [input: number, output: number] | "estimate";
  /** An HTTP status, or an error in the middle of a stream (or before it); never a clean end. */
  readonly error?: number | "in stream";
};

/** One answer as a vendor, or a server that takes after it, might send it. */
export type RawCase = {
  readonly id: string;
  readonly asked: "stream" | "json";
  readonly answer: RawAnswer;
  readonly expected: Expected;
};

export const greeting: Expected = { text: "hello there", finish: "stop", charged: [7, 5] };
export const jsonType = { "content-type": "application/json" };
export const eventsType = { "content-type": "text/event-stream" };
export const linesType = { "content-type": "application/x-ndjson" };

export function streamed(
  id: string,
  body: string | RawAnswer["body"],
  expected = greeting,
  more: RawAnswer = {},
): RawCase {
  const answer = { headers: eventsType, body: typeof body === "string" ? [body] : (body ?? []), ...more };
  return { id, asked: "stream", answer, expected };
}

export function whole(id: string, body: unknown, expected = greeting, more: RawAnswer = {}): RawCase {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { id, asked: "json", answer: { headers: jsonType, body: [text], ...more }, expected };
}

/** Events of data alone. */
export function sse(...values: unknown[]): string {
  return values.map((each) => `data: ${typeof each === "string" ? each : JSON.stringify(each)}\n\n`).join("");
}

/** An event as it says itself what it is. */
export type WireEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

/** Events that are named as their data say. */
export function events(...values: readonly WireEvent[]): string {
  return values.map((each) => `event: ${each.type}\ndata: ${JSON.stringify(each)}\n\n`).join("");
}

export function lines(...values: unknown[]): string {
  return values.map((each) => `${JSON.stringify(each)}\n`).join("");
}
