import { AppError, type UserRole } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";
import { Prisma } from "./generated/client.ts";
import { likePattern, type Page, type PageRequest, pageBounds } from "./page.ts";

/** `empty`: less than ¥0.01, which pays for nothing. */
export type UserStatus = "active" | "unverified" | "disabled" | "admin" | "empty";
export type UserSort = "studentId" | "name" | "balance" | "lastUsed" | "created";

export type UserRow = {
  readonly id: string;
  readonly studentId: string;
  readonly name: string;
  readonly role: UserRole;
  readonly verified: boolean;
  readonly disabled: boolean;
  readonly mustChangePassword: boolean;
  readonly acceptsUnpriced: boolean;
  readonly termsVersion: number | null;
  /** Ids of the groups this person was put into; open groups are not named. */
  readonly groups: string[];
  readonly accountId: string;
  readonly balanceNanos: bigint;
  readonly reservedNanos: bigint;
  /** Keys that are not deleted. */
  readonly keys: number;
  readonly lastUsedAt: Date | null;
  readonly createdAt: Date;
};

export type UserFilter = PageRequest & {
  /** Part of the student ID or the name. */
  readonly search?: string | undefined;
  readonly group?: string | undefined;
  readonly status?: UserStatus | undefined;
  readonly sort?: UserSort | undefined;
  readonly descending?: boolean | undefined;
};

const sortColumns: Record<UserSort, Prisma.Sql> = {
  studentId: Prisma.sql`u.student_id`,
  name: Prisma.sql`u.name`,
  balance: Prisma.sql`a.balance_nanos`,
  lastUsed: Prisma.sql`k.last_used_at`,
  created: Prisma.sql`u.created_at`,
};

const statusConditions: Record<UserStatus, Prisma.Sql> = {
  active: Prisma.sql`u.disabled_at is null`,
  unverified: Prisma.sql`u.verified_at is null and u.disabled_at is null`,
  disabled: Prisma.sql`u.disabled_at is not null`,
  admin: Prisma.sql`u.role = 'admin'`,
  empty: Prisma.sql`exists (select from account e where e.user_id = u.id and e.balance_nanos < 10000000)`,
};

const columns = Prisma.sql`u.id, u.student_id as "studentId", u.name, u.role, u.verified_at is not null as verified,
  u.disabled_at is not null as disabled, u.must_change_password as "mustChangePassword", u.accepts_unpriced as "acceptsUnpriced",
  u.terms_version as "termsVersion", array(select group_id from group_member m where m.user_id = u.id order by 1) as groups,
  a.id as "accountId", a.balance_nanos as "balanceNanos", a.reserved_nanos as "reservedNanos", k.keys, k.last_used_at as "lastUsedAt",
  u.created_at as "createdAt"`;

const tables = Prisma.sql`app_user u join account a on a.user_id = u.id left join lateral (
  select count(*) filter (where status <> 'deleted')::int as keys, max(last_used_at) as last_used_at from virtual_key where user_id = u.id) k on true`;

/** People with their balances, by student ID unless asked otherwise. */
export async function listUsers(db: Db | Tx, filter: UserFilter = {}): Promise<Page<UserRow>> {
  const { page, pageSize, offset } = pageBounds(filter);
  const where = conditionsOf(filter);
  const direction = filter.descending ? Prisma.sql`desc nulls last` : Prisma.sql`asc nulls last`;
  const [rows, count] = await Promise.all([
    db.$queryRaw<UserRow[]>`select ${columns} from ${tables} where ${where}
      order by ${sortColumns[filter.sort ?? "studentId"]} ${direction}, u.student_id limit ${pageSize} offset ${offset}`,
    db.$queryRaw<[{ total: number }]>`select count(*)::int as total from app_user u where ${where}`,
  ]);
  return { rows, total: count[0].total, page, pageSize };
}

/** Ids of every account that a filter matches, for "select all". */
export async function listUserAccountIds(db: Db | Tx, filter: UserFilter): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`select a.id from app_user u join account a on a.user_id = u.id
    where ${conditionsOf(filter)} order by a.id`;
  return rows.map((row) => row.id);
}

/** One person. Throws `not_found`. */
export async function getUser(db: Db | Tx, id: string): Promise<UserRow> {
  const rows = await db.$queryRaw<UserRow[]>`select ${columns} from ${tables} where u.id = ${id}::uuid`;
  const row = rows[0];
  if (row === undefined) throw new AppError("not_found");
  return row;
}

/**
 * The people a bulk act names, in the order of their accounts' ids: the order in which the ledger locks accounts, so
 * that two bulk acts at once wait for each other and don't deadlock. Throws `not_found` where one does not exist.
 */
export async function getUsers(db: Db | Tx, ids: readonly string[]): Promise<UserRow[]> {
  const wanted = [...new Set(ids)];
  const rows = await db.$queryRaw<
    UserRow[]
  >`select ${columns} from ${tables} where u.id = any(${wanted}::uuid[]) order by a.id`;
  if (rows.length < wanted.length) throw new AppError("not_found");
  return rows;
}

function conditionsOf(filter: UserFilter): Prisma.Sql {
  const conditions = [Prisma.sql`true`];
  if (filter.search?.trim()) {
    const pattern = likePattern(filter.search);
    conditions.push(Prisma.sql`(u.student_id ilike ${pattern} or u.name ilike ${pattern})`);
  }
  if (filter.group) {
    conditions.push(Prisma.sql`(exists (select from group_member m where m.user_id = u.id and m.group_id = ${filter.group})
      or exists (select from access_group g where g.id = ${filter.group} and g.is_open))`);
  }
  if (filter.status) conditions.push(statusConditions[filter.status]);
  return Prisma.join(conditions, " and ");
}
