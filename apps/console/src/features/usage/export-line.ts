import { chargeOf, type UsageRecordRow } from "@lyceum/db";
import { classPrice, formatAmount, formatRequestId, type Price, type TokenClass } from "@lyceum/domain";

/** Totals hold their parts: input the cached, written, image and audio tokens, output the reasoning ones. */
const classes = [
  ["input", "inputTokens"],
  ["cached_input", "cachedInputTokens"],
  ["cache_write", "cacheWriteTokens"],
  ["image", "imageTokens"],
  ["audio", "audioTokens"],
  ["output", "outputTokens"],
  ["reasoning", "reasoningTokens"],
] as const;

const classOf = {
  input: "input",
  cached_input: "cachedInput",
  cache_write: "cacheWrite",
  image: "image",
  audio: "audio",
  output: "output",
  reasoning: "reasoning",
} as const satisfies Record<(typeof classes)[number][0], TokenClass>;

/** Column heads are the same in both languages, so that a script reads either. */
export const exportHead: readonly string[] = [
  "request_id",
  "time",
  "model",
  "key",
  "group",
  ...classes.map(([name]) => `${name}_tokens`),
  "price_version",
  "tier_above_tokens",
  ...classes.map(([name]) => `${name}_price`),
  "request_price",
  "group_multiplier",
  "cost",
  "charge",
  "uncollected",
  "currency",
  "outcome",
  "http_status",
  "error_code",
  "estimated",
  "ttft_ms",
  "total_ms",
  "client",
];

/**
 * One request with all that its cost is made from: prices are per million tokens, after fallbacks and of the tier that applied. They
 * are empty where none was applied: for a model without a price, and a failure that is not charged.
 */
export function exportLine(
  row: UsageRecordRow,
  price: Price | null,
  currency: string,
): (string | number | boolean | null)[] {
  const { tier, lines } = chargeOf(row, price);
  const applied = lines.length > 0 ? (tier ?? price) : null;
  return [
    formatRequestId(row.id),
    row.admittedAt.toISOString(),
    row.model,
    row.keyName,
    row.groupId,
    ...classes.map(([, tokens]) => row[tokens]),
    price?.version ?? null,
    tier?.aboveTokens ?? null,
    ...classes.map(([name]) => applied && formatAmount(classPrice(applied, classOf[name]))),
    applied && formatAmount(price?.requestNanos ?? 0n),
    formatAmount(BigInt(row.multiplierPpm) * 1_000n),
    formatAmount(row.costNanos),
    formatAmount(row.chargeNanos),
    formatAmount(row.uncollectedNanos),
    currency,
    row.outcome,
    row.httpStatus,
    row.errorCode,
    row.isEstimated,
    row.ttftMs,
    row.totalMs,
    row.client,
  ];
}
