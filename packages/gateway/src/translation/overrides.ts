import type { ChannelOverrides } from "@lyceum/domain";
import { editJson, type JsonEdit } from "../json/edit-json.ts";
import { findPath } from "../json/find-path.ts";

/** Headers (names and values in turn) as a channel's overrides make them: an override takes the place of every header of its name, or of none. */
export function applyHeaderOverrides(
  headers: readonly string[],
  overrides: ChannelOverrides["headers"],
): readonly string[] {
  if (overrides.length === 0) return headers;
  const names = new Set(overrides.map(({ name }) => name));
  const kept = headers.flatMap((name, at) => {
    const isName = at % 2 === 0;
    return isName && !names.has(name.toLowerCase()) ? [name, headers[at + 1] ?? ""] : [];
  });
  return [...kept, ...overrides.flatMap(({ name, value }) => (value === null ? [] : [name, value]))];
}

/** A body, which must be a JSON object, as a channel's overrides make it. Every byte that none of them concerns stays as it was. */
export function applyBodyOverrides(body: Buffer, overrides: ChannelOverrides["body"]): Buffer {
  if (overrides.length === 0) return body;
  const edits = overrides.flatMap(({ path: text, value, isForced }): JsonEdit[] => {
    const path = text.split(".");
    if (value === undefined) return [{ path, json: null }];
    return isForced || isGap(body, path) ? [{ path, json: JSON.stringify(value) }] : [];
  });
  return editJson(body, edits);
}

/** Whether nothing was said at a path, nor of what it is part of: a text where an object would have to stand is no gap either. */
function isGap(body: Buffer, path: readonly string[]): boolean {
  if (findPath(body, path) !== null) return false;
  return path.slice(1).every((_, at) => {
    const outer = findPath(body, path.slice(0, at + 1));
    return outer === null || body[outer.valueStart] === 0x7b;
  });
}
