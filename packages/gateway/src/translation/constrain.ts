import { type ModelConstraints, type ParameterName, parameterNames } from "@lyceum/domain";
import type { Notes } from "../canonical/notes.ts";
import type { Protocol } from "../canonical/protocol.ts";
import type { Target } from "../canonical/target.ts";
import { editJson, type JsonEdit } from "../json/edit-json.ts";
import { findPath } from "../json/find-path.ts";

/** A request's body within what the model takes: values moved to the nearest allowed one, refused fields taken out; `notes` name them. */
export function constrain(
  body: Buffer,
  protocol: Pick<Protocol, "parameterPaths">,
  target: Target,
  notes: Notes,
): Buffer {
  const { constraints, provider } = target;
  if (provider.rejects.length === 0 && constraints.rejected.length === 0 && isEmpty(constraints.ranges)) return body;
  const rejected = [...provider.rejects, ...constraints.rejected];
  const paths = protocol.parameterPaths;
  const edits: JsonEdit[] = [];
  for (const name of rejected) {
    const path = isParameter(name) ? paths[name] : name.split(".");
    if (path === undefined || findPath(body, path) === null) continue;
    edits.push({ path, json: null });
    notes.drop(path.join("."));
  }
  for (const name of parameterNames) {
    const path = paths[name];
    if (path === undefined || rejected.includes(name)) continue;
    const value = boundedValue(body, path, constraints.ranges[name]);
    if (value === null) continue;
    edits.push({ path, json: String(value) });
    notes.clamp(name, value);
  }
  return editJson(body, edits);
}

function isEmpty(ranges: ModelConstraints["ranges"]): boolean {
  for (const _ in ranges) return false;
  return true;
}

function isParameter(name: string): name is ParameterName {
  return (parameterNames as readonly string[]).includes(name);
}

/** The nearest allowed value where the one in the body is not allowed; else null. */
function boundedValue(
  body: Buffer,
  path: readonly string[],
  range: ModelConstraints["ranges"][ParameterName],
): number | null {
  if (range === undefined) return null;
  const found = findPath(body, path);
  if (found === null) return null;
  const value: unknown = JSON.parse(body.toString("utf8", found.valueStart, found.valueEnd));
  if (typeof value !== "number") return null;
  if (range.minimum !== undefined && value < range.minimum) return range.minimum;
  if (range.maximum !== undefined && value > range.maximum) return range.maximum;
  return null;
}
