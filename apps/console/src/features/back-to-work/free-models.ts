import type { KeyRow, SquareModel } from "@lyceum/db";
import { worksFor } from "#features/keys/working-model.ts";

/** More than these nobody reads at night; the square has the rest. */
const MOST = 6;

/** A model that costs nothing and answers now. */
export interface FreeModel {
  name: string;
  vendor: string;
  isLocal: boolean;
}

/** A key that could go on, and which of the free models its group opens. */
export interface GoingKey {
  id: string;
  name: string;
  /** As it may be shown. */
  shown: string;
  models: string[];
  isLimited: boolean;
}

/** Free models that answer a chat now, those on the campus's own machines first: nobody pays for them. */
export function freeModels(square: readonly SquareModel[]): FreeModel[] {
  return square
    .filter((model) => model.isFree && worksFor(model, {}))
    .sort((a, b) => Number(b.isLocal) - Number(a.isLocal) || (a.name < b.name ? -1 : 1))
    .slice(0, MOST)
    .map(({ name, vendor, isLocal }) => ({ name, vendor, isLocal }));
}

/** Keys that could use them, the one that was used last first: that is the one whose program stopped. */
export function goingKeys(
  keys: readonly KeyRow[],
  square: readonly SquareModel[],
  free: readonly FreeModel[],
): GoingKey[] {
  const used = (key: KeyRow) => key.lastUsedAt?.getTime() ?? 0;
  return keys
    .filter((key) => key.status === "active" && !key.isExpired && !key.isGroupClosed)
    .sort((a, b) => used(b) - used(a))
    .map((key) => ({
      id: key.id,
      name: key.name,
      shown: `${key.prefix}…${key.lastFour}`,
      models: square
        .filter((model) => free.some(({ name }) => name === model.name) && isFreeFor(model, key.groupId))
        .map((model) => model.name),
      isLimited: key.models.length > 0,
    }))
    .filter((key) => key.models.length > 0);
}

/** Where only a group with the factor 0 makes it free, keys of other groups pay for it. */
function isFreeFor(model: SquareModel, groupId: string): boolean {
  const own = model.groups.find(({ id }) => id === groupId);
  return worksFor(model, { groupId }) && (own?.multiplierPpm === 0 || model.group.multiplierPpm > 0);
}
