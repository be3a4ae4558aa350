import { type Actor, lockCourse, type Tx, writeAudit } from "@lyceum/db";
import { AppError, formatAmount, MAX_VOUCHERS, newId } from "@lyceum/domain";
import { lockAccounts } from "./locked-accounts.ts";
import { refusal, requireAmount, requireReason } from "./requirements.ts";
import { newVoucherCode } from "./voucher-codes.ts";

export type NewVouchers = {
  /** Whose pool pays; null: nobody does, which only admins may. */
  readonly courseId: string | null;
  /** What each code is worth. */
  readonly amountNanos: bigint;
  readonly count: number;
  /** The last moment for redeeming; a course's vouchers end at the latest with it. */
  readonly redeemUntil: Date;
  /** The end of the money; null: with the course, or never. */
  readonly endsAt: Date | null;
  /** What it is for: whoever redeems a code sees it. */
  readonly note: string;
  /** Only members of the course. */
  readonly membersOnly: boolean;
};

export type VouchersMade = {
  readonly batchId: string;
  /** Shown this once. */
  readonly codes: readonly { readonly voucherId: string; readonly prefix: string; readonly code: string }[];
  /** Set aside in the pool; 0 for a batch of no course. */
  readonly setAsideNanos: bigint;
};

/**
 * Makes a batch of codes of the same worth. Of a course, the whole worth is set aside in its pool at once, or nothing happens. Throws `not_found`,
 * `invalid_amount`, and `invalid_request` naming what the pool lacks, or for times that don't fit.
 */
export async function createVouchers(tx: Tx, actor: Actor, input: NewVouchers): Promise<VouchersMade> {
  const { courseId, amountNanos, count, redeemUntil, endsAt } = input;
  const course = courseId === null ? null : await lockCourse(tx, actor, courseId, "fund");
  if (course === null) await requireAdmin(tx, actor);
  const note = requireReason(input.note);
  if (!Number.isInteger(count) || count < 1 || count > MAX_VOUCHERS) {
    throw refusal(`一批可有 1 到 ${MAX_VOUCHERS} 个兑换码。`, `a batch has 1 to ${MAX_VOUCHERS} codes.`);
  }
  requireAmount(amountNanos, 1n);
  const totalNanos = amountNanos * BigInt(count);
  requireAmount(totalNanos, 1n);
  if (course?.hasEnded) throw refusal(`课程 ${course.code} 已结束。`, `the course ${course.code} has ended.`);
  requireTimes(redeemUntil, endsAt, course?.endsAt ?? null);

  if (course !== null) await setAside(tx, course.poolId, totalNanos, count);
  const batchId = newId();
  const made = Array.from({ length: count }, () => ({ voucherId: newId(), ...newVoucherCode() }));
  await tx.voucherBatch.create({
    data: {
      ...{ id: batchId, courseId, poolId: course?.poolId ?? null, amountNanos, note, redeemUntil, endsAt },
      ...{ membersOnly: course !== null && input.membersOnly, actorId: actor.id, actorName: actor.name },
    },
    select: { id: true },
  });
  await tx.$executeRaw`insert into voucher (id, batch_id, hash, prefix)
    select o.id, ${batchId}::uuid, decode(o.hash, 'hex'), o.prefix
    from unnest(${made.map((each) => each.voucherId)}::uuid[], ${made.map((each) => each.hash.toString("hex"))}::text[],
      ${made.map((each) => each.prefix)}::text[]) as o (id, hash, prefix)`;
  await auditVouchers(tx, actor, { id: batchId, note, courseCode: course?.code ?? null }, "voucher.create", {
    ...{ amount: formatAmount(amountNanos), codes: count, redeemUntil: redeemUntil.toISOString() },
    ...(endsAt === null ? {} : { endsAt: endsAt.toISOString() }),
    ...(course === null ? {} : { membersOnly: input.membersOnly }),
  });
  const codes = made.map(({ voucherId, prefix, code }) => ({ voucherId, prefix, code }));
  return { batchId, codes, setAsideNanos: course === null ? 0n : totalNanos };
}

export type VouchersRevoked = {
  readonly revoked: number;
  /** Free again in the pool. */
  readonly freedNanos: bigint;
};

/**
 * Ends codes of a batch that nobody has redeemed; what they were worth is free again in the pool. Throws `not_found`, and `invalid_request` where none is
 * open any more.
 */
