import { AppError, formatAmount, type Price, type TokenPrices } from "@lyceum/domain";
import type { Actor } from "./audit.ts";
import type { Tx } from "./client.ts";
import { lockConfig } from "./config-lock.ts";
import { pauseModel, restoreModel, resumeModel, retireModel } from "./model-retire.ts";
import { multiplyPrice } from "./model-square.ts";
import { type ModelCapability, readConstraints, requireGroups, updateModel } from "./models.ts";
import { parseMultiplier } from "./multiplier.ts";
import { currentPrices, type PriceInput, setPrice } from "./prices.ts";

/** One act for many models. */
export type BulkAct =
  | { readonly kind: "pause"; readonly reason: string }
  | { readonly kind: "resume" }
  | { readonly kind: "retire"; readonly at: Date | null; readonly redirectId: string | null; readonly reason: string }
  | { readonly kind: "restore" }
  | { readonly kind: "open" | "close"; readonly groups: readonly string[] }
  | { readonly kind: "price"; readonly price: PriceInput }
  /** Each class and tier of each price × a factor such as "0.8", rounded half up; models without a price are left as they are. */
  | { readonly kind: "factor"; readonly factor: string }
  | {
      readonly kind: "capabilities";
      readonly add: readonly ModelCapability[];
      readonly remove: readonly ModelCapability[];
    }
  /** Fields that their servers refuse, beside those said already. */
  | { readonly kind: "reject"; readonly fields: readonly string[] };

/** More at once would hold locks for longer than requests should wait. */
export const MAX_BULK_MODELS = 500;

/**
 * Does one act to many models: all in the caller's transaction or none, each with its own audit entry. Returns the names of those it changed.
 * Throws `not_found` for an unknown one, and what the act itself throws.
 */
export async function changeModels(
  tx: Tx,
  actor: Actor,
  input: { modelIds: readonly string[]; act: BulkAct },
): Promise<{ changed: string[]; unchanged: string[] }> {
  const ids = [...new Set(input.modelIds)].sort();
  if (ids.length > MAX_BULK_MODELS)
    throw refusal(`一次最多 ${MAX_BULK_MODELS} 个模型。`, `at most ${MAX_BULK_MODELS} models at a time.`);
  await lockConfig(tx);
  const models = await tx.model.findMany({ where: { id: { in: ids } }, orderBy: { id: "asc" }, select: columns });
  if (models.length !== ids.length) throw new AppError("not_found");
  const prices = input.act.kind === "factor" ? await currentPrices(tx) : new Map<string, Price>();
  const changed: string[] = [];
  const unchanged: string[] = [];
  for (const model of models) {
    const isChanged = await change(tx, actor, model, input.act, prices.get(model.id) ?? null);
    (isChanged ? changed : unchanged).push(model.name);
  }
  return { changed, unchanged };
}

const columns = {
  id: true,
  name: true,
  capabilities: true,
  constraints: true,
  pausedAt: true,
  removedAt: true,
  retiresAt: true,
  groups: { select: { groupId: true } },
} as const;

type Row = {
  id: string;
  name: string;
  capabilities: string[];
  constraints: unknown;
  pausedAt: Date | null;
  removedAt: Date | null;
  retiresAt: Date | null;
  groups: { groupId: string }[];
};

/** Whether there was something to change. */
async function change(tx: Tx, actor: Actor, model: Row, act: BulkAct, price: Price | null): Promise<boolean> {
  const modelId = model.id;
  switch (act.kind) {
    case "pause":
      if (model.removedAt !== null || model.pausedAt !== null) return false;
      await pauseModel(tx, actor, { modelId, reason: act.reason });
      return true;
    case "resume":
      if (model.pausedAt === null) return false;
      await resumeModel(tx, actor, { modelId });
      return true;
    case "retire":
      if (model.removedAt !== null) return false;
      await retireModel(tx, actor, { modelId, at: act.at, redirectId: act.redirectId, reason: act.reason });
      return true;
    case "restore":
      if (model.removedAt === null && model.retiresAt === null) return false;
      await restoreModel(tx, actor, { modelId });
      return true;
    case "open":
    case "close": {
      const named = await requireGroups(tx, act.groups);
      const before = model.groups.map(({ groupId }) => groupId);
      const groups =
        act.kind === "open" ? [...new Set([...before, ...named])] : before.filter((id) => !named.includes(id));
      if (groups.length === before.length) return false;
      await updateModel(tx, actor, { modelId, groups });
      return true;
    }
    case "price":
      await setPrice(tx, actor, { modelId, ...act.price });
      return true;
    case "factor":
      if (price === null) return false;
      await setPrice(tx, actor, { modelId, ...priceText(multiplyPrice(price, parseMultiplier(act.factor))) });
      return true;
    case "capabilities": {
      const before = model.capabilities as ModelCapability[];
      const capabilities = [...new Set([...before, ...act.add])].filter((each) => !act.remove.includes(each));
      if (capabilities.length === before.length && capabilities.every((each) => before.includes(each))) return false;
      await updateModel(tx, actor, { modelId, capabilities });
      return true;
    }
    case "reject": {
      const before = readConstraints(model.constraints);
      const rejected = [...new Set([...before.rejected, ...act.fields])];
      if (rejected.length === before.rejected.length) return false;
      await updateModel(tx, actor, { modelId, constraints: { ...before, rejected } });
      return true;
    }
    default:
      return act satisfies never;
  }
}

/** A price as setPrice reads it. */
function priceText({ requestNanos, tiers, ...prices }: Omit<Price, "id" | "version">): PriceInput {
  return {
    ...tokenText(prices),
    request: formatAmount(requestNanos),
    tiers: tiers.map((tier) => ({ above: String(tier.aboveTokens), ...tokenText(tier) })),
  };
}

function tokenText(prices: TokenPrices) {
  const optional = (nanos: bigint | null) => (nanos === null ? undefined : formatAmount(nanos));
  return {
    input: formatAmount(prices.inputNanos),
    output: formatAmount(prices.outputNanos),
    cachedInput: optional(prices.cachedInputNanos),
    cacheWrite: optional(prices.cacheWriteNanos),
    reasoning: optional(prices.reasoningNanos),
    image: optional(prices.imageNanos),
    audio: optional(prices.audioNanos),
  };
}

function refusal(reason_zh: string, reason_en: string): AppError {
  return new AppError("invalid_request", { parameters: { reason_zh, reason_en } });
}
