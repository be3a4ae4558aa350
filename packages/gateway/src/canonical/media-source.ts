import { invalid } from "../json/plain-fields.ts";
import type { MediaSource } from "./canonical-request.ts";
import { mediaTypeOf } from "./sniff-media-type.ts";

type Bytes = Extract<MediaSource, { readonly kind: "base64" }>;

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Media as a client wrote their bytes: base64 of either alphabet (RFC 4648), with or without padding and line ends, and with or without the head
 * of a data URL, in the one form that every vendor takes. `named`: the type that the client named beside them, null for none; the bytes' own is
 * preferred (case 25). Throws AppError `invalid_request` naming `field`.
 */
export function bytesSource(written: string, named: string | null, field: string): Bytes {
  if (/^\s*data:/i.test(written.slice(0, 64))) return dataUrlSource(written, named, field);
  return { kind: "base64", ...typedBase64(written, named, field) };
}

/** Media at an address: a data URL (RFC 2397), or one on the web. Throws AppError `invalid_request` naming `field`. */
export function addressSource(written: string, named: string | null, field: string): MediaSource {
  const head = written.slice(0, 64);
  if (/^\s*https?:\/\//i.test(head)) return { kind: "url", url: written.trim() };
  if (/^\s*data:/i.test(head)) return dataUrlSource(written, named, field);
  throw invalid(
    field,
    `字段 ${field} 应为 data: 地址或 http(s) 地址。`,
    `the field ${field} must be a data: or an http(s) address.`,
  );
}

function dataUrlSource(url: string, named: string | null, field: string): Bytes {
  const comma = url.indexOf(",");
  if (comma < 0) throw notDataUrl(field);
  const head = url.slice(url.indexOf(":") + 1, comma);
  const parameters = head.split(";").map((each) => each.trim());
  const body = url.slice(comma + 1);
  const isBase64 = parameters.slice(1).some((each) => each.toLowerCase() === "base64");
  const data = isBase64 ? body : Buffer.from(unescaped(body, field)).toString("base64");
  const type = plainType(parameters.filter((each) => each.toLowerCase() !== "base64").join(";")) ?? named;
  return { kind: "base64", ...typedBase64(data.includes("%") ? unescaped(data, field) : data, type, field) };
}

function typedBase64(written: string, named: string | null, field: string): Omit<Bytes, "kind"> {
  const data = standardBase64(written);
  if (data === "") throw invalid(field, `字段 ${field} 是空的。`, `the field ${field} is empty.`);
  if (!BASE64.test(data))
    throw invalid(field, `字段 ${field} 应为 base64 文本。`, `the field ${field} must be base64 text.`);
  return { mediaType: mediaTypeOf(data, named === null ? null : plainType(named)), data };
}

function standardBase64(written: string): string {
  if (BASE64.test(written) && written.length % 4 === 0) return written;
  const text = written.replace(/\s+/g, "").replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  return text.length % 4 === 0 ? text : text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}

/** A type without its parameters, but for sound, whose rate may stand there; null for none, and for a wildcard. */
function plainType(named: string): string | null {
  const type = named.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "" || type.includes("*")) return null;
  return type.startsWith("audio/") ? named.trim() : type;
}

function unescaped(text: string, field: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw notDataUrl(field);
  }
}

function notDataUrl(field: string) {
  return invalid(field, `字段 ${field} 不是有效的 data: 地址。`, `the field ${field} is not a valid data: address.`);
}
