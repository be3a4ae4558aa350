import { AppError } from "@lyceum/domain";

const PPM = 1_000_000;
/** A thousand times the price: anything above is a slip of the finger, and it keeps every sum inside an int column. */
const MAX_PPM = 1_000 * PPM;

/** Reads a factor such as "0.8" or "1" into millionths. Throws `invalid_request` for a sign, an exponent or more than six decimals. */
export function parseMultiplier(text: string): number {
  const match = /^(\d{1,6})(?:\.(\d{1,6}))?$/.exec(text.trim());
  const ppm = match === null ? Number.NaN : Number(match[1]) * PPM + Number((match[2] ?? "").padEnd(6, "0"));
  if (ppm >= 0 && ppm <= MAX_PPM) return ppm;
  throw new AppError("invalid_request", {
    parameters: {
      reason_zh: "倍率应在 0 与 1000 之间，最多 6 位小数。",
      reason_en: "a multiplier lies between 0 and 1000, with at most 6 decimals.",
    },
  });
}

/** The factor as text without trailing zeros: 800000 → "0.8". */
export function formatMultiplier(ppm: number): string {
  const fraction = (ppm % PPM).toString().padStart(6, "0").replace(/0+$/, "");
  return `${Math.floor(ppm / PPM)}${fraction === "" ? "" : `.${fraction}`}`;
}
