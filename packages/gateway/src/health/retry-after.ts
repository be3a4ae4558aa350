import type { IncomingHttpHeaders } from "node:http";

const LONGEST_MS = 3_600_000;
/** Names of limits in the headers of vendors that tell how much is left and when it comes back. */
const limits: readonly (readonly [left: string, back: string])[] = [
  ["x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"],
  ["x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"],
  ["anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"],
  ["anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"],
  ["anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"],
  ["anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset"],
];
const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  sec: 1_000,
  second: 1_000,
  seconds: 1_000,
  秒: 1_000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  分钟: 60_000,
  h: 3_600_000,
};

/**
 * How long an upstream that has too many requests wants to be left alone, in milliseconds: by its headers, else by Google's RetryInfo or the
 * sentence in the body. Null: it doesn't say. At most an hour.
 */
export function retryAfterOf(headers: IncomingHttpHeaders, text: string): number | null {
  const found =
    milliseconds(headers["retry-after-ms"]) ?? ofHeader(headers["retry-after"]) ?? ofBody(text) ?? ofLimits(headers);
  return found === null || !(found > 0) ? null : Math.min(Math.ceil(found), LONGEST_MS);
}

function milliseconds(value: string | string[] | undefined): number | null {
  return typeof value === "string" && /^\s*\d{1,9}(?:\.\d+)?\s*$/.test(value) ? Number(value) : null;
}

/** Seconds, or a date. */
function ofHeader(value: string | undefined): number | null {
  if (value === undefined) return null;
  if (/^\s*\d{1,6}(?:\.\d+)?\s*$/.test(value)) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at - Date.now();
}

function ofBody(text: string): number | null {
  const start = text.slice(0, 8_192);
  const delay = /"retryDelay"\s*:\s*"(\d+(?:\.\d+)?)s"/.exec(start)?.[1];
  if (delay !== undefined) return Number(delay) * 1_000;
  const said =
    /(?:try again|retry|wait)\s+(?:in|after|for)?\s*((?:\d+(?:\.\d+)?\s*[a-z]+\s*){1,3})/i.exec(start)?.[1] ??
    /((?:\d+(?:\.\d+)?\s*(?:秒|分钟)\s*){1,2})后/.exec(start)?.[1];
  return said === undefined ? null : duration(said);
}

/** When the limit that is used up comes back. */
function ofLimits(headers: IncomingHttpHeaders): number | null {
  let longest: number | null = null;
  for (const [left, back] of limits) {
    const value = headers[back];
    if (headers[left] !== "0" || typeof value !== "string") continue;
    const wait = duration(value) ?? ofHeader(value);
    if (wait !== null && wait > (longest ?? 0)) longest = wait;
  }
  return longest;
}

/** "20s", "1m30.5s", "250ms", "3 秒". Null: it is none. */
function duration(text: string): number | null {
  let total = 0;
  let isOne = false;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+|秒|分钟)/gi)) {
    const factor = unitMs[(unit ?? "").toLowerCase()];
    if (factor === undefined) return isOne ? total : null;
    total += Number(number) * factor;
    isOne = true;
  }
  return isOne ? total : null;
}
