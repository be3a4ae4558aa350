import { AppError } from "@lyceum/domain";
import type { Actor } from "./audit.ts";
import type { Tx } from "./client.ts";
import { lockConfig } from "./config-lock.ts";
import { writeHandEvent } from "./health-events.ts";
import { auditModel } from "./models.ts";

const columns = {
  id: true,
  name: true,
  pausedAt: true,
  pausedReason: true,
  removedAt: true,
  removedReason: true,
  retiresAt: true,
  redirectId: true,
} as const;

/** Takes a model out of every list at once, to come back only by hand. Pausing it again changes the reason. Throws `not_found`. */
export async function pauseModel(tx: Tx, actor: Actor, input: { modelId: string; reason: string }): Promise<void> {
  const model = await lockModel(tx, input.modelId);
  const reason = trimReason(input.reason);
  if (model.pausedAt !== null && model.pausedReason === reason) return;
  await tx.model.update({
    where: { id: model.id },
    data: { pausedAt: model.pausedAt ?? new Date(), pausedReason: reason },
    select: { id: true },
  });
  await auditModel(tx, actor, "model.pause", model, { reason });
  if (model.pausedAt === null) await writeHandEvent(tx, actor, { kind: "model-paused", model, detail: { reason } });
}

/** Brings a paused model back. Throws `not_found`. */
export async function resumeModel(tx: Tx, actor: Actor, input: { modelId: string }): Promise<void> {
  const model = await lockModel(tx, input.modelId);
  if (model.pausedAt === null) return;
  await tx.model.update({
    where: { id: model.id },
    data: { pausedAt: null, pausedReason: "" },
    select: { id: true },
  });
  await auditModel(tx, actor, "model.resume", model, { reason: model.pausedReason });
  await writeHandEvent(tx, actor, { kind: "model-resumed", model });
}

export type Retirement = {
  modelId: string;
  /** When it goes; null, or what is past: at once. */
  at: Date | null;
  /** Where its calls go from then on; null: nowhere. */
  redirectId: string | null;
  reason: string;
};

/**
 * Says when a model goes and which one answers in its stead; what was said before is replaced. Throws `not_found`, and `invalid_request` for a
 * model that can't answer in its stead.
 */
export async function retireModel(tx: Tx, actor: Actor, input: Retirement): Promise<void> {
  const model = await lockModel(tx, input.modelId);
  const reason = trimReason(input.reason);
  const redirect = input.redirectId === null ? null : await requireRedirect(tx, model, input.redirectId);
  const now = new Date();
  const isNow = input.at === null || input.at.getTime() <= now.getTime();
  const data = {
    removedAt: isNow ? (model.removedAt ?? now) : null,
    retiresAt: isNow ? null : input.at,
    removedReason: reason,
    redirectId: redirect?.id ?? null,
  };
  if (!isNow && model.removedAt !== null)
    throw refusal("这个模型已经下线；先恢复它。", "the model is retired already; restore it first.");
  await tx.model.update({ where: { id: model.id }, data, select: { id: true } });
  const detail = {
    at: (input.at ?? now).toISOString(),
    redirect: redirect?.name ?? null,
    reason,
  };
  await auditModel(tx, actor, isNow ? "model.remove" : "model.retire", model, detail);
  await writeHandEvent(tx, actor, { kind: isNow ? "model-retired" : "retirement-planned", model, detail });
}

/** Takes a model out of every list at once, with nothing in its stead. Throws `not_found`. Removing it again changes the reason. */
export async function removeModel(tx: Tx, actor: Actor, input: { modelId: string; reason: string }): Promise<void> {
  await retireModel(tx, actor, { ...input, at: null, redirectId: null });
}

/** Brings a removed model back as it was, or takes back that it will be removed. Throws `not_found`. */
export async function restoreModel(tx: Tx, actor: Actor, input: { modelId: string }): Promise<void> {
  const model = await lockModel(tx, input.modelId);
  if (model.removedAt === null && model.retiresAt === null) return;
  await tx.model.update({
    where: { id: model.id },
    data: { removedAt: null, removedReason: "", retiresAt: null, redirectId: null },
    select: { id: true },
  });
  const detail = { before: model.removedAt === null ? "planned" : "removed", reason: model.removedReason };
  await auditModel(tx, actor, "model.restore", model, detail);
  await writeHandEvent(tx, actor, { kind: "model-restored", model, detail });
}

/** The model, once it is this act's turn. */
async function lockModel(tx: Tx, id: string) {
  await lockConfig(tx);
  const model = await tx.model.findUnique({ where: { id }, select: columns });
  if (model === null) throw new AppError("not_found");
  return model;
}

/** A model that calls may go to: another one, not removed itself, and from which no redirect leads back. */
async function requireRedirect(tx: Tx, model: { id: string }, redirectId: string) {
  const target = await tx.model.findUnique({ where: { id: redirectId }, select: columns });
  if (target === null || target.removedAt !== null)
    throw refusal("接替的模型不存在或已下线。", "the model that is to answer instead does not exist or is retired.");
  let next: string | null = target.id;
  for (const seen = new Set<string>(); next !== null && !seen.has(next); ) {
    if (next === model.id)
      throw refusal("接替的模型又指回这个模型。", "the model that is to answer instead leads back to this one.");
    seen.add(next);
    const row: { redirectId: string | null } | null = await tx.model.findUnique({
      where: { id: next },
      select: { redirectId: true },
    });
    next = row?.redirectId ?? null;
  }
  return target;
}

function trimReason(text: string): string {
  return text.trim().slice(0, 200);
}

function refusal(reason_zh: string, reason_en: string): AppError {
  return new AppError("invalid_request", { parameters: { reason_zh, reason_en } });
}
