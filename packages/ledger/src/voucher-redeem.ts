import type { Actor, Tx } from "@lyceum/db";
import { AppError, formatAmount } from "@lyceum/domain";
import { lockAccounts } from "./locked-accounts.ts";
import { hashOfVoucher } from "./voucher-codes.ts";
import { auditVouchers } from "./vouchers.ts";

/**
 * Why a code brings nothing. unknown: there is none such. delayed: too many were tried. twice: the person has redeemed one of this batch. used, revoked,
 * ended: what became of it. own: who made the batch, or teaches the course. members: only for members of the course. unproven: a course's money is for
 * whoever has proven the student ID.
 */
export const voucherRefusals = [
  ...(["unknown", "delayed", "twice", "used", "revoked", "ended", "own", "members", "unproven"] as const),
] as const;
export type VoucherRefusal = (typeof voucherRefusals)[number];

export type Redeemed =
  | {
      readonly redeemed: true;
      readonly amountNanos: bigint;
      readonly note: string;
      /** The code of the course that paid. */
      readonly course: string | null;
      readonly endsAt: Date | null;
    }
  | { readonly redeemed: false; readonly refusal: VoucherRefusal; readonly retryAfterMs?: number };

/** Tries without any delay. After these it is 1 s, 2 s, 4 s … at most a quarter of an hour; a quiet day, or a code that fits, and they are forgotten. */
const FREE_TRIES = 5;
const MAX_DELAY_SECONDS = 900;
const MEMORY = "1 day";

type Found = { id: string; batchId: string; courseId: string | null; poolId: string | null };
type Facts = {
  state: string;
  note: string;
  amountNanos: bigint;
  courseCode: string | null;
  endsAt: Date | null;
  isOver: boolean;
  isOwn: boolean;
  isMember: boolean;
  isProven: boolean;
  hasOne: boolean;
};

/**
 * A person turns a code into money. A refusal is an answer and no exception, so that the try stays counted: commit either way. Throws `not_found` for whoever
 * has no account, is disabled, or an auditor, who has no money. The locks begin with the course: call it before anything else is locked.
 */
export async function redeemVoucher(tx: Tx, actor: Actor & { id: string }, typed: string): Promise<Redeemed> {
  const retryAfterMs = await takeTry(tx, actor.id);
  if (retryAfterMs !== null) return { redeemed: false, refusal: "delayed", retryAfterMs };
  const [found] = await tx.$queryRaw<
    Found[]
  >`select v.id, b.id as "batchId", b.course_id as "courseId", b.pool_id as "poolId" from voucher v join voucher_batch b on b.id = v.batch_id
    where v.hash = ${hashOfVoucher(typed)}`;
  if (found === undefined) return refused("unknown");
  const account = await tx.account.findFirst({
    where: { userId: actor.id, user: { disabledAt: null, role: { not: "auditor" } } },
    select: { id: true },
  });
  if (account === null) throw new AppError("not_found");
  // Who is a member, teaches, or has proven the ID stays so from here on; and so does what the pool has.
  if (found.courseId !== null) {
    await tx.$queryRaw`select id from course where id = ${found.courseId}::uuid for no key update`;
  }
  await lockAccounts(tx, found.poolId === null ? [account.id] : [account.id, found.poolId], { withPools: false });

  const facts = await readFacts(tx, actor.id, found.id);
  const refusal = refusalOf(facts, found.courseId !== null);
  if (refusal !== null) return refused(refusal);
  const [paid] = await tx.$queryRaw<
    { outcome: boolean | null }[]
  >`select pay_voucher(${found.id}::uuid, ${account.id}::uuid, ${actor.id}::uuid) as outcome`;
  // Somebody else was first; or the pool's own money ended before its housekeeping saw it.
  if (paid?.outcome !== true) return refused(paid?.outcome === false ? "ended" : "used");
  await tx.$executeRaw`delete from voucher_guess where user_id = ${actor.id}::uuid`;
  const { note, amountNanos, courseCode, endsAt } = facts;
  await auditVouchers(tx, actor, { id: found.batchId, note, courseCode }, "voucher.redeem", {
    ...{ voucher: found.id, amount: formatAmount(amountNanos) },
  });
  return { redeemed: true, amountNanos, note, course: courseCode, endsAt };
}

function refused(refusal: VoucherRefusal): Redeemed {
  return { redeemed: false, refusal };
}

async function readFacts(tx: Tx, userId: string, voucherId: string): Promise<Facts> {
  const [facts] = await tx.$queryRaw<
    Facts[]
  >`select v.state, b.note, b.amount_nanos as "amountNanos", c.code as "courseCode", least(b.ends_at, c.ends_at) as "endsAt",
      least(b.redeem_until, c.ends_at) <= clock_timestamp() as "isOver",
      b.actor_id is not distinct from u.id or coalesce(m.role <> 'student', false) as "isOwn",
      not b.members_only or m.id is not null as "isMember", u.verified_at is not null as "isProven",
      exists (select from voucher o where o.batch_id = b.id and o.user_id = u.id) as "hasOne"
    from voucher v join voucher_batch b on b.id = v.batch_id join app_user u on u.id = ${userId}::uuid
      left join course c on c.id = b.course_id
      left join course_member m on m.course_id = c.id and m.user_id = u.id and m.state = 'active'
    where v.id = ${voucherId}::uuid`;
  if (facts === undefined) throw new AppError("not_found");
  return facts;
}

function refusalOf(facts: Facts, isOfCourse: boolean): VoucherRefusal | null {
  if (facts.hasOne) return "twice";
  if (facts.isOwn) return "own";
  if (isOfCourse && !facts.isProven) return "unproven";
  if (!facts.isMember) return "members";
  if (facts.state === "redeemed") return "used";
  if (facts.state === "revoked") return "revoked";
  return facts.state !== "open" || facts.isOver ? "ended" : null;
}

/** Counts a try before the code is looked at, as sign-in does, so that tries sent at once can't share one turn. Null: it may go on, else how long to wait. */
async function takeTry(tx: Tx, userId: string): Promise<number | null> {
  const taken = await tx.$queryRaw<
    { failures: number }[]
  >`insert into voucher_guess as g (user_id, failures, blocked_until, updated_at)
    values (${userId}::uuid, 1, clock_timestamp(), clock_timestamp())
    on conflict (user_id) do update set
      failures = case when g.updated_at < clock_timestamp() - ${MEMORY}::interval then 1 else g.failures + 1 end,
      blocked_until = clock_timestamp() + make_interval(secs => case
        when g.updated_at < clock_timestamp() - ${MEMORY}::interval or g.failures + 1 < ${FREE_TRIES} then 0
        else least(${MAX_DELAY_SECONDS}, power(2, least(g.failures + 1 - ${FREE_TRIES}, 20))) end),
      updated_at = clock_timestamp()
    where g.blocked_until <= clock_timestamp() returning failures`;
  if (taken.length > 0) return null;
  const [row] = await tx.$queryRaw<
    { wait: number }[]
  >`select greatest(1, ceil(extract(epoch from blocked_until - clock_timestamp()) * 1000))::int as wait from voucher_guess where user_id = ${userId}::uuid`;
  return row?.wait ?? 1;
}
