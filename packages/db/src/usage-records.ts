import {
  AppError,
  type ChargeLine,
  chargeLines,
  type Price,
  type PriceTier,
  type TokenUsage,
  tierOf,
} from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";
import { Prisma } from "./generated/client.ts";
import { type Page, type PageRequest, pageBounds } from "./page.ts";
import { findPrices } from "./prices.ts";

export type UsageOutcome = "finished" | "failed" | "cut" | "client-gone" | "killed";

export type UsageRecordRow = {
  /** A UUIDv7; formatRequestId shows it. */
  readonly id: string;
  readonly admittedAt: Date;
  readonly model: string;
  readonly keyId: string | null;
  readonly keyName: string | null;
  readonly groupId: string;
  readonly isStream: boolean;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly imageTokens: number;
  readonly audioTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** Null: the model had no price, and the request is recorded at 0. */
  readonly priceId: string | null;
  readonly multiplierPpm: number;
  /** cost = charge + uncollected. */
  readonly costNanos: bigint;
  readonly chargeNanos: bigint;
  readonly uncollectedNanos: bigint;
  readonly outcome: UsageOutcome;
  readonly errorCode: string | null;
  readonly httpStatus: number;
  readonly isEstimated: boolean;
  readonly ttftMs: number | null;
  readonly totalMs: number;
  readonly client: string;
  /** Whose request it was; null where the person is gone. */
  readonly studentId: string | null;
  readonly userName: string | null;
};

export type UsageRecordSpan = {
  readonly accountId: string;
  readonly keyId?: string | undefined;
  readonly model?: string | undefined;
  readonly from?: Date | undefined;
  /** Not included. */
  readonly to?: Date | undefined;
};

/** Counting stops here: a page shows "10,000 and more", and the count stays cheap over millions of rows. */
export const MAX_COUNTED_RECORDS = 10_000;

const columns = Prisma.sql`r.id, r.admitted_at as "admittedAt", r.model, r.key_id as "keyId", k.name as "keyName", r.group_id as "groupId",
  r.is_stream as "isStream", r.input_tokens as "inputTokens", r.cached_input_tokens as "cachedInputTokens",
  r.cache_write_tokens as "cacheWriteTokens", r.image_tokens as "imageTokens", r.audio_tokens as "audioTokens",
  r.output_tokens as "outputTokens", r.reasoning_tokens as "reasoningTokens", r.price_id as "priceId",
  r.multiplier_ppm as "multiplierPpm", r.cost_nanos as "costNanos", r.charge_nanos as "chargeNanos",
  r.uncollected_nanos as "uncollectedNanos", r.outcome, r.error_code as "errorCode", r.http_status as "httpStatus",
  r.is_estimated as "isEstimated", r.ttft_ms as "ttftMs", r.total_ms as "totalMs", r.client, u.student_id as "studentId",
  u.name as "userName"`;

const tables = Prisma.sql`usage_record r left join virtual_key k on k.id = r.key_id left join app_user u on u.id = r.user_id`;

/**
 * An account's requests, newest first. `total` counts at most MAX_COUNTED_RECORDS. Not by outcome, and not everybody's: no index finds those,
 * and the rollups have their sums.
 */
export async function listUsageRecords(
  db: Db | Tx,
  filter: UsageRecordSpan & PageRequest,
): Promise<Page<UsageRecordRow>> {
  const { page, pageSize, offset } = pageBounds(filter);
  const where = conditionOf(filter);
  const [rows, count] = await Promise.all([
    db.$queryRaw<
      UsageRecordRow[]
    >`select ${columns} from ${tables} where ${where} order by r.id desc limit ${pageSize} offset ${offset}`,
    db.$queryRaw<[{ total: number }]>`select count(*)::int as total
      from (select from usage_record r where ${where} limit ${MAX_COUNTED_RECORDS}) counted`,
  ]);
  return { rows, total: count[0].total, page, pageSize };
}

/** The next so many of an account's requests before one of them, newest first; `before` null: the newest. For reading all of them through. */
export function readUsageRecords(
  db: Db | Tx,
  filter: UsageRecordSpan & { readonly before: string | null; readonly limit: number },
): Promise<UsageRecordRow[]> {
  const before = filter.before === null ? Prisma.empty : Prisma.sql`and r.id < ${filter.before}::uuid`;
  return db.$queryRaw<UsageRecordRow[]>`select ${columns} from ${tables}
    where ${conditionOf(filter)} ${before} order by r.id desc limit ${filter.limit}`;
}

