import { invalid } from "../../json/plain-fields.ts";
import { requestNames } from "./wire.ts";

/** Members whose own members are a caller's words, not the protocol's. */
const foreign = new Set([
  "args",
  "response",
  "parameters",
  "parametersJsonSchema",
  "responseSchema",
  "responseJsonSchema",
  "labels",
  "partMetadata",
]);

/**
 * The same value with every name of the protocol in camel case, and unknown ones as they are (case 54): JSON of protocol buffers may be written either way
 * (protobuf.dev/programming-guides/json). Throws `invalid_request` where a field stands there both ways.
 */
export function camelKeys(value: unknown, path = ""): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each, index) => camelKeys(each, `${path}[${index}]`));
  const renamed = new Map<string, unknown>();
  for (const [key, each] of Object.entries(value)) {
    const camel = camelCase(key);
    const name = requestNames.has(camel) ? camel : key;
    const at = path === "" ? name : `${path}.${name}`;
    if (renamed.has(name)) throw invalid(at, `字段 ${at} 出现了两次。`, `the field ${at} occurs twice.`);
    renamed.set(name, foreign.has(name) ? each : camelKeys(each, at));
  }
  return Object.fromEntries(renamed);
}

/** `max_output_tokens` as `maxOutputTokens`. */
export function camelCase(name: string): string {
  return name.includes("_")
    ? name.replace(/(?<=[a-z0-9])_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    : name;
}
