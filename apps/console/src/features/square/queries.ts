import "server-only";
import { getModelAbout, listModels, listSquare, type ModelAbout, type ModelRow, type SquareModel } from "@lyceum/db";
import type { Price } from "@lyceum/domain";
import { cache } from "react";
import { getDb } from "#server/db.ts";

/** Every model as an administrator knows it; once per request, because with five hundred of them nothing takes most pages longer. */
export const getModels = cache((): Promise<ModelRow[]> => listModels(getDb()));

/** Every model this person may see, with prices of the cheapest group that is theirs; once per request. */
export const getSquare = cache(
  (userId: string): Promise<SquareModel[]> => listSquare(getDb(), { userId }, getModels()),
);

/** The price in force of one model, before any group's multiplier; null: none yet. */
export async function findBasePrice(modelId: string): Promise<Price | null> {
  return (await getModels()).find((model) => model.id === modelId)?.price ?? null;
}

/** Limits of the viewer for one model, who opens it, and what changed of it. */
export function getAbout(userId: string, { id, name, groups, group }: SquareModel): Promise<ModelAbout> {
  const model = { id, name, groups: groups.map((each) => each.id) };
  return getModelAbout(getDb(), { userId, model, groupId: group.id });
}
