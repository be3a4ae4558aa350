import type { Target } from "../../canonical/target.ts";
import { parseJson } from "../../json/parse-json.ts";
import { SKIP_SIGNATURE } from "./signatures.ts";

/**
 * `contents` of a client that knows no signatures, with Google's stand-in at the first call of each of the model's turns (case 24): Gemini 3
 * refuses the history of a call without one. Null: nothing is to be put in.
 */
export function withStandIns(json: string, { provider, upstreamModel }: Target): string | null {
  if (provider.geminiDialectOf?.(upstreamModel).checksSignatures !== true) return null;
  const contents = parseJson(json);
  if (!Array.isArray(contents)) return null;
  const signed = contents.map(withStandIn);
  return signed.some((content, index) => content !== contents[index]) ? JSON.stringify(signed) : null;
}

function withStandIn(content: unknown): unknown {
  if (!isObject(content) || content.role !== "model" || !Array.isArray(content.parts)) return content;
  const parts: readonly unknown[] = content.parts;
  const at = parts.findIndex((part) => isObject(part) && isObject(part.functionCall));
  const part = parts[at];
  if (!isObject(part) || part.thoughtSignature !== undefined) return content;
  return { ...content, parts: parts.with(at, { ...part, thoughtSignature: SKIP_SIGNATURE }) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
