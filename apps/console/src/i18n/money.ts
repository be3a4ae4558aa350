/** Money stays bigint nanos (a billionth of the currency unit) until the moment it becomes text here. */
const nanosPerUnit = 1_000_000_000n;
const minus = "−";

function roundTo(nanos: bigint, decimals: number): bigint {
  const step = 10n ** BigInt(9 - decimals);
  return ((nanos + step / 2n) / step) * step;
}

function grouped(whole: bigint): string {
  return whole.toString().replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Decimals that show four significant digits of an amount below one unit, without trailing zeros, at least two. */
function decimalsOf(nanos: bigint, significant: number): number {
  if (nanos === 0n || nanos >= nanosPerUnit) return 2;
  const fraction = nanos.toString().padStart(9, "0");
  const leadingZeros = fraction.length - nanos.toString().length;
  const decimals = Math.min(9, leadingZeros + significant);
  const shown = roundTo(nanos, decimals).toString().padStart(9, "0").slice(0, decimals).replace(/0+$/, "");
  return Math.max(2, roundTo(nanos, decimals) >= nanosPerUnit ? 2 : shown.length);
}

function absolute(nanos: bigint): bigint {
  return nanos < 0n ? -nanos : nanos;
}

/** `nanos` rounded half up (away from zero) to a fixed number of decimals (0 to 9), with commas and a true minus. */
export function fixed(nanos: bigint, decimals: number): string {
  const rounded = roundTo(absolute(nanos), decimals);
  const fraction = (rounded % nanosPerUnit).toString().padStart(9, "0").slice(0, decimals);
  const text = grouped(rounded / nanosPerUnit) + (decimals > 0 ? `.${fraction}` : "");
  return (nanos < 0n && rounded !== 0n ? minus : "") + text;
}

/**
 * An amount in a sentence: ¥18.37; below one unit four significant digits (¥0.02018); exactly none is ¥0. Never ¥0.00
 * for something.
 */
export function formatMoney(nanos: bigint, symbol: string): string {
  if (nanos === 0n) return `${symbol}0`;
  const size = absolute(nanos);
  return (nanos < 0n ? minus : "") + symbol + fixed(size, decimalsOf(size, 4));
}

/** A summary may carry four digits: ¥8.582, ¥18.37. */
export function formatMoneySummary(nanos: bigint, symbol: string): string {
  const size = absolute(nanos);
  const decimals = size >= nanosPerUnit && size < 10n * nanosPerUnit ? 3 : decimalsOf(size, 4);
  return nanos === 0n ? `${symbol}0` : (nanos < 0n ? minus : "") + symbol + fixed(size, decimals);
}

/** With a sign on both sides, for ledger entries: +¥5.00, −¥0.02018. */
export function formatMoneySigned(nanos: bigint, symbol: string): string {
  return (nanos > 0n ? "+" : "") + formatMoney(nanos, symbol);
}

/** The exact value, to the nano where it needs it: ¥0.000031002, ¥5.00. */
export function formatMoneyExact(nanos: bigint, symbol: string): string {
  return (nanos < 0n ? minus : "") + symbol + fixed(absolute(nanos), Math.max(2, exactDecimals(nanos)));
}

/**
 * A formatter for one column: bare numbers with one number of decimals, enough for two digits of the smallest amount
 * and at least two. Exactly none is 0. The column's head carries the currency.
 */
export function moneyColumn(amounts: Iterable<bigint>): (nanos: bigint) => string {
  let decimals = 2;
  for (const nanos of amounts) decimals = Math.max(decimals, decimalsOf(absolute(nanos), 2));
  return (nanos) => (nanos === 0n ? "0" : fixed(nanos, decimals));
}

function exactDecimals(nanos: bigint): number {
  return (absolute(nanos) % nanosPerUnit).toString().padStart(9, "0").replace(/0+$/, "").length;
}

/**
 * As moneyColumn, but nothing is rounded: with so many decimals, at least `least`, that every amount of the column is exact. For prices,
 * and for what a reader adds up by hand.
 */
export function exactColumn(amounts: Iterable<bigint>, least = 2): (nanos: bigint) => string {
  let decimals = least;
  for (const nanos of amounts) decimals = Math.max(decimals, exactDecimals(nanos));
  return (nanos) => (nanos === 0n ? "0" : fixed(nanos, decimals));
}

/** A number for charts and bar widths only, never for arithmetic: the amount in currency units. */
export function plotUnits(nanos: bigint): number {
  return Number(nanos) / 1e9;
}
