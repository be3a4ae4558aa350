import type { MeterRow } from "@lyceum/db";
import type { Limits } from "@lyceum/domain";
import type { useTranslations } from "next-intl";
import type { Format } from "#i18n/format.ts";

export type LimitWords = ReturnType<typeof useTranslations<"limits">>;

/** One limit and what counts against it, ready to draw. Amounts are for the length of a bar only. */
export interface Gauge {
  kind: "requests" | "tokens" | "running" | "spent";
  used: number;
  limit: number;
  /** "12 / 60 requests in the last minute". */
  words: string;
  /** When a cap begins anew, as words; null where it doesn't, and for all others. */
  anew: string | null;
}

/** The gauges of one key, of a person over all keys, or of a person as member of a group. */
export interface GaugeSet {
  scope: MeterRow["scope"];
  holderId: string;
  holderName: string;
  gauges: Gauge[];
}

/** In the reader's language, so that the page and the answer that keeps it live say the same. */
export function gaugeSetOf(row: MeterRow, format: Format, translate: LimitWords): GaugeSet {
  const gauges: Gauge[] = [];
  const count = (
    kind: Gauge["kind"],
    word: "gaugeRpm" | "gaugeTpm" | "gaugeParallel",
    used: number,
    limit: number | null,
  ) => {
    if (limit === null) return;
    const show = kind === "tokens" ? format.tokens : format.count;
    gauges.push({ kind, used, limit, words: translate(word, { used: show(used), limit: show(limit) }), anew: null });
  };
  count("requests", "gaugeRpm", row.usedRequests, row.rpmLimit);
  count("tokens", "gaugeTpm", row.usedTokens, row.tpmLimit);
  count("running", "gaugeParallel", row.runningRequests, row.parallelLimit);
  if (row.capNanos !== null) {
    const spent = row.spentNanos + row.reservedNanos;
    gauges.push({
      kind: "spent",
      used: format.plotUnits(spent),
      limit: format.plotUnits(row.capNanos),
      words: translate("gaugeCap", {
        spent: format.money(spent),
        cap: format.money(row.capNanos),
        period: translate(`period_${row.capPeriod}`),
      }),
      anew: row.beginsAnewAt === null ? null : translate("anew", { time: format.dateTime(row.beginsAnewAt) }),
    });
  }
  const { scope, holderId, holderName } = row;
  return { scope, holderId, holderName, gauges };
}

/** Limits in a few words each, for tables: "60 requests / min", "¥5.00 per day". */
export function limitWordsOf(limits: Limits, format: Format, translate: LimitWords): string[] {
  const { rpmLimit, tpmLimit, parallelLimit, capNanos, capPeriod } = limits;
  return [
    rpmLimit === null ? null : translate("rpmWords", { limit: format.count(rpmLimit) }),
    tpmLimit === null ? null : translate("tpmWords", { limit: format.tokens(tpmLimit) }),
    parallelLimit === null ? null : translate("parallelWords", { limit: format.count(parallelLimit) }),
    capNanos === null
      ? null
      : translate("capWords", { cap: format.money(capNanos), period: translate(`period_${capPeriod}`) }),
  ].filter((each) => each !== null);
}
