import { isFree, multiplyDivide, type Price, type TokenPrices } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";
import { equivalentsOf } from "./equivalents.ts";
import { isOpenedBy, listUserGroups } from "./groups.ts";
import { listModels, type ModelRow } from "./model-list.ts";
import type { ModelFields } from "./models.ts";
import { getSettings } from "./settings.ts";
import type { ModelStanding } from "./usable.ts";

export type SquareGroup = {
  readonly id: string;
  readonly name: string;
  readonly multiplierPpm: number;
  /** The viewer may make keys in it. */
  readonly isMine: boolean;
};

/** Nanos per million tokens, and per request, in one group; null classes fall back as in the model's price. */
export type SquarePrice = Omit<Price, "id" | "version">;

export type SquareModel = Omit<ModelFields, "usualOutputTokens"> & {
  readonly id: string;
  readonly name: string;
  /** Groups that may use it, cheapest first. */
  readonly groups: SquareGroup[];
  /** The viewer's cheapest group, or the cheapest of all where the model is locked: the prices are of this group. */
  readonly group: SquareGroup;
  readonly price: SquarePrice | null;
  readonly isFree: boolean;
  /** The site lets people accept models without a price, by a switch that the viewer has; says what to do where this is `unpriced`. */
  readonly mayAcceptUnpriced: boolean;
  /**
   * locked: only for groups that the viewer isn't in. unpriced: no price yet, so refused unless the viewer accepts that.
   * down: people left it without a deployment. lost: none of its deployments works at the moment. paused: by hand. available: a call goes out.
   */
  readonly state: "available" | "down" | "lost" | "paused" | "unpriced" | "locked";
  /** Whether it is in the gateway's lists: only where this is "up". */
  readonly standing: ModelStanding;
  /** Why it is paused, in its admin's words. */
  readonly pausedReason: string;
  /** Of those that the viewer may use and that can do the same, the nearest: where this one is paused or doesn't work. */
  readonly insteadName: string | null;
  /** From then on it is gone. */
  readonly retiresAt: Date | null;
  /** Public name of the model that answers in its stead from then on. */
  readonly redirectTo: string | null;
  readonly deploymentsUp: number;
  readonly deployments: number;
  readonly createdAt: Date;
};

/**
 * The models that anybody may see: not removed, and in at least one group. `userId` null: somebody who isn't signed in, who sees
 * them as a member of the open groups. `reading`: the models, where the caller has asked for them already.
 */
export async function listSquare(
  db: Db | Tx,
  viewer: { userId: string | null },
  reading: Promise<readonly ModelRow[]> = listModels(db),
): Promise<SquareModel[]> {
  const [models, groups, own, unpriced] = await Promise.all([
    reading,
    db.group.findMany({ select: { id: true, name: true, multiplierPpm: true, isOpen: true } }),
    viewer.userId === null ? null : listUserGroups(db, viewer.userId),
    viewer.userId === null ? { isAllowed: false, accepts: false } : findUnpricedTerms(db, viewer.userId),
  ]);
  const mine = own ?? groups.filter((group) => group.isOpen).map((group) => ({ ...group, models: null, endsAt: null }));
  const mayUse = models.filter((model) => isOpenedBy(mine, model));
  const square: SquareModel[] = [];
  for (const model of models) {
    if (model.removedAt !== null) continue;
    const allowed = groups
      .filter((group) => model.groups.includes(group.id))
      .map(({ id, name, multiplierPpm }) => ({
        id,
        name,
        multiplierPpm,
        isMine: isOpenedBy(
          mine.filter((each) => each.id === id),
          model,
        ),
      }))
      .sort((a, b) => a.multiplierPpm - b.multiplierPpm || a.id.localeCompare(b.id));
    const group = allowed.find((each) => each.isMine) ?? allowed[0];
    if (group === undefined) continue;
    const up = model.deployments.filter((deployment) => deployment.isUp).length;
    const price = model.price === null ? null : multiplyPrice(model.price, group.multiplierPpm);
    square.push({
      id: model.id,
      name: model.name,
      vendor: model.vendor,
      description: model.description,
      capabilities: model.capabilities,
      contextTokens: model.contextTokens,
      maxOutputTokens: model.maxOutputTokens,
      isLocal: model.isLocal,
      constraints: model.constraints,
      groups: allowed,
      group,
      price,
      isFree: price !== null && isFree(price),
      mayAcceptUnpriced: unpriced.isAllowed,
      state: stateOf({ ...model, isMine: group.isMine, isPriced: price !== null || unpriced.accepts }),
      standing: model.standing,
      pausedReason: model.pausedReason,
      insteadName: model.standing === "up" ? null : (equivalentsOf(model, mayUse)[0]?.name ?? null),
      retiresAt: model.retiresAt,
      redirectTo: model.redirect?.name ?? null,
      deploymentsUp: up,
      deployments: model.deployments.length,
      createdAt: model.createdAt,
    });
  }
  return square;
}

function stateOf(model: { isMine: boolean; standing: ModelStanding; isPriced: boolean }): SquareModel["state"] {
  if (!model.isMine) return "locked";
  if (model.standing === "paused") return "paused";
  if (!model.isPriced) return "unpriced";
  if (model.standing === "up") return "available";
  return model.standing === "lost" ? "lost" : "down";
}

async function findUnpricedTerms(db: Db | Tx, userId: string): Promise<{ isAllowed: boolean; accepts: boolean }> {
  const [user, settings] = await Promise.all([
    db.user.findUnique({ where: { id: userId }, select: { acceptsUnpriced: true } }),
    getSettings(db),
  ]);
  return { isAllowed: settings.allowUnpriced, accepts: settings.allowUnpriced && user?.acceptsUnpriced === true };
}

/** A price in a group, for show: each class rounded by itself. Charges multiply tokens, price and factor before rounding. */
export function multiplyPrice(price: Price, multiplierPpm: number): SquarePrice {
  const times = (nanos: bigint) => multiplyDivide(nanos, BigInt(multiplierPpm), 1_000_000n);
  const orNull = (nanos: bigint | null) => (nanos === null ? null : times(nanos));
  const tokens = (prices: TokenPrices) => ({
    inputNanos: times(prices.inputNanos),
    cachedInputNanos: orNull(prices.cachedInputNanos),
    cacheWriteNanos: orNull(prices.cacheWriteNanos),
    outputNanos: times(prices.outputNanos),
    reasoningNanos: orNull(prices.reasoningNanos),
    imageNanos: orNull(prices.imageNanos),
    audioNanos: orNull(prices.audioNanos),
  });
  return {
    ...tokens(price),
    requestNanos: times(price.requestNanos),
    tiers: price.tiers.map((tier) => ({ aboveTokens: tier.aboveTokens, ...tokens(tier) })),
  };
}
