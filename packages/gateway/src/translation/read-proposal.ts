import { type ConstraintChange, isEssentialField, type ParameterName, parameterNames } from "@lyceum/domain";
import type { Protocol } from "../canonical/protocol.ts";
import { findPath } from "../json/find-path.ts";
import { readBounds } from "./read-bounds.ts";

/** A refusal of an upstream: its error body, what was read of it, and the request body that it refused. */
export type Refusal = { readonly body: Buffer; readonly message: string; readonly sent: Buffer };

const unknownField =
  /unrecogni[sz]ed|unknown|unsupported|unexpected|not (?:currently )?(?:supported|permitted|allowed|accepted|available|enabled)|does ?n[o']t support|no longer supported|extra (?:inputs|fields)|cannot find field|cannot be (?:used|specified|set)|deprecated|不支持|未知|无法识别/i;
// It is the client that said it wrongly: other values would have done.
const wrongType =
  /invalid type|expected an? \w+, but got an? \w+|(?:must|should) be (?:an? )?(?:valid )?(?:float|number|integer|string|boolean|object|array|list)\b|valid (?:number|integer|string|boolean)|类型/i;

/**
 * The change of a model's constraints under which the upstream would have taken the request, by its own words; null: it names no parameter
 * or field that the request had, or only says that the client wrote it wrongly. What is proposed would have changed this request.
 */
export function readProposal(
  { body, message, sent }: Refusal,
  protocol: Pick<Protocol, "parameterPaths">,
): ConstraintChange | null {
  const details = readDetails(body);
  const text = [message, ...details.messages].join("\n").slice(0, 4_000);
  if (wrongType.test(text)) return null;
  const parameters = sentParameters(sent, protocol);
  const parameter = namedParameter(text, details.fields, parameters);
  if (parameter !== null) return changeOf(parameter, text, parameters.get(parameter)?.value);
  const field = namedField(text, details.fields, sent, protocol);
  return field === null || !unknownField.test(text) ? null : { kind: "reject", field };
}

type Sent = { readonly value: unknown; readonly spellings: readonly string[] };

/** The parameters that the request had, with their values and every way in which an upstream may spell them. */
function sentParameters(sent: Buffer, { parameterPaths }: Pick<Protocol, "parameterPaths">): Map<ParameterName, Sent> {
  const found = new Map<ParameterName, Sent>();
  for (const name of parameterNames) {
    const path = parameterPaths[name];
    const place = path === undefined ? null : findPath(sent, path);
    if (path === undefined || place === null) continue;
    const value: unknown = JSON.parse(sent.toString("utf8", place.valueStart, place.valueEnd));
    found.set(name, { value, spellings: [...new Set([name, path.at(-1) ?? name, path.join(".")])] });
  }
  return found;
}

/** The parameter that the upstream points at; else the first of those sent that its words name. */
function namedParameter(
  text: string,
  fields: readonly string[],
  sent: ReadonlyMap<ParameterName, Sent>,
): ParameterName | null {
  let first: { name: ParameterName; at: number } | null = null;
  for (const [name, { spellings }] of sent) {
    if (fields.some((field) => spellings.includes(field))) return name;
    for (const spelling of spellings) {
      const at = text.search(new RegExp(`(?<![\\w.])${spelling.replaceAll(".", "\\.")}(?!\\w)`, "i"));
      if (at >= 0 && (first === null || at < first.at)) first = { name, at };
    }
  }
  // "top" and "n" are words too: a name of one letter counts only where it is pointed at or quoted.
  if (first === null || first.name.length > 1) return first?.name ?? null;
  return new RegExp(`['"\`]${first.name}['"\`]`).test(text) ? first.name : null;
}

function changeOf(parameter: ParameterName, text: string, value: unknown): ConstraintChange | null {
  const bounds = typeof value === "number" ? readBounds(text, parameter, value) : null;
  if (bounds !== null) return { kind: "range", parameter, ...bounds };
  return unknownField.test(text) ? { kind: "reject", field: parameter } : null;
}

/** A field other than a parameter, as a path from the top of the body, that the upstream names and the request had. */
function namedField(
  text: string,
  fields: readonly string[],
  sent: Buffer,
  { parameterPaths }: Pick<Protocol, "parameterPaths">,
): string | null {
  const said = text.matchAll(
    /['"`]([A-Za-z_][\w.]{0,99})['"`]|^([A-Za-z_][\w.]{0,99}):|(?:supplied|arguments?|parameters?|fields?|keys?|参数)(?:\s+(?:supplied|provided|named?))?\s*[:：]?\s*([A-Za-z_][\w.]{0,99})/gim,
  );
  const names = [...said].flatMap(([, quoted, leading, labelled]) => quoted ?? leading ?? labelled ?? []);
  // Where parameters stand in an object of their own (`options`, `generationConfig`), unknown ones are named without it.
  const parents = [...new Set(Object.values(parameterPaths).map((path) => path.slice(0, -1).join(".")))];
  for (const name of [...fields, ...names]) {
    for (const path of [name, ...parents.filter((parent) => parent !== "").map((parent) => `${parent}.${name}`)]) {
      const [top = ""] = path.split(".");
      if (path.length <= 100 && !isEssentialField(top) && findPath(sent, path.split(".")) !== null) return path;
    }
  }
  return null;
}

/** What error bodies say beside their message: `param` (OpenAI), `loc` and `msg` (FastAPI: vLLM, SGLang, Mistral). */
function readDetails(body: Buffer): { fields: string[]; messages: string[] } {
  const value = parsed(body);
  const error = isRecord(value) && isRecord(value.error) ? value.error : value;
  const fields = isRecord(error) && typeof error.param === "string" ? [error.param] : [];
  const messages: string[] = [];
  const details = isRecord(value) && Array.isArray(value.detail) ? value.detail.slice(0, 10) : [];
  for (const detail of details) {
    if (!isRecord(detail)) continue;
    if (Array.isArray(detail.loc)) fields.push(detail.loc.filter((each) => each !== "body").join("."));
    if (typeof detail.msg === "string") messages.push(detail.msg);
  }
  return { fields, messages };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
