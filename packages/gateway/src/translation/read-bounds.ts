import type { ParameterName } from "@lyceum/domain";

/** Both ends inclusive, as constraints have them. */
export type Bounds = { readonly minimum?: number; readonly maximum?: number };

type End = { readonly value: number; readonly isOpen: boolean };

const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:e-?\d+)?`;
const BELOW = `less than|lower than|smaller than|below|under|<`;
const ABOVE = `greater than|larger than|higher than|more than|above|>`;
const OR_EQUAL = String.raw`(?:\s*or\s+equal(?:\s+to)?|=)`;

const whole = new Set<ParameterName>(["top_k", "seed", "max_tokens", "n"]);
/** How far inside an open end the nearest value worth having lies. */
const STEP = 0.01;

/**
 * The range that an upstream's words allow, as far as they say; null where they say none, or one that `sent` lies within. An end that is not
 * itself allowed is moved inside by 0.01, or by 1 for whole numbers.
 */
export function readBounds(text: string, parameter: ParameterName, sent: number): Bounds | null {
  const { low, high } = intervalIn(text) ?? endsIn(text);
  const step = whole.has(parameter) ? 1 : STEP;
  const minimum = low === null ? undefined : low.isOpen ? rounded(low.value + step) : low.value;
  const maximum = high === null ? undefined : high.isOpen ? rounded(high.value - step) : high.value;
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) return null;
  const isOutside = (minimum !== undefined && sent < minimum) || (maximum !== undefined && sent > maximum);
  if (!isOutside) return null;
  return { ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
}

type Ends = { readonly low: End | null; readonly high: End | null };

/** `(0, 1]`, `[0.0, 2.0)`, `0..1`, "from 0 (inclusive) to 2 (exclusive)", "between 0 and 2". */
function intervalIn(text: string): Ends | null {
  const brackets = new RegExp(`([(\\[（])\\s*(${NUMBER})\\s*[,，~–]\\s*(${NUMBER})\\s*([)\\]）])`, "i").exec(text);
  if (brackets !== null) {
    const [, left = "", low = "", high = "", right = ""] = brackets;
    return { low: { value: Number(low), isOpen: left !== "[" }, high: { value: Number(high), isOpen: right !== "]" } };
  }
  const dots = new RegExp(`(${NUMBER})\\s*\\.\\.\\s*(${NUMBER})`).exec(text);
  if (dots !== null)
    return { low: { value: Number(dots[1]), isOpen: false }, high: { value: Number(dots[2]), isOpen: false } };
  const words = new RegExp(
    `(?:from|between)\\s+(${NUMBER})\\s*(\\((?:in|ex)clusive\\))?\\s*(?:to|and)\\s+(${NUMBER})\\s*(\\((?:in|ex)clusive\\))?`,
    "i",
  ).exec(text);
  if (words === null) return null;
  const [, low = "", atLow = "", high = "", atHigh = ""] = words;
  const isOpen = (mark: string) => /exclusive/i.test(mark);
  return { low: { value: Number(low), isOpen: isOpen(atLow) }, high: { value: Number(high), isOpen: isOpen(atHigh) } };
}

// The first that is found counts. Ends of their own: "100000 > 8192, which is the maximum allowed", "3 is greater than the maximum of 2".
const closedHigh = [
  String.raw`>\s*(${NUMBER}),? which is the maximum`,
  String.raw`maximum(?: value)?(?: of| is|:)?\s*(${NUMBER})`,
  String.raw`(?:at most|exceed|up to|≤|不(?:能|得|可)?(?:大于|超过|高于))\s*(${NUMBER})`,
  String.raw`(?:no|not be|cannot be|can't be)\s+(?:${ABOVE})\s*(${NUMBER})`,
  String.raw`(?:${BELOW})${OR_EQUAL}\s*(${NUMBER})`,
];
const closedLow = [
  String.raw`<\s*(${NUMBER}),? which is the minimum`,
  String.raw`minimum(?: value)?(?: of| is|:)?\s*(${NUMBER})`,
  String.raw`(?:at least|≥|不(?:能|得|可)?(?:小于|低于))\s*(${NUMBER})`,
  String.raw`(?:no|not be|cannot be|can't be)\s+(?:${BELOW})\s*(${NUMBER})`,
  String.raw`(?:${ABOVE})${OR_EQUAL}\s*(${NUMBER})`,
];
const openHigh = [String.raw`(?:${BELOW}|小于)\s*(${NUMBER})`];
const openLow = [String.raw`(?:${ABOVE}|大于)\s*(${NUMBER})`];

/** One end, or both, each in words or signs of its own; what says one is not read again for the other. */
function endsIn(said: string): Ends {
  const text = said.replace(/\b(than|equal to|least|most) zero\b/gi, "$1 0");
  if (/non-?negative/i.test(text)) return { low: { value: 0, isOpen: false }, high: null };
  const high = find(text, closedHigh);
  const low = find(high?.rest ?? text, closedLow);
  const rest = low?.rest ?? high?.rest ?? text;
  return { high: endOf(high, find(rest, openHigh)), low: endOf(low, find(rest, openLow)) };
}

type Found = { readonly value: number; readonly rest: string };

function endOf(closed: Found | null, open: Found | null): End | null {
  if (closed !== null) return { value: closed.value, isOpen: false };
  return open === null ? null : { value: open.value, isOpen: true };
}

/** The number that the first of the patterns captures, and the text without it. */
function find(text: string, patterns: readonly string[]): Found | null {
  for (const pattern of patterns) {
    const found = new RegExp(pattern, "i").exec(text);
    if (found !== null) return { value: Number(found[1]), rest: text.replace(found[0], " ") };
  }
  return null;
}

/** Without the dust of binary fractions. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
