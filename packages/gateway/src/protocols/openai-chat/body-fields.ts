import { type Member, scanObject } from "../../json/json-scanner.ts";
import { type Fields, invalid } from "../../json/plain-fields.ts";
import type { Splice } from "../../json/splice.ts";

// What chat and completion bodies have in common: fields read, and single members changed, without building the values of the rest.

/** More is no answer anybody waits for, and upstreams keep limits in 32 bits. */
export const MAXIMUM_OUTPUT = 2_147_483_647;

/** By these vendors change routing or billing. */
export const REFUSED_FIELDS: readonly string[] = ["models", "provider", "service_tier", "route"];

type Span = { readonly start: number; readonly end: number };

/** The splice that puts `text` in place of a member's value. */
export function replace(
  member: { readonly valueStart: number; readonly valueEnd: number } | undefined,
  text: string,
): Splice {
  return { start: member?.valueStart ?? 0, end: member?.valueEnd ?? 0, text };
}

/** Puts the pseudonym in place of whatever names the client's user (case 63). */
export function hideUser(body: Buffer, { byName }: Fields, pseudonym: string, splices: Splice[]): void {
  const text = JSON.stringify(pseudonym);
  for (const name of ["user", "safety_identifier"]) {
    const member = byName.get(name);
    if (member !== undefined && !isNull(body, member.valueStart)) splices.push(replace(member, text));
  }
  const metadata = byName.get("metadata");
  if (metadata === undefined || body[metadata.valueStart] !== 0x7b) return;
  const start = metadata.valueStart;
  for (const { keyStart, keyEnd, valueStart, valueEnd } of scanObject(body.subarray(start, metadata.valueEnd))
    .members) {
    const key = unescaped(body.toString("utf8", start + keyStart, start + keyEnd));
    const value = body.toString("utf8", start + valueStart, start + valueEnd);
    if (!PERSONAL.test(key) && !PERSON_NUMBER.test(unescaped(value))) continue;
    if (value !== "null") splices.push({ start: start + valueStart, end: start + valueEnd, text });
  }
}

/** Members of `metadata` that name a person by their own name, and numbers as long as those that students and telephones have. */
const PERSONAL = /user|student|e-?mail|^uid$|学号|姓名/i;
const PERSON_NUMBER = /\d{8}/;

/** JSON text with its escapes of characters undone: enough to look for something in it. */
function unescaped(json: string): string {
  return json.replace(/\\u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** Puts a limit in place of higher ones that the client gave, or of none. */
export function lowerLimit(
  limit: number,
  given: readonly { readonly member: Member | undefined; readonly value: number | null }[],
  splices: Splice[],
  additions: string[],
): void {
  const text = String(limit);
  let isGiven = false;
  for (const { member, value } of given) {
    if (member === undefined || value === null) continue;
    isGiven = true;
    if (value > limit) splices.push(replace(member, text));
  }
  if (isGiven) return;
  // An explicit null must give way, or the name would stand there twice.
  const empty = given[0]?.member;
  if (empty === undefined) additions.push(`"max_tokens":${text}`);
  else splices.push(replace(empty, text));
}

export function isNull(body: Buffer, start: number): boolean {
  return body[start] === 0x6e;
}

/** The name of the model, which every call must give. */
export function modelName(body: Buffer, fields: Fields): string {
  const name = textValue(body, fields, "model");
  if (name !== null && name !== "") return name;
  throw invalid(
    "model",
    "缺少字段 model，它应为模型名称。",
    "the field model is missing; it must be the name of a model.",
  );
}

/** A text, or null where the field is missing or null. */
export function textValue(body: Buffer, { byName }: Fields, name: string): string | null {
  const member = byName.get(name);
  if (member === undefined || isNull(body, member.valueStart)) return null;
  if (body[member.valueStart] !== 0x22)
    throw invalid(name, `字段 ${name} 应为字符串。`, `the field ${name} must be a string.`);
  const json = body.toString("utf8", member.valueStart, member.valueEnd);
  return json.includes("\\") ? String(JSON.parse(json)) : json.slice(1, -1);
}

export function booleanValue(body: Buffer, { byName }: Fields, name: string): boolean | null {
  const member = byName.get(name);
  if (member === undefined || isNull(body, member.valueStart)) return null;
  const first = body[member.valueStart];
  if (first === 0x74) return true;
  if (first === 0x66) return false;
  throw invalid(name, `字段 ${name} 应为 true 或 false。`, `the field ${name} must be true or false.`);
}

/** A whole number from `least` to `most`, or null where the field is missing or null. */
export function countValue(body: Buffer, { byName }: Fields, name: string, most: number, least = 1): number | null {
  const member = byName.get(name);
  if (member === undefined || isNull(body, member.valueStart)) return null;
  const first = body[member.valueStart] ?? 0;
  const isNumber = first === 0x2d || (first >= 0x30 && first <= 0x39);
  const value = isNumber ? Number(body.toString("latin1", member.valueStart, member.valueEnd)) : Number.NaN;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(
    name,
    `字段 ${name} 应为 ${least} 到 ${most} 的整数。`,
    `the field ${name} must be a whole number from ${least} to ${most}.`,
  );
}

/** Whether the client asked for usage, and the splice that asks in its stead (null: there is no stream_options to put it in). */
export function readUsageOption(body: Buffer, { byName }: Fields): { asked: boolean; splice: Splice | null } {
  const member = byName.get("stream_options");
  if (member === undefined) return { asked: false, splice: null };
  if (isNull(body, member.valueStart)) return { asked: false, splice: replace(member, '{"include_usage":true}') };
  if (body[member.valueStart] !== 0x7b)
    throw invalid("stream_options", "字段 stream_options 应为对象。", "the field stream_options must be an object.");
  const inner = scanObject(body.subarray(member.valueStart, member.valueEnd));
  let option: Span | null = null;
  for (const each of inner.members) {
    const raw = body.toString("utf8", member.valueStart + each.keyStart, member.valueStart + each.keyEnd);
    const name = each.keyHasEscape ? String(JSON.parse(`"${raw}"`)) : raw;
    if (name.toUpperCase().toLowerCase() !== "include_usage") continue;
    if (option !== null || raw !== "include_usage") {
      throw invalid(
        "stream_options.include_usage",
        "include_usage 只能写一次，且不用转义。",
        "include_usage must be there once and spelled plainly.",
      );
    }
    option = { start: member.valueStart + each.valueStart, end: member.valueStart + each.valueEnd };
  }
  if (option === null) {
    const text = `"include_usage":true${inner.members.length > 0 ? "," : ""}`;
    return { asked: false, splice: { start: member.valueStart + 1, end: member.valueStart + 1, text } };
  }
  const first = body[option.start];
  if (first === 0x74) return { asked: true, splice: null };
  if (first === 0x66 || first === 0x6e) return { asked: false, splice: { ...option, text: "true" } };
  throw invalid(
    "stream_options.include_usage",
    "include_usage 应为 true 或 false。",
    "include_usage must be true or false.",
  );
}
