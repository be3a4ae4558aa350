import { AppError, storableText } from "@lyceum/domain";
import type { Actor } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { requireCourseRole } from "./course-roles.ts";
import { Prisma } from "./generated/client.ts";
import { type Page, type PageRequest, pageBounds } from "./page.ts";

export type VoucherBatchRow = {
  readonly id: string;
  readonly createdAt: Date;
  readonly actorName: string;
  readonly amountNanos: bigint;
  readonly note: string;
  readonly membersOnly: boolean;
  /** A course's at the latest with it. */
  readonly redeemUntil: Date;
  /** The end of the money; null: never. */
  readonly endsAt: Date | null;
  readonly codes: number;
  readonly redeemed: number;
  readonly revoked: number;
  /** Can be redeemed now. */
  readonly open: number;
  /** Its time was over, or the pool's money was. */
  readonly ended: number;
};

/** Where the open ones of a batch are over already, whether or not housekeeping has seen it. */
const isOver = Prisma.sql`least(b.redeem_until, c.ends_at) <= clock_timestamp()`;

/** The batches of a course, or those of no course for admins and auditors, newest first. Throws `not_found`. */
export async function listVoucherBatches(
  db: Db | Tx,
  actor: Actor,
  courseId: string | null,
  request: PageRequest = {},
): Promise<Page<VoucherBatchRow>> {
  await requireSight(db, actor, courseId);
  const { page, pageSize, offset } = pageBounds(request);
  const rows = await db.$queryRaw<VoucherBatchRow[]>`${batches} where b.course_id is not distinct from ${courseId}::uuid
    group by b.id, c.id order by b.created_at desc, b.id desc limit ${pageSize} offset ${offset}`;
  const total = await db.voucherBatch.count({ where: { courseId } });
  return { rows, total, page, pageSize };
}

export type VoucherRow = {
  readonly id: string;
  /** How its code begins. */
  readonly prefix: string;
  readonly state: "open" | "redeemed" | "revoked" | "ended" | "lapsed";
  readonly closedAt: Date | null;
  /** Who redeemed it. */
  readonly studentId: string | null;
  readonly name: string | null;
};

/** A batch with its codes: the redeemed ones first, the last of them first. Throws `not_found`. */
export async function getVoucherBatch(
  db: Db | Tx,
  actor: Actor,
  input: { courseId: string | null; batchId: string },
): Promise<VoucherBatchRow & { readonly vouchers: VoucherRow[] }> {
  await requireSight(db, actor, input.courseId);
  const [batch] = await db.$queryRaw<VoucherBatchRow[]>`${batches}
    where b.id::text = ${storableText(input.batchId)} and b.course_id is not distinct from ${input.courseId}::uuid group by b.id, c.id`;
  if (batch === undefined) throw new AppError("not_found");
  const vouchers = await db.$queryRaw<
    VoucherRow[]
  >`select v.id, v.prefix, case when v.state = 'open' and ${isOver} then 'ended' else v.state end as state, v.closed_at as "closedAt",
      u.student_id as "studentId", u.name
    from voucher v join voucher_batch b on b.id = v.batch_id left join course c on c.id = b.course_id left join app_user u on u.id = v.user_id
    where v.batch_id = ${batch.id}::uuid order by v.state <> 'redeemed', v.state <> 'open', v.closed_at desc nulls last, v.prefix, v.id`;
  return { ...batch, vouchers };
}

const batches = Prisma.sql`select b.id, b.created_at as "createdAt", b.actor_name as "actorName", b.amount_nanos as "amountNanos", b.note,
    b.members_only as "membersOnly", least(b.redeem_until, c.ends_at) as "redeemUntil", least(b.ends_at, c.ends_at) as "endsAt", count(*)::int as codes,
    (count(*) filter (where v.state = 'redeemed'))::int as redeemed, (count(*) filter (where v.state = 'revoked'))::int as revoked,
    (count(*) filter (where v.state = 'open' and not ${isOver}))::int as open,
    (count(*) filter (where v.state in ('ended', 'lapsed') or v.state = 'open' and ${isOver}))::int as ended
  from voucher_batch b join voucher v on v.batch_id = b.id left join course c on c.id = b.course_id`;

async function requireSight(db: Db | Tx, actor: Actor, courseId: string | null): Promise<void> {
  if (courseId !== null) {
    await requireCourseRole(db, actor, courseId, "see");
    return;
  }
  if (actor.id === null) return;
  const readers = await db.user.count({
    where: { id: actor.id, role: { in: ["admin", "auditor"] }, disabledAt: null },
  });
  if (readers === 0) throw new AppError("not_found");
}
