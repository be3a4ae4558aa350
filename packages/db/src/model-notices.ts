import type { Db, Tx } from "./client.ts";
import { equivalentsOf } from "./equivalents.ts";
import { isOpenedBy, listUserGroups } from "./groups.ts";
import { listModels, type ModelRow } from "./model-list.ts";

/** That a model somebody uses is away or will go. Says nothing of channels or errors. */
export type ModelNotice = {
  /** The same as long as it is the same incident: what a reader dismisses. */
  readonly id: string;
  readonly modelName: string;
  /** lost: nothing that serves it works. paused, removed: by staff. retiring: on `at`. */
  readonly kind: "lost" | "paused" | "removed" | "retiring";
  /** Since when, or when it goes; null where nobody wrote it down. */
  readonly at: Date | null;
  /** Whether calls to it go to `insteadName` by themselves, now or from then on. */
  readonly isRedirected: boolean;
  /** A model that can do the same and that this person may use. */
  readonly insteadName: string | null;
};

/** A retirement is told this long before. */
const soonMs = 14 * 86_400_000;

/** What somebody who used a model within the last 24 hours has to know about it. `readModels`: for a caller who asks for them anyway. */
export async function listModelNotices(
  db: Db | Tx,
  userId: string,
  readModels: () => Promise<readonly ModelRow[]> = () => listModels(db),
): Promise<ModelNotice[]> {
  const used = await db.$queryRaw<{ model: string }[]>`
    select distinct r.model from usage_rollup r join account a on a.id = r.account_id
      where a.user_id = ${userId}::uuid and r.hour > now() - interval '1 day'`;
  if (used.length === 0) return [];
  const names = new Set(used.map(({ model }) => model));
  const [models, mine] = await Promise.all([readModels(), listUserGroups(db, userId)]);
  const allowed = models.filter((model) => isOpenedBy(mine, model));
  const now = Date.now();
  const notices: ModelNotice[] = [];
  for (const model of models) {
    const kind = names.has(model.name) ? kindOf(model, now) : null;
    if (kind === null) continue;
    const { id, at } = await whenOf(db, model, kind);
    const redirect = allowed.find((other) => other.id === model.redirect?.id) ?? null;
    const isRedirected = redirect !== null && (kind === "removed" || kind === "retiring");
    const instead = isRedirected ? redirect : equivalentsOf(model, allowed)[0];
    notices.push({ id, modelName: model.name, kind, at, isRedirected, insteadName: instead?.name ?? null });
  }
  return notices;
}

function kindOf(model: ModelRow, now: number): ModelNotice["kind"] | null {
  if (model.removedAt !== null) return now - model.removedAt.getTime() < 86_400_000 ? "removed" : null;
  if (model.pausedAt !== null) return "paused";
  if (model.standing === "lost") return "lost";
  return model.retiresAt !== null && model.retiresAt.getTime() - now < soonMs ? "retiring" : null;
}

async function whenOf(
  db: Db | Tx,
  model: ModelRow,
  kind: ModelNotice["kind"],
): Promise<{ id: string; at: Date | null }> {
  if (kind === "lost") {
    const event = await db.healthEvent.findFirst({
      where: { modelId: model.id, kind: "model-lost" },
      orderBy: { at: "desc" },
      select: { id: true, at: true },
    });
    return { id: event?.id ?? `${model.id}-lost`, at: event?.at ?? null };
  }
  const at = kind === "removed" ? model.removedAt : kind === "paused" ? model.pausedAt : model.retiresAt;
  return { id: `${model.id}-${kind}-${at?.getTime() ?? 0}`, at };
}
