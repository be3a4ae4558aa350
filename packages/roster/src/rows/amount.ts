import { AppError, parseAmount } from "@lyceum/domain";

/** Nanos of an amount as lists write it: "20", "¥20.00", "20 元", "1,000"; null if it is none. */
export function parseMoney(text: string): bigint | null {
  if (text.length > 60) return null;
  const plain = text
    .normalize("NFKC")
    .trim()
    .replace(/^(?:[¥$€]|cny|rmb)\s*/i, "")
    .replace(/\s*(?:元|圆|cny|rmb)$/i, "");
  try {
    return parseAmount(plain);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
