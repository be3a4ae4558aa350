import { z } from "zod";
import { AppError } from "./errors.ts";
import { MAX_AMOUNT_NANOS, parseAmount } from "./money.ts";
import type { PriceTier, TokenClass } from "./prices.ts";

/** More than any vendor has; a guard against a slip in a script. */
export const MAX_TIERS = 10;
export const MAX_TIER_TOKENS = 100_000_000;

const nanos = z
  .string()
  .regex(/^\d{1,17}$/)
  .transform(BigInt)
  .refine((amount) => amount <= MAX_AMOUNT_NANOS);
const optionalNanos = nanos.nullish().transform((amount) => amount ?? null);

/** The column `price.tiers`: amounts as decimal strings, for JSON has no whole numbers of that size. */
export const priceTiersSchema: z.ZodType<PriceTier[]> = z
  .array(
    z.object({
      aboveTokens: z.number().int().min(1).max(MAX_TIER_TOKENS),
      inputNanos: nanos,
      cachedInputNanos: optionalNanos,
      cacheWriteNanos: optionalNanos,
      outputNanos: nanos,
      reasoningNanos: optionalNanos,
      imageNanos: optionalNanos,
      audioNanos: optionalNanos,
    }),
  )
  .max(MAX_TIERS)
  .refine((tiers) => tiers.every((tier, i) => i === 0 || tier.aboveTokens > (tiers[i - 1]?.aboveTokens ?? 0)), {
    message: "tiers ascend by aboveTokens",
  });

/** Tiers as the column keeps them; priceTiersSchema reads them back. */
export function encodePriceTiers(tiers: readonly PriceTier[]): { [key: string]: string | number | null }[] {
  return tiers.map((tier) =>
    Object.fromEntries(
      Object.entries(tier).map(([key, value]) => [key, typeof value === "bigint" ? value.toString() : value]),
    ),
  );
}

/** A tier as a person types it: a number of tokens, and decimal amounts per million. Empty or left out: the class falls back. */
export type PriceTierText = { readonly above: string; readonly input: string; readonly output: string } & {
  readonly [of in Exclude<TokenClass, "input" | "output">]?: string | undefined;
};

const classNames: Record<TokenClass, { zh: string; en: string }> = {
  input: { zh: "输入", en: "input" },
  cachedInput: { zh: "缓存输入", en: "cached input" },
  cacheWrite: { zh: "缓存写入", en: "cache write" },
  image: { zh: "图像", en: "image" },
  audio: { zh: "音频", en: "audio" },
  output: { zh: "输出", en: "output" },
  reasoning: { zh: "思考", en: "reasoning" },
};

/** Reads tiers as typed. Throws `invalid_request` that names the tier and the field that is wrong. */
export function parsePriceTiers(tiers: readonly PriceTierText[]): PriceTier[] {
  if (tiers.length > MAX_TIERS) throw invalid(`最多 ${MAX_TIERS} 档。`, `there are at most ${MAX_TIERS} tiers.`);
  let last = 0;
  return tiers.map((text, i) => {
    const aboveTokens = parseTierTokens(text.above);
    const [zh, en] = [`第 ${i + 1} 档（输入超过 ${text.above}）`, `tier ${i + 1} (input above ${text.above})`];
    if (aboveTokens === null) {
      throw invalid(
        `第 ${i + 1} 档从多少 tokens 起应是 1 到 ${MAX_TIER_TOKENS} 的整数，不是“${text.above}”。`,
        `tier ${i + 1} begins above a whole number of tokens from 1 to ${MAX_TIER_TOKENS}, not "${text.above}".`,
      );
    }
    if (aboveTokens === last) throw invalid(`${zh}与前一档的长度相同。`, `${en} begins where the tier before it does.`);
    if (aboveTokens < last)
      throw invalid(`${zh}应比前一档的 ${last} 更长。`, `${en} must begin above the ${last} of the tier before it.`);
    last = aboveTokens;
    const amount = (of: TokenClass) => {
      try {
        return parseAmount(text[of] ?? "");
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const { zh: nameZh, en: nameEn } = classNames[of];
        throw (text[of] ?? "").trim() === ""
          ? invalid(`${zh}缺少${nameZh}价格。`, `${en} has no ${nameEn} price.`)
          : invalid(
              `${zh}的${nameZh}价格“${text[of]}”不是 0 到 10,000,000 的金额（至多 9 位小数）。`,
              `the ${nameEn} price "${text[of]}" of ${en} is no amount from 0 to 10,000,000 with at most 9 decimals.`,
            );
      }
    };
    const optional = (of: TokenClass) => ((text[of] ?? "").trim() === "" ? null : amount(of));
    return {
      aboveTokens,
      inputNanos: amount("input"),
      cachedInputNanos: optional("cachedInput"),
      cacheWriteNanos: optional("cacheWrite"),
      outputNanos: amount("output"),
      reasoningNanos: optional("reasoning"),
      imageNanos: optional("image"),
      audioNanos: optional("audio"),
    };
  });
}

/** A number of tokens as typed ("128000", "128,000"); null for anything else. */
export function parseTierTokens(text: string): number | null {
  if (!/^(\d{1,3}(?:,\d{3})+|\d+)$/.test(text.trim())) return null;
  const count = Number(text.replaceAll(",", ""));
  return count >= 1 && count <= MAX_TIER_TOKENS ? count : null;
}

function invalid(zh: string, en: string): AppError {
  return new AppError("invalid_request", { parameters: { reason_zh: zh, reason_en: en } });
}
