import { AppError } from "@lyceum/domain";
import { JsonBreak, type JsonObject, type Member, scanObject } from "../../json/json-scanner.ts";
import { positionOf } from "../../json/position.ts";

/** Fields that the gateway reads: each must be there at most once and spelled plainly, so that no two parsers see two requests. */
const read = new Set([
  "model",
  "messages",
  "stream",
  "stream_options",
  "max_tokens",
  "max_completion_tokens",
  "n",
  "user",
]);
/** Fields by which vendors change routing or billing: no model's price covers what they would do. */
const refused = new Set(["models", "provider", "service_tier", "route"]);
const longest = Math.max(...[...read, ...refused].map((name) => name.length));

export type Fields = { readonly object: JsonObject; readonly byName: ReadonlyMap<string, Member> };

/** The fields that the gateway reads. Throws `invalid_json`, or `invalid_request` for what is refused on sight. */
export function readFields(body: Buffer): Fields {
  const object = scanOrRefuse(body);
  const byName = new Map<string, Member>();
  for (const member of object.members) {
    const name = readName(body, member);
    if (name === null) continue;
    if (byName.has(name)) throw invalid(name, `字段 ${name} 出现了两次。`, `the field ${name} occurs twice.`);
    byName.set(name, member);
  }
  return { object, byName };
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
function readName(body: Buffer, member: Member): string | null {
  const length = member.keyEnd - member.keyStart;
  // An escape makes a name up to six times longer.
  if (length > longest * 6) return null;
  const raw = body.toString("utf8", member.keyStart, member.keyEnd);
  if (read.has(raw)) return raw;
  const name = member.keyHasEscape ? String(JSON.parse(`"${raw}"`)) : raw;
  // Some parsers match names without regard to case, and Unicode folds U+017F to s and U+212A to k.
  const folded = name.toUpperCase().toLowerCase();
  if (refused.has(folded)) {
    throw invalid(
      folded,
      `不支持字段 ${folded}，它会改变路由或计费。`,
      `the field ${folded} is not supported: it changes routing or billing.`,
    );
  }
  if (!read.has(folded)) return null;
  throw invalid(
    folded,
    `字段 ${folded} 必须原样书写，不用转义或其他大小写。`,
    `the field ${folded} must be spelled plainly, without escapes and in lower case.`,
  );
}

/** A 400 that names the field at fault. */
export function invalid(param: string, reason_zh: string, reason_en: string): AppError {
  return new AppError("invalid_request", { parameters: { param, reason_zh, reason_en } });
}
