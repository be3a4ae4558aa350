import { editJson } from "../../json/edit-json.ts";
import { findPath } from "../../json/find-path.ts";
import { isRecord } from "../../json/is-record.ts";
import { parseJson } from "../../json/parse-json.ts";
import { SseSplitter } from "../../streams/sse-splitter.ts";

const BLANK_LINE = Buffer.from("\n\n");

/** A turn as it is kept: JSON of its own input items, and of the response object. */
export type Turn = { readonly input: string; readonly response: string };

/** The input items of a request as a list, whatever form the client gave them. */
export function itemsOf(body: Buffer): string {
  const place = findPath(body, ["input"]);
  const raw = place === null ? "null" : body.toString("utf8", place.valueStart, place.valueEnd);
  if (raw.startsWith("[")) return raw;
  if (!raw.startsWith('"')) return "[]";
  return `[{"type":"message","role":"user","content":[{"type":"input_text","text":${raw}}]}]`;
}

/** A request with what came before it in its input: texts as they were written. */
export function withTurns(body: Buffer, turns: readonly Turn[]): Buffer {
  const lists = [...turns.flatMap(({ input, response }) => [input, outputOf(response)]), itemsOf(body)];
  return editJson(body, [{ path: ["input"], json: `[${lists.map(inside).filter(Boolean).join(",")}]` }]);
}

/** The ids of the items that a request only refers to, and how to put the items themselves in their places; null: there are none. */
export function referencesIn(
  body: Buffer,
): { readonly ids: readonly string[]; resolve(items: ReadonlyMap<string, string>): Buffer } | null {
  // An escape might hide the word.
  if (!body.includes("item_reference") && !body.includes("\\u00")) return null;
  const items = parseJson(itemsOf(body));
  if (!Array.isArray(items)) return null;
  const ids = items.flatMap((item: unknown) => referredId(item) ?? []);
  if (ids.length === 0) return null;
  return {
    ids,
    resolve(found) {
      const list = items.map((item: unknown) => found.get(referredId(item) ?? "") ?? JSON.stringify(item));
      return editJson(body, [{ path: ["input"], json: `[${list.join(",")}]` }]);
    },
  };
}

function referredId(item: unknown): string | null {
  return isRecord(item) && item.type === "item_reference" && typeof item.id === "string" ? item.id : null;
}

/** The ids of a response's output, in order; "" for an item without one. */
export function itemIdsOf(response: string): string[] {
  return listIn(outputOf(response)).map(({ id }) => (typeof id === "string" ? id : ""));
}

function outputOf(response: string): string {
  const bytes = Buffer.from(response);
  const place = findPath(bytes, ["output"]);
  return place === null ? "[]" : bytes.toString("utf8", place.valueStart, place.valueEnd);
}

/** A list without its brackets. */
function inside(list: string): string {
  return list.slice(1, -1).trim();
}

/** What a response was made from, each item with an id: `turns` from the first to the response itself. */
export function inputItems(turns: readonly (Turn & { readonly id: string })[]): Record<string, unknown>[] {
  return turns.flatMap(({ id, input, response }, turn) => {
    const own = listIn(input).map((item, index) => ({ id: itemId(item, id, index), ...item }));
    return turn === turns.length - 1 ? own : [...own, ...listIn(outputOf(response))];
  });
}

function itemId(item: Readonly<Record<string, unknown>>, id: string, index: number): string {
  const kind = item.type === undefined || item.type === "message" ? "msg" : "item";
  return `${kind}_${id.replaceAll("-", "")}i${index.toString(16).padStart(4, "0")}`;
}

function listIn(json: string): Record<string, unknown>[] {
  const list = parseJson(json);
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

/** Where an answer says the response object: `path` leads to it within `start` to `end`. */
type Place = { readonly start: number; readonly end: number; readonly path: readonly string[] };

/** The response object that an answer ends with; null: there is none. A stream's end: its last frames. */
export function finalResponse(
  answer: Buffer,
  isStream: boolean,
): { readonly json: string; readonly place: Place } | null {
  const place = isStream ? lastFrame(answer) : { start: 0, end: answer.length, path: [] };
  if (place === null) return null;
  const found = findPath(answer.subarray(place.start, place.end), place.path);
  if (found === null) return null;
  return { json: answer.toString("utf8", place.start + found.valueStart, place.start + found.valueEnd), place };
}

function lastFrame(answer: Buffer): Place | null {
  let last: Place | null = null;
  // Some upstreams close without the blank line behind their last frame.
  const splitter = new SseSplitter((buffer, _start, _end, data, start, end) => {
    if (start >= 0 && data === buffer) last = { start, end, path: ["response"] };
  });
  splitter.push(Buffer.concat([answer, BLANK_LINE]));
  return last;
}

/** The same answer, saying that it was not kept. */
export function notStored(answer: Buffer, { start, end, path }: Place): Buffer {
  const edited = editJson(answer.subarray(start, end), [{ path: [...path, "store"], json: "false" }]);
  return Buffer.concat([answer.subarray(0, start), edited, answer.subarray(end)]);
}
