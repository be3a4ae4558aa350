import type { MediaPart, ToolResultPart, UserPart } from "../../canonical/canonical-request.ts";
import { splitId } from "../../canonical/signature.ts";
import { invalid } from "../../json/plain-fields.ts";
import type { CallHistory } from "./call-history.ts";
import { objectIn } from "./json-object.ts";
import { decodeBlob, decodeFile } from "./media.ts";
import type { WirePart } from "./wire.ts";

type FunctionResponse = NonNullable<WirePart["functionResponse"]>;

/** A response with one of these members alone is a text (or an error) that was put into an object. */
const wrappers = new Set(["output", "result"]);

/** A client's functionResponse, with the id of its call. Throws `invalid_request` where there is no such call. */
export function decodeResult(response: FunctionResponse, path: string, history: CallHistory): ToolResultPart {
  const callId = history.idOfResult(response.id ?? null, response.name ?? null);
  if (callId === null) {
    throw invalid(
      `${path}.functionResponse`,
      "前面没有这个 functionResponse 对应的 functionCall。",
      "there is no functionCall before it that this functionResponse answers.",
    );
  }
  const { text, isError } = textOf(response.response);
  const media = (response.parts ?? []).flatMap((part, index): UserPart[] => {
    const at = `${path}.functionResponse.parts[${index}]`;
    if (part.inlineData) return [decodeBlob(part.inlineData, `${at}.inlineData`)];
    return part.fileData ? [decodeFile(part.fileData, `${at}.fileData`)] : [];
  });
  const texts: UserPart[] = text === "" ? [] : [{ type: "text", text }];
  return {
    type: "tool-result",
    callId: splitId(callId).id,
    name: response.name || null,
    parts: [...texts, ...media],
    isError,
  };
}

/**
 * A result as Gemini's `response`, which must be an object: JSON that is one stands for itself, every other text is its `output`, that of a
 * failure its `error` (ai.google.dev/api/caching#FunctionResponse, case 7).
 */
export function encodeResponse(result: ToolResultPart): Record<string, unknown> {
  const text = result.parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
  const object = objectIn(text);
  if (result.isError) return { error: object ?? text };
  if (object === null) return { output: text };
  const [only, ...more] = Object.keys(object);
  const looksWrapped = more.length === 0 && only !== undefined && (wrappers.has(only) || only === "error");
  return looksWrapped ? { output: text } : { ...object };
}

/** The images and documents of a result. */
export function mediaOf(result: ToolResultPart): MediaPart[] {
  return result.parts.filter((part) => part.type !== "text");
}

function textOf(response: unknown): { text: string; isError: boolean } {
  if (response === undefined || response === null) return { text: "", isError: false };
  if (typeof response !== "object") return { text: String(response), isError: false };
  const [entry, ...more] = Object.entries(response);
  if (entry === undefined || more.length > 0) return { text: JSON.stringify(response), isError: false };
  const [name, value] = entry;
  if (name === "error") return { text: plain(value), isError: true };
  if (wrappers.has(name) && typeof value === "string") return { text: value, isError: false };
  return { text: JSON.stringify(response), isError: false };
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
