import { AppError, newId } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";
import type { Prisma } from "./generated/client.ts";
import { lockPerson } from "./turn-limits.ts";

/** What a preset sets; parameters are those that are set. */
export type PresetContent = {
  readonly systemPrompt: string;
  readonly parameters: object;
  readonly prompt: string;
};

export type PresetRow = { readonly id: string; readonly name: string } & {
  readonly systemPrompt: string;
  /** As stored: parametersSchema of the console. */
  readonly parameters: unknown;
  readonly prompt: string;
};

const columns = { id: true, name: true, systemPrompt: true, parameters: true, prompt: true } as const;

/** A person's own presets, in the order they were made. */
export async function listPresets(db: Db | Tx, userId: string): Promise<PresetRow[]> {
  return db.playgroundPreset.findMany({
    where: { userId, deletedAt: null },
    select: columns,
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
  });
}

/** Keeps a new one. Throws `name_taken`, and `invalid_request` where there are `most` already. */
export async function createPreset(
  tx: Tx,
  userId: string,
  preset: PresetContent & { readonly name: string },
  most: number,
): Promise<PresetRow> {
  await lockPerson(tx, userId);
  await checkCount(tx, userId, most);
  await checkName(tx, userId, preset.name, null);
  return tx.playgroundPreset.create({
    data: { id: newId(), userId, ...preset, parameters: preset.parameters as Prisma.InputJsonObject },
    select: columns,
  });
}

/** Gives one another name, or other content. Throws `not_found`, `name_taken`. */
export async function changePreset(
  tx: Tx,
  userId: string,
  id: string,
  changes: { readonly name?: string | undefined; readonly content?: PresetContent | undefined },
): Promise<PresetRow> {
  await lockPerson(tx, userId);
  const { name, content } = changes;
  if (name !== undefined) await checkName(tx, userId, name, id);
  const { count } = await tx.playgroundPreset.updateMany({
    where: { id, userId, deletedAt: null },
    data: {
      updatedAt: new Date(),
      ...(name !== undefined && { name }),
      ...(content && { ...content, parameters: content.parameters as Prisma.InputJsonObject }),
    },
  });
  if (count === 0) throw new AppError("not_found");
  return tx.playgroundPreset.findUniqueOrThrow({ where: { id }, select: columns });
}

/** Deletes one; `restorePreset` takes it back for a day. Throws `not_found`. */
export async function deletePreset(tx: Tx, userId: string, id: string): Promise<void> {
  const { count } = await tx.playgroundPreset.updateMany({
    where: { id, userId, deletedAt: null },
    data: { deletedAt: new Date() },
  });
  if (count === 0) throw new AppError("not_found");
}

/** Takes back a deletion. Throws `not_found`; `name_taken` where another has its name by now; `invalid_request` where there are `most`. */
export async function restorePreset(tx: Tx, userId: string, id: string, most: number): Promise<PresetRow> {
  await lockPerson(tx, userId);
  const gone = await tx.playgroundPreset.findFirst({
    where: { id, userId, deletedAt: { not: null } },
    select: { name: true },
  });
  if (gone === null) throw new AppError("not_found");
  await checkCount(tx, userId, most);
  await checkName(tx, userId, gone.name, id);
  return tx.playgroundPreset.update({ where: { id }, data: { deletedAt: null }, select: columns });
}

async function checkCount(tx: Tx, userId: string, most: number): Promise<void> {
  if ((await tx.playgroundPreset.count({ where: { userId, deletedAt: null } })) < most) return;
  throw new AppError("invalid_request", {
    parameters: {
      reason_zh: `最多保存 ${most} 个预设，请先删除一些。`,
      reason_en: `at most ${most} presets are kept. Delete some first.`,
    },
  });
}

async function checkName(tx: Tx, userId: string, name: string, except: string | null): Promise<void> {
  const found = await tx.$queryRaw<unknown[]>`select 1 from playground_preset
    where user_id = ${userId}::uuid and lower(name) = lower(${name}) and deleted_at is null
      and id is distinct from ${except}::uuid`;
  if (found.length > 0) throw new AppError("name_taken", { parameters: { name } });
}
