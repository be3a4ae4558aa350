import { Prisma } from "./generated/client.ts";

/** The columns of UsageSums, of rollups read as `t`. */
export const sums = Prisma.sql`coalesce(sum(t.requests), 0)::int as requests, coalesce(sum(t.failures), 0)::int as failures,
  coalesce(sum(t.input_tokens), 0)::float8 as "inputTokens", coalesce(sum(t.cached_input_tokens), 0)::float8 as "cachedInputTokens",
  coalesce(sum(t.output_tokens), 0)::float8 as "outputTokens", coalesce(sum(t.reasoning_tokens), 0)::float8 as "reasoningTokens",
  coalesce(sum(t.charge_nanos), 0)::bigint as "chargeNanos", coalesce(sum(t.uncollected_nanos), 0)::bigint as "uncollectedNanos"`;
