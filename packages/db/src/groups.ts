import { AppError, type Limits } from "@lyceum/domain";
import { type Actor, writeAudit } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { lockConfig } from "./config-lock.ts";
import { parseMultiplier } from "./multiplier.ts";

/** Its limits are those of each member. */
export type GroupRow = Limits & {
  readonly id: string;
  readonly name: string;
  readonly multiplierPpm: number;
  /** Everybody is a member. */
  readonly isOpen: boolean;
  /** People put into it; an open group counts only those. */
  readonly members: number;
  /** Keys that are not deleted. */
  readonly keys: number;
  readonly models: number;
  readonly createdAt: Date;
};

/** Every group, open ones first. */
export async function listGroups(db: Db | Tx): Promise<GroupRow[]> {
  return db.$queryRaw<GroupRow[]>`select g.id, g.name, g.multiplier_ppm as "multiplierPpm", g.is_open as "isOpen",
    (select count(*)::int from group_member m where m.group_id = g.id) as members,
    (select count(*)::int from virtual_key k where k.group_id = g.id and k.status <> 'deleted') as keys,
    (select count(*)::int from model_group x join model on model.id = x.model_id where x.group_id = g.id and removed_at is null) as models,
    g.rpm_limit as "rpmLimit", g.tpm_limit::float8 as "tpmLimit", g.parallel_limit as "parallelLimit", g.cap_nanos as "capNanos",
    g.cap_period::text as "capPeriod", g.created_at as "createdAt" from access_group g order by g.is_open desc, g.id`;
}

export type UserGroup = {
  readonly id: string;
  readonly name: string;
  readonly multiplierPpm: number;
  /** Where only courses open it: the public names that they open; null: all models of the group. */
  readonly models: readonly string[] | null;
  /** When the last course that opens it ends; null: it doesn't hang on a course. */
  readonly endsAt: Date | null;
};

/** The groups a person may make keys in: open ones, those he was put into, and those of the courses that he belongs to while they run. */
export async function listUserGroups(db: Db | Tx, userId: string): Promise<UserGroup[]> {
  return db.$queryRaw<
    UserGroup[]
  >`select g.id, g.name, g.multiplier_ppm as "multiplierPpm", u.models, u.ends_at as "endsAt"
    from usable_groups(${userId}::uuid) u join access_group g on g.id = u.group_id order by g.is_open desc, g.id`;
}

/** Whether one of a person's groups opens a model to him. */
export function isOpenedBy(groups: readonly UserGroup[], model: { name: string; groups: readonly string[] }): boolean {
  return groups.some(({ id, models }) => model.groups.includes(id) && (models === null || models.includes(model.name)));
}

export type GroupInput = {
  /** Shown in keys and on the command line: small letters, digits, hyphens. */
  id: string;
  name?: string | undefined;
  /** A decimal such as "0.8", at most six decimals. */
  multiplier: string;
  isOpen: boolean;
};

/** Throws `name_taken`, and `invalid_request` for a malformed id or multiplier. */
export async function createGroup(tx: Tx, actor: Actor, input: GroupInput): Promise<{ id: string }> {
  const id = input.id.trim();
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(id)) {
    throw new AppError("invalid_request", {
      parameters: {
        reason_zh: "组的标识由 1 到 32 个小写字母、数字或连字符组成。",
        reason_en: "a group's id has 1 to 32 small letters, digits or hyphens.",
      },
    });
  }
  const multiplierPpm = parseMultiplier(input.multiplier);
  const row = { id, name: groupName(input.name ?? id), multiplierPpm, isOpen: input.isOpen };
  const { count } = await tx.group.createMany({ data: [row], skipDuplicates: true });
  if (count === 0) throw new AppError("name_taken", { parameters: { name: id } });
  await writeAudit(tx, actor, {
    action: "group.create",
    targetKind: "group",
    targetId: id,
    targetName: row.name,
    detail: row,
  });
  return { id };
}

export type GroupChanges = { name?: string | undefined; multiplier?: string | undefined; isOpen?: boolean | undefined };

/** Throws `group_not_found`, and `invalid_request` for a malformed multiplier. */
export async function updateGroup(tx: Tx, actor: Actor, input: { id: string } & GroupChanges): Promise<void> {
  await lockConfig(tx);
  const before = await tx.group.findUnique({
    where: { id: input.id },
    select: { name: true, multiplierPpm: true, isOpen: true },
  });
  if (before === null) throw new AppError("group_not_found", { parameters: { group: input.id } });
  const after = {
    name: input.name === undefined ? before.name : groupName(input.name),
    multiplierPpm: input.multiplier === undefined ? before.multiplierPpm : parseMultiplier(input.multiplier),
    isOpen: input.isOpen ?? before.isOpen,
  };
  await tx.group.update({ where: { id: input.id }, data: after, select: { id: true } });
  const detail = { before, after };
  await writeAudit(tx, actor, {
    action: "group.update",
    targetKind: "group",
    targetId: input.id,
    targetName: after.name,
    detail,
  });
}

/** Deletes a group that nobody is in, no live key uses and no course opens that has not ended. Throws `group_not_found`, `group_in_use`. */
export async function deleteGroup(tx: Tx, actor: Actor, input: { id: string }): Promise<void> {
  await lockConfig(tx);
  // Locked, so that nobody makes a key or a member between the look and the deletion.
  const rows = await tx.$queryRaw<{ name: string }[]>`select name from access_group where id = ${input.id} for update`;
  const group = rows[0];
  if (group === undefined) throw new AppError("group_not_found", { parameters: { group: input.id } });
  const members = await tx.groupMember.count({ where: { groupId: input.id } });
  // Rows of deleted keys stay, for the usage that names them; which group they stand in no longer matters.
  await tx.$executeRaw`update virtual_key set group_id = other.id
    from (select id from access_group where id <> ${input.id} order by is_open desc, id limit 1) other
    where group_id = ${input.id} and status = 'deleted'`;
  const keys = await tx.virtualKey.count({ where: { groupId: input.id } });
  const courses = await tx.course.count({ where: { groupIds: { has: input.id }, endsAt: { gt: new Date() } } });
  if (members > 0 || keys > 0 || courses > 0) throw new AppError("group_in_use", { parameters: { group: input.id } });
  await tx.group.delete({ where: { id: input.id }, select: { id: true } });
  await writeAudit(tx, actor, {
    action: "group.delete",
    targetKind: "group",
    targetId: input.id,
    targetName: group.name,
  });
}

function groupName(text: string): string {
  const name = text.trim();
  if (name.length >= 1 && name.length <= 64) return name;
  throw new AppError("invalid_request", {
    parameters: { reason_zh: "组名应为 1 到 64 个字符。", reason_en: "a group's name has 1 to 64 characters." },
  });
}
