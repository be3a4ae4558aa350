import { type AllowanceMode, type AllowancePeriod, AppError } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";
import { Prisma } from "./generated/client.ts";
import { type Page, type PageRequest, pageBounds } from "./page.ts";

export type AllowanceRow = {
  readonly id: string;
  readonly accountId: string;
  readonly studentId: string;
  readonly name: string;
  readonly mode: AllowanceMode;
  readonly amountNanos: bigint;
  readonly period: AllowancePeriod;
  /** The course that pays; null: nobody has to. */
  readonly courseCode: string | null;
  /** Null: stopped, or over. */
  readonly nextAt: Date | null;
  readonly endsAt: Date | null;
  readonly note: string;
  readonly lastGrantedAt: Date | null;
  /** When the pool could not pay, and what it lacked; null since it could again. */
  readonly failedAt: Date | null;
  readonly missingNanos: bigint | null;
  readonly stoppedAt: Date | null;
};

export type AllowanceFilter = PageRequest & {
  accountIds?: readonly string[] | undefined;
  /** Also those that are stopped or over. */
  all?: boolean | undefined;
};

/** Allowances, those that come next first. */
export async function listAllowances(db: Db | Tx, filter: AllowanceFilter = {}): Promise<Page<AllowanceRow>> {
  const { page, pageSize, offset } = pageBounds(filter);
  const conditions = [filter.all ? Prisma.sql`true` : Prisma.sql`w.next_at is not null`];
  if (filter.accountIds) conditions.push(Prisma.sql`w.account_id = any(${filter.accountIds}::uuid[])`);
  const where = Prisma.join(conditions, " and ");
  const [rows, count] = await Promise.all([
    db.$queryRaw<
      AllowanceRow[]
    >`select w.id, w.account_id as "accountId", u.student_id as "studentId", u.name, w.mode::text as mode,
        w.amount_nanos as "amountNanos", w.period::text as period, c.code as "courseCode", w.next_at as "nextAt", w.ends_at as "endsAt", w.note,
        w.last_granted_at as "lastGrantedAt", w.failed_at as "failedAt", w.missing_nanos as "missingNanos", w.stopped_at as "stoppedAt"
      from allowance w join account a on a.id = w.account_id join app_user u on u.id = a.user_id
        left join account p on p.id = w.pool_id left join course c on c.id = p.course_id
      where ${where} order by w.next_at nulls last, u.student_id, w.id limit ${pageSize} offset ${offset}`,
    db.$queryRaw<[{ total: number }]>`select count(*)::int as total from allowance w where ${where}`,
  ]);
  return { rows, total: count[0].total, page, pageSize };
}

/** Accounts of everybody who is in a group and not disabled; of everybody where the group is open. Throws `group_not_found`. */
export async function listGroupAccounts(db: Db | Tx, groupId: string): Promise<string[]> {
  const group = await db.group.findUnique({ where: { id: groupId }, select: { isOpen: true } });
  if (group === null) throw new AppError("group_not_found", { parameters: { group: groupId } });
  const accounts = await db.account.findMany({
    where: { user: { disabledAt: null, ...(group.isOpen ? {} : { groups: { some: { groupId } } }) } },
    select: { id: true },
  });
  return accounts.map((account) => account.id);
}