export async function revokeVouchers(
  tx: Tx,
  actor: Actor,
  input: { batchId: string /** All of them, if left out. */; voucherIds?: readonly string[] | undefined },
): Promise<VouchersRevoked> {
  const batch = await tx.voucherBatch.findUnique({
    where: { id: input.batchId },
    select: { id: true, courseId: true, poolId: true, amountNanos: true, note: true },
  });
  if (batch === null) throw new AppError("not_found");
  const course = batch.courseId === null ? null : await lockCourse(tx, actor, batch.courseId, "fund");
  if (course === null) await requireAdmin(tx, actor);
  if (batch.poolId !== null) await lockAccounts(tx, [batch.poolId], { withPools: false });
  await tx.$queryRaw`select id from voucher_batch where id = ${batch.id}::uuid for no key update`;
  const wanted = input.voucherIds === undefined ? null : [...new Set(input.voucherIds)];
  if (wanted !== null) {
    const known = await tx.voucher.count({ where: { batchId: batch.id, id: { in: wanted } } });
    if (known < wanted.length || wanted.length === 0) throw new AppError("not_found");
  }
  const [row] = await tx.$queryRaw<{ revoked: number }[]>`select close_vouchers(array(select id from voucher
    where batch_id = ${batch.id}::uuid and state = 'open' and (${wanted}::uuid[] is null or id = any(${wanted}::uuid[]))),
    'revoked', ${actor.id}::uuid) as revoked`;
  const revoked = row?.revoked ?? 0;
  if (revoked === 0) {
    throw refusal(
      "没有可以作废的兑换码：都已兑换、作废或过期。",
      "no code is open: they were redeemed, revoked or are over.",
    );
  }
  await tx.$executeRaw`update voucher_batch b set closed_at = clock_timestamp() where id = ${batch.id}::uuid and closed_at is null
    and not exists (select from voucher v where v.batch_id = b.id and v.state = 'open')`;
  const freedNanos = batch.poolId === null ? 0n : batch.amountNanos * BigInt(revoked);
  await auditVouchers(
    tx,
    actor,
    { id: batch.id, note: batch.note, courseCode: course?.code ?? null },
    "voucher.revoke",
    {
      ...{ codes: revoked, amount: formatAmount(batch.amountNanos) },
      ...(batch.poolId === null ? {} : { released: formatAmount(freedNanos) }),
    },
  );
  return { revoked, freedNanos };
}

async function requireAdmin(tx: Tx, actor: Actor): Promise<void> {
  if (actor.id === null) return;
  const admin = await tx.user.count({ where: { id: actor.id, role: "admin", disabledAt: null } });
  if (admin === 0) throw new AppError("not_found");
}

function requireTimes(redeemUntil: Date, endsAt: Date | null, courseEnd: Date | null): void {
  if (!(redeemUntil.getTime() > Date.now())) {
    throw refusal("兑换截止时间应在将来。", "the end of redeeming must lie in the future.");
  }
  if (endsAt !== null && !(endsAt.getTime() >= redeemUntil.getTime())) {
    throw refusal("额度的有效期不能早于兑换截止时间。", "the money can't end before the end of redeeming.");
  }
  const last = endsAt ?? redeemUntil;
  if (courseEnd !== null && last.getTime() > courseEnd.getTime()) {
    throw refusal("兑换码和额度最晚与课程一起结束。", "codes and their money end at the latest with the course.");
  }
}

async function setAside(tx: Tx, poolId: string, totalNanos: bigint, count: number): Promise<void> {
  await lockAccounts(tx, [poolId], { withPools: false });
  const [row] = await tx.$queryRaw<{ available: bigint }[]>`select available_nanos(${poolId}::uuid) as available`;
  const available = row?.available ?? 0n;
  if (totalNanos > available) {
    const [need, has, lacks] = [totalNanos, available, totalNanos - available].map(formatAmount);
    throw refusal(
      `${count} 个兑换码共需 ${need}，课程额度池可用 ${has}，还差 ${lacks}，没有生成。`,
      `${count} codes need ${need}, the course's pool has ${has} and lacks ${lacks}; none was made.`,
    );
  }
  await tx.$executeRaw`update account set reserved_nanos = reserved_nanos + ${totalNanos}::bigint where id = ${poolId}::uuid`;
}

/** `note` is how people know the batch. */
export function auditVouchers(
  tx: Tx,
  actor: Actor,
  batch: { id: string; note: string; courseCode: string | null },
  action: string,
  detail: { [key: string]: string | number | boolean },
): Promise<void> {
  const course = batch.courseCode === null ? {} : { course: batch.courseCode };
  return writeAudit(tx, actor, {
    action,
    targetKind: "voucher-batch",
    targetId: batch.id,
    targetName: batch.note,
    detail: { ...detail, ...course },
  });
}
