import { isRecord } from "../../json/is-record.ts";
// What an upstream sends is read member by member, and never refused for one that is of another kind than expected.

export type Loose = Readonly<Record<string, unknown>>;

export function record(value: unknown): Loose | null {
  return isRecord(value) ? value : null;
}

/** "" for what is no text. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Empty for what is no list. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
