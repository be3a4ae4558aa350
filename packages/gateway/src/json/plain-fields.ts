import { isUtf8 } from "node:buffer";
import { AppError } from "@lyceum/domain";
import { JsonBreak, type JsonObject, type Member, scanObject } from "./json-scanner.ts";
import { positionOf } from "./position.ts";

/** Fields of one kind of body that matter to the gateway. */
export type KnownFields = {
  /** Those that it reads: each must be there at most once and spelled plainly, so that no two parsers see two requests. */
  readonly read: ReadonlySet<string>;
  /** Those by which vendors change routing or billing: no model's price covers what they would do. */
  readonly refused: ReadonlySet<string>;
  /** Those that it reads, by their folded names: some parsers match names without regard to case. */
  readonly folded: ReadonlyMap<string, string>;
  readonly longest: number;
};

export type Fields = { readonly object: JsonObject; readonly byName: ReadonlyMap<string, Member> };

/** See KnownFields; made once for each kind of body. */
export function knownFields(read: readonly string[], refused: readonly string[] = []): KnownFields {
  const longest = Math.max(...[...read, ...refused].map((name) => name.length));
  const folded = new Map(read.map((name) => [fold(name), name]));
  return { read: new Set(read), refused: new Set(refused), folded, longest };
}

/** The fields that the gateway reads. Throws `invalid_json`, or `invalid_request` for what is refused on sight. */
export function readFields(body: Buffer, known: KnownFields): Fields {
  if (!isUtf8(body)) {
    throw new AppError("invalid_request", {
      parameters: { reason_zh: "请求体不是 UTF-8 编码。", reason_en: "the body is not UTF-8." },
    });
  }
  const object = scanOrRefuse(body);
  return { object, byName: fieldsOf(body, object, known) };
}

/**
 * The fields that the gateway reads in an object within the body (`generationConfig`, say), which starts at `start`. Offsets are those of the
 * object's own bytes, as in `object`. Throws as `readFields` does; `path` names the object in errors.
 */
export function fieldsOf(
  body: Buffer,
  object: JsonObject,
  known: KnownFields,
  path = "",
  start = 0,
): Map<string, Member> {
  const byName = new Map<string, Member>();
  for (const member of object.members) {
    const name = readName(body, member, known, path, start);
    if (name === null) continue;
    if (byName.has(name))
      throw invalid(path + name, `字段 ${path}${name} 出现了两次。`, `the field ${path}${name} occurs twice.`);
    byName.set(name, member);
  }
  return byName;
}

function scanOrRefuse(body: Buffer): JsonObject {
  try {
    return scanObject(body);
  } catch (error) {
    if (!(error instanceof JsonBreak)) throw error;
    if (error.isTooDeep)
      throw new AppError("invalid_request", {
        parameters: { reason_zh: "JSON 嵌套过深。", reason_en: "the JSON is nested too deeply." },
      });
    if (isOtherJson(body)) {
      throw new AppError("invalid_request", {
        parameters: { reason_zh: "请求体应为 JSON 对象。", reason_en: "the body must be a JSON object." },
      });
    }
    throw new AppError("invalid_json", { parameters: positionOf(body, error.offset) });
  }
}

/** Whether a body that is no JSON object is JSON all the same: a list, a text, a number. */
function isOtherJson(body: Buffer): boolean {
  if (/^\s*\{/.test(body.toString("latin1", 0, 64))) return false;
  try {
    JSON.parse(body.toString("utf8"));
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** The name of a member if the gateway reads it, else null. Throws for one that is refused, or is one of ours in disguise. */
function readName(body: Buffer, member: Member, known: KnownFields, path: string, start: number): string | null {
  const length = member.keyEnd - member.keyStart;
  // An escape makes a name up to six times longer.
  if (length > known.longest * 6) return null;
  const raw = body.toString("utf8", start + member.keyStart, start + member.keyEnd);
  if (known.read.has(raw)) return raw;
  const name = member.keyHasEscape ? String(JSON.parse(`"${raw}"`)) : raw;
  const folded = fold(name);
  if (
    known.refused.has(folded) &&
    !saysNothing(folded, body.toString("utf8", start + member.valueStart, start + member.valueEnd))
  ) {
    throw invalid(
      path + folded,
      `不支持字段 ${path}${folded}，它会改变路由或计费。`,
      `the field ${path}${folded} is not supported: it changes routing or billing.`,
    );
  }
  const plain = known.folded.get(folded);
  if (plain === undefined) return null;
  throw invalid(
    path + plain,
    `字段 ${path}${plain} 必须原样书写，不用转义或其他大小写。`,
    `the field ${path}${plain} must be spelled plainly, without escapes and in its own case.`,
  );
}

/** Null is as if the field weren't there, and these tiers are what the vendors' usual prices are for. */
function saysNothing(name: string, json: string): boolean {
  return json === "null" || (name.startsWith("service") && /^"(?:auto|default|standard|standard_only)"$/.test(json));
}

/** Unicode folds U+017F to s and U+212A to k, as parsers that match names without regard to case do. */
function fold(name: string): string {
  return name.toUpperCase().toLowerCase();
}

/** A 400 that names the field at fault. */
export function invalid(param: string, reason_zh: string, reason_en: string): AppError {
  return new AppError("invalid_request", { parameters: { param, reason_zh, reason_en } });
}
