import { parseJson } from "../../json/parse-json.ts";

/** The object that a JSON text is, every digit kept; null: it is none. */
export function objectIn(text: string): object | null {
  if (!/^\s*\{/.test(text) || parseJson(text) === undefined) return null;
  // Below a name whose values keep every digit.
  const value = parseJson(`{"args":${text}}`);
  const object = typeof value === "object" && value !== null && "args" in value ? value.args : null;
  return typeof object === "object" ? object : null;
}
