import type { Locale } from "./locale.ts";
import {
  exactColumn,
  fixed,
  formatMoney,
  formatMoneyExact,
  formatMoneySigned,
  formatMoneySummary,
  moneyColumn,
  plotUnits,
} from "./money.ts";
import { createTimeFormat } from "./time.ts";

export interface FormatSettings {
  locale: Locale;
  timeZone: string;
  /** ISO 4217, e.g. "CNY". */
  currency: string;
  /** "Now", for relative times; the same on server and client so that both draw the same text. */
  now: Date;
}

const symbols: Record<string, string> = { CNY: "¥", USD: "$", EUR: "€", GBP: "£" };

/** The sign that goes before an amount, without a space where it is a sign: ¥, $; else the code and a space. */
export function currencySymbol(currency: string): string {
  return symbols[currency] ?? `${currency} `;
}

/** 1,284 */
export function formatCount(value: number | bigint): string {
  return value.toLocaleString("en-US").replace("-", "−");
}

/** Below 10,000 in full with commas; then k, M and G with three digits: 9,999 · 12.8 k · 4.02 M. */
export function formatTokens(value: number | bigint): string {
  const tokens = Number(value);
  if (Math.abs(tokens) < 10_000) return formatCount(Math.round(tokens));
  const scale = [
    { unit: "k", size: 1e3 },
    { unit: "M", size: 1e6 },
    { unit: "G", size: 1e9 },
  ];
  for (const { unit, size } of scale) {
    const digits = Number((tokens / size).toPrecision(3));
    if (Math.abs(digits) < 1000 || unit === "G") return `${threeDigits(digits)} ${unit}`;
  }
  throw new RangeError("unreachable: the last unit takes everything");
}

function threeDigits(value: number): string {
  const whole = Math.trunc(Math.abs(value)).toString().length;
  const text = Math.abs(value) >= 1000 ? formatCount(Math.abs(Math.round(value))) : Math.abs(value).toFixed(3 - whole);
  return (value < 0 ? "−" : "") + text;
}

/** A share of one as `72 %`; below 10 % one decimal, and `<0.1 %` for what is more than nothing. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  if (percent !== 0 && Math.abs(percent) < 0.1) return percent > 0 ? "<0.1 %" : "−<0.1 %";
  const decimals = Math.abs(percent) < 9.95 && percent !== 0 ? 1 : 0;
  return `${Math.abs(percent).toFixed(decimals)} %`.replace(/^/, percent < 0 ? "−" : "");
}

/** 84 tok/s */
export function formatSpeed(tokensPerSecond: number): string {
  return `${tokensPerSecond < 10 ? tokensPerSecond.toFixed(1) : Math.round(tokensPerSecond)} tok/s`;
}

/** Every formatter the pages use, bound to the reader's language, zone and currency. */
export function createFormat(settings: FormatSettings) {
  const symbol = currencySymbol(settings.currency);
  return {
    symbol,
    money: (nanos: bigint) => formatMoney(nanos, symbol),
    moneySigned: (nanos: bigint) => formatMoneySigned(nanos, symbol),
    moneySummary: (nanos: bigint) => formatMoneySummary(nanos, symbol),
    moneyExact: (nanos: bigint) => formatMoneyExact(nanos, symbol),
    moneyColumn,
    exactColumn,
    plotUnits,
    fixed,
    /** A price per million tokens, as ¥1.60, never rounded; the words "per million" and "free" belong to the page. */
    unitPrice: (nanosPerMillion: bigint) => formatMoneyExact(nanosPerMillion, symbol),
    /** 800000 ppm is × 0.8. */
    multiplier: (ppm: number | bigint) => `× ${Number(ppm) / 1e6}`,
    count: formatCount,
    tokens: formatTokens,
    percent: formatPercent,
    speed: formatSpeed,
    ...createTimeFormat(settings),
  };
}

export type Format = ReturnType<typeof createFormat>;