function conditionOf(filter: UsageRecordSpan): Prisma.Sql {
  const conditions = [Prisma.sql`r.account_id = ${filter.accountId}::uuid`];
  if (filter.keyId) conditions.push(Prisma.sql`r.key_id = ${filter.keyId}::uuid`);
  if (filter.model) conditions.push(Prisma.sql`r.model = ${filter.model}`);
  // By the time in the id, which is that of the request's arrival: indexes and partitions are ordered by it, not by admitted_at.
  if (filter.from) conditions.push(Prisma.sql`r.id >= id_floor(${filter.from}::timestamptz)`);
  if (filter.to) conditions.push(Prisma.sql`r.id < id_floor(${filter.to}::timestamptz)`);
  return Prisma.join(conditions, " and ");
}

/** One request with all that makes up its charge. */
export type UsageReceipt = UsageRecordRow & {
  readonly protocol: string;
  readonly requestedModel: string;
  readonly upstreamModel: string | null;
  readonly channelName: string | null;
  readonly attempts: number;
  readonly queueMs: number;
  readonly settledAt: Date;
  /** Null: the model had no price. */
  readonly price: Price | null;
  /** The tier of the price that applied; null: the base prices. */
  readonly tier: PriceTier | null;
  /** tokens × price × multiplier; they add up to costNanos unless the charge was corrected or waived. */
  readonly lines: ChargeLine[];
  readonly reservedNanos: bigint;
  /** This request's part of the ledger entries that carry it; the parts add up to −chargeNanos. */
  readonly entries: {
    readonly id: string;
    readonly kind: string;
    readonly createdAt: Date;
    readonly amountNanos: bigint;
  }[];
};

type ReceiptRow = Omit<UsageReceipt, "price" | "tier" | "lines" | "entries">;

/** One receipt; `accountId` null is for admins, else only that account's. Throws `not_found`. */
export async function getUsageRecord(
  db: Db | Tx,
  query: { id: string; accountId: string | null },
): Promise<UsageReceipt> {
  const owner = query.accountId === null ? Prisma.empty : Prisma.sql`and r.account_id = ${query.accountId}::uuid`;
  const [row] = await db.$queryRaw<ReceiptRow[]>`select ${columns}, r.protocol, r.requested_model as "requestedModel",
      r.upstream_model as "upstreamModel", c.name as "channelName", r.attempts,
      r.queue_ms as "queueMs", r.settled_at as "settledAt", r.reserved_nanos as "reservedNanos"
    from ${tables} left join channel c on c.id = r.channel_id where r.id = ${query.id}::uuid ${owner}`;
  if (row === undefined) throw new AppError("not_found");
  const entries = await db.$queryRaw<
    UsageReceipt["entries"]
  >`select e.id, e.kind::text as kind, e.created_at as "createdAt", -p.part as "amountNanos"
    from usage_record r, unnest(r.charge_entry_ids, r.charge_parts) with ordinality as p (entry_id, part, place)
    join ledger_entry e on e.id = p.entry_id where r.id = ${query.id}::uuid order by p.place`;
  const price = row.priceId === null ? null : ((await findPrices(db, [row.priceId])).get(row.priceId) ?? null);
  return { ...row, price, ...chargeOf(row, price), entries };
}

/** How a record's cost came about at its price version. Nothing was charged for an answer that failed without output: no lines. */
export function chargeOf(row: UsageRecordRow, price: Price | null): { tier: PriceTier | null; lines: ChargeLine[] } {
  const isWaived = row.costNanos === 0n && row.inputTokens === 0 && row.outputTokens === 0;
  if (price === null || isWaived) return { tier: null, lines: [] };
  const usage: TokenUsage = {
    input: row.inputTokens,
    cachedInput: row.cachedInputTokens,
    cacheWrite: row.cacheWriteTokens,
    output: row.outputTokens,
    reasoning: row.reasoningTokens,
    image: row.imageTokens,
    audio: row.audioTokens,
  };
  return { tier: tierOf(price, usage.input), lines: chargeLines(price, usage, row.multiplierPpm) };
}
