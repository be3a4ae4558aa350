import { AppError } from "./errors.ts";

/** Nanos in one currency unit. All money is bigint nanos; floats never touch it. */
export const NANOS_PER_UNIT = 1_000_000_000n;

/** The largest amount a person may enter: ten million units. Keeps every sum far inside a bigint column. */
export const MAX_AMOUNT_NANOS = 10_000_000n * NANOS_PER_UNIT;

/**
 * Reads an amount as a person types it ("20", "0.5", "1,000.25") into nanos.
 * Throws `invalid_amount` for a sign, an exponent, more than 9 decimals, or more than MAX_AMOUNT_NANOS.
 */
export function parseAmount(text: string): bigint {
  const match = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,9}))?$/.exec(text.trim());
  if (match === null) throw invalidAmount();
  const whole = BigInt((match[1] ?? "").replaceAll(",", ""));
  const nanos = whole * NANOS_PER_UNIT + BigInt((match[2] ?? "").padEnd(9, "0"));
  if (nanos > MAX_AMOUNT_NANOS) throw invalidAmount();
  return nanos;
}

function invalidAmount(): AppError {
  return new AppError("invalid_amount", { parameters: { maximum: "10,000,000" } });
}

/** Exact decimal text of an amount without a currency sign and without trailing zeros: 1500000000n → "1.5". */
export function formatAmount(nanos: bigint): string {
  const sign = nanos < 0n ? "-" : "";
  const absolute = nanos < 0n ? -nanos : nanos;
  const fraction = (absolute % NANOS_PER_UNIT).toString().padStart(9, "0").replace(/0+$/, "");
  const whole = (absolute / NANOS_PER_UNIT).toString();
  return `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/** value × numerator ÷ denominator, rounded half up once. All non-negative. */
export function multiplyDivide(value: bigint, numerator: bigint, denominator: bigint): bigint {
  return (value * numerator * 2n + denominator) / (denominator * 2n);
}
