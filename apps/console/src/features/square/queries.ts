import "server-only";
import { currentPrices, listSquare, type SquareModel } from "@lyceum/db";
import type { Price } from "@lyceum/domain";
import { cache } from "react";
import { getDb } from "#server/db.ts";

/** Every model this person may see, with prices of the cheapest group that is theirs; once per request. */
export const getSquare = cache((userId: string): Promise<SquareModel[]> => listSquare(getDb(), { userId }));

/** The price in force of one model, before any group's multiplier; null: none yet. */
export async function findBasePrice(modelId: string): Promise<Price | null> {
  return (await currentPrices(getDb())).get(modelId) ?? null;
}
