import type { SquareModel } from "@lyceum/db";

interface Limits {
  /** The key's group; left out: any group of the viewer. */
  groupId?: string;
  /** Names the key is limited to; empty: all. */
  models?: readonly string[];
}

/** Kinds of models that don't answer a chat. */
const notChat = new Set(["embedding", "realtime"]);

/** Whether a chat with this model goes out under these limits: allowed, priced, not paused, and with a live deployment. */
export function worksFor(model: SquareModel, { groupId, models = [] }: Limits): boolean {
  if (model.standing !== "up" || model.price === null) return false;
  if (model.capabilities.some((capability) => notChat.has(capability))) return false;
  if (models.length > 0 && !models.includes(model.name)) return false;
  if (groupId === undefined) return model.state === "available";
  // A course may open a group for some of its models only.
  return model.groups.some((group) => group.id === groupId && group.isMine);
}

/** What works under these limits, the cheapest first. */
export function workingModels(square: readonly SquareModel[], limits: Limits = {}): SquareModel[] {
  const cost = (model: SquareModel) => (model.price ? model.price.inputNanos + model.price.outputNanos : 0n);
  return square
    .filter((model) => worksFor(model, limits))
    .sort((a, b) => (cost(a) < cost(b) ? -1 : cost(a) > cost(b) ? 1 : a.name < b.name ? -1 : 1));
}

/** The model to fill into sample code: the cheapest that works, so that a first try costs next to nothing. Null: none does. */
export function workingModel(square: readonly SquareModel[], limits: Limits = {}): string | null {
  return workingModels(square, limits)[0]?.name ?? null;
}
