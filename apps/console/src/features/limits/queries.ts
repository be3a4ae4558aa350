import "server-only";
import { readMeters } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { getFormat } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";
import { type GaugeSet, gaugeSetOf } from "./gauges.ts";

/** The limits of an account with what counts against them, in the reader's words. */
export async function getGauges(accountId: string): Promise<GaugeSet[]> {
  const [rows, format, translate] = await Promise.all([
    readMeters(getDb(), accountId),
    getFormat(),
    getTranslations("limits"),
  ]);
  return rows.map((row) => gaugeSetOf(row, format, translate));
}
