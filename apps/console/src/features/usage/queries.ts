import "server-only";
import {
  droppedBefore,
  getUsageRecord,
  listUsageRecords,
  type UsageLatency,
  type UsagePoint,
  type UsageReceipt,
  type UsageSums,
  usageLatency,
  usageSeries,
  usageTotals,
} from "@lyceum/db";
import { AppError, idTime, parseRequestId } from "@lyceum/domain";
import { notFound } from "next/navigation";
import { cache } from "react";
import { getOwnAccount } from "#features/balance/queries.ts";
import { getDb } from "#server/db.ts";
import { getSettings } from "#server/settings.ts";
import type { UsageParams } from "./params.ts";
import { type Span, spanBefore, usageSpan } from "./span.ts";

export const recordsPerPage = 25;

export interface OwnUsage {
  span: Span;
  points: UsagePoint[];
  /** The span of the same length before; null where the account is younger than its beginning. */
  before: UsageSums | null;
  /** Since when there is anything to measure. */
  since: Date;
  timeZone: string;
}

/** This person's usage over the span of the URL, from the hourly sums. */
export async function getOwnUsage(userId: string, params: UsageParams, now: Date): Promise<OwnUsage> {
  const [account, { timeZone }] = await Promise.all([getOwnAccount(userId), getSettings()]);
  const span = usageSpan(params, now, timeZone);
  const earlier = spanBefore(span, now, timeZone);
  const accountId = account.id;
  const [points, before] = await Promise.all([
    usageSeries(getDb(), {
      accountId,
      from: span.from,
      to: span.to,
      bucket: span.bucket,
      // By day one series stands for all: the days are the rows of the table.
      by: params.by === "day" ? "model" : params.by,
      zone: timeZone,
    }),
    account.createdAt < earlier.from ? usageTotals(getDb(), { accountId, ...earlier }) : null,
  ]);
  const series = params.by === "day" ? points.map((point) => ({ ...point, series: "all", label: "" })) : points;
  return { span, points: series, before, since: account.createdAt, timeZone };
}

/** How long this person's answers took, over the span of the URL. By day, the buckets are the rows. */
export async function getOwnLatency(userId: string, params: UsageParams, span: Span): Promise<UsageLatency> {
  const [account, { timeZone }] = await Promise.all([getOwnAccount(userId), getSettings()]);
  const { from, to, bucket } = span;
  const by = params.by === "day" ? "model" : params.by;
  return usageLatency(getDb(), { accountId: account.id, from, to, bucket, by, zone: timeZone });
}

/** One page of this person's requests in a span, newest first. */
export async function getOwnRecords(userId: string, span: Span, page: number) {
  const { id } = await getOwnAccount(userId);
  const filter = { accountId: id, from: span.from, to: span.to, page, pageSize: recordsPerPage };
  return listUsageRecords(getDb(), filter);
}

/** A receipt, or the day from which single requests are kept. */
export type FoundReceipt = { receipt: UsageReceipt; keptSince: null } | { receipt: null; keptSince: Date };

/**
 * A receipt of one's own by its shown id; anybody else's, or none at all, is the page that does not exist. A request older than the retention is
 * told apart: it may well have been one's own.
 */
export async function getOwnReceipt(userId: string, requestId: string): Promise<FoundReceipt> {
  const id = parseRequestId(requestId);
  if (id === null) notFound();
  const { id: accountId } = await getOwnAccount(userId);
  try {
    return { receipt: await getUsageRecord(getDb(), { id, accountId }), keptSince: null };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "not_found") throw error;
    const keptSince = await droppedBefore(getDb(), accountId);
    const madeAt = idTime(id);
    if (keptSince === null || madeAt === null || madeAt >= keptSince) notFound();
    return { receipt: null, keptSince };
  }
}

/** Today by the hour. */
export const getOwnToday = cache(async (userId: string, now: Date): Promise<OwnUsage> => {
  const params: UsageParams = { period: "today", day: null, metric: "requests", by: "model", page: 1, request: null };
  return getOwnUsage(userId, params, now);
});
