import {
  type Actor,
  type AuditNote,
  type CourseAccess,
  getSettings,
  lockCourse,
  type Tx,
  tellEach,
  writeAudits,
} from "@lyceum/db";
import { type AllowanceMode, AppError, formatAmount, newId } from "@lyceum/domain";
import { poolLacks } from "./courses.ts";
import { lockAccounts } from "./locked-accounts.ts";
import { refusal, requireAmount, requireFuture, requireReason } from "./requirements.ts";

export type MemberFunding = {
  readonly courseId: string;
  readonly memberIds: readonly string[];
  /** add: so much more. top-up-to: what this course's money falls short of it. set-to: so much of this course's money, up or down. */
  readonly mode: AllowanceMode;
  /** For each; more than zero, but that set-to also takes zero. */
  readonly amountNanos: bigint;
  /** The end of the course at the latest, which null and leaving it out mean. */
  readonly endsAt?: Date | null | undefined;
  readonly reason: string;
};

/** What became of one member, in this course's money. */
export type MemberFunded = {
  readonly memberId: string;
  readonly studentId: string;
  readonly name: string;
  /** The ID is not proven: what is given waits for that. */
  readonly isWaiting: boolean;
  readonly beforeNanos: bigint;
  readonly afterNanos: bigint;
  /** What set-to could not take: running requests hold it. */
  readonly missingNanos: bigint;
};

export type Funded = {
  /** Null: nothing was to be changed, and nothing was written. */
  readonly fundingId: string | null;
  readonly grantedNanos: bigint;
  /** Set aside for members whose ID is not proven. */
  readonly waitingNanos: bigint;
  /** Back in the pool. */
  readonly takenNanos: bigint;
  /** What can be granted out of the pool. */
  readonly pool: { readonly beforeNanos: bigint; readonly afterNanos: bigint };
  readonly members: readonly MemberFunded[];
};

/**
 * Sets, adds to or tops up this course's money of its members, out of the pool: for all or for none, and never more than the pool has. Other money of
 * a person is neither counted nor touched. Throws `not_found`, `invalid_amount`, and `invalid_request` naming what the pool lacks, for a
 * course that has ended, and where staff would raise their own balance.
 */
export async function fundMembers(tx: Tx, actor: Actor, input: MemberFunding): Promise<Funded> {
  return fundLocked(tx, actor, await lockCourse(tx, actor, input.courseId, "fund"), input);
}

/** As fundMembers, under the course's lock. */
export async function fundLocked(
  tx: Tx,
  actor: Actor,
  inCourse: CourseAccess,
  input: Omit<MemberFunding, "courseId" | "amountNanos"> & {
    /** For each, or by id of the member. */
    readonly amountNanos: bigint | ReadonlyMap<string, bigint>;
    /** Whoever calls tells the people with words of its own. */
    readonly isToldOtherwise?: boolean;
  },
): Promise<Funded> {
  const end = input.endsAt ?? null;
  requireFuture(end);
  const course = end !== null && end < inCourse.endsAt ? { ...inCourse, endsAt: end } : inCourse;
  const reason = requireReason(input.reason);
  const { mode, amountNanos } = input;
  const amountOf = (memberId: string) => (typeof amountNanos === "bigint" ? amountNanos : amountNanos.get(memberId));
  for (const each of typeof amountNanos === "bigint" ? [amountNanos] : amountNanos.values()) {
    requireAmount(each, mode === "set-to" ? 0n : 1n);
  }
  if (course.hasEnded) throw refusal(`课程 ${course.code} 已结束。`, `the course ${course.code} has ended.`);
  const members = await readMembers(tx, course, input.memberIds);
  const orders = members.map((member) => ({
    ...member,
    differenceNanos: difference(mode, amountOf(member.id), member.nowNanos),
  }));
  if (course.authority !== "admin" && orders.some((each) => each.userId === actor.id && each.differenceNanos > 0n)) {
    throw refusal(
      "不能给自己增加额度。请把自己从所选的人中去掉，或提出申请，由另一位教师或助教批准。",
      "nobody raises the own balance: leave yourself out, or ask, so that somebody else of the staff grants it.",
    );
  }
  const before = await availableOf(tx, course.poolId);
  const fundingId = newId();
  const takenBack = await takeBack(tx, actor, course, reason, orders);
  await requirePool(tx, course, orders);
  const entryIds = await grant(tx, actor, course, reason, orders);
  await setAside(tx, actor, course, reason, fundingId, orders);

  const funded = orders.map((each): MemberFunded => {
    const { id: memberId, accountId, studentId, name, isWaiting, nowNanos: beforeNanos, differenceNanos } = each;
    const missingNanos =
      differenceNanos < 0n && !isWaiting ? -differenceNanos - (takenBack.get(accountId ?? "") ?? 0n) : 0n;
    const afterNanos = beforeNanos + differenceNanos + missingNanos;
    return { memberId, studentId, name, isWaiting, beforeNanos, afterNanos, missingNanos };
  });
  const rise = (isWaiting: boolean) =>
    sum(orders, (each) => (each.isWaiting === isWaiting ? each.differenceNanos : 0n));
  const [grantedNanos, waitingNanos] = [rise(false), rise(true)];
  const takenNanos = sum(funded, (each) => -(each.afterNanos - each.beforeNanos));
  const pool = { beforeNanos: before, afterNanos: await availableOf(tx, course.poolId) };
  const sums = { grantedNanos, waitingNanos, takenNanos };
  const changed = funded.filter((each) => each.afterNanos !== each.beforeNanos);
  if (changed.length === 0) return { fundingId: null, ...sums, pool, members: funded };
  const each = typeof amountNanos === "bigint" ? amountNanos : null;
  await tx.$executeRaw`insert into course_funding (id, course_id, actor_id, actor_name, mode, amount_nanos, reason, people, granted_nanos, waiting_nanos,
      taken_nanos, entry_ids)
    values (${fundingId}::uuid, ${course.id}::uuid, ${actor.id}::uuid, ${actor.name}, ${mode}::allowance_mode, ${each}::bigint,
      ${reason}, ${changed.length}, ${grantedNanos}::bigint, ${waitingNanos}::bigint, ${takenNanos}::bigint, ${entryIds}::uuid[])`;
  const detail = {
    ...{ funding: fundingId, mode, ...(each === null ? {} : { amount: formatAmount(each) }) },
    ...{ people: changed.length, reason },
  };
  await writeAudits(tx, actor, [
    {
      action: "course.fund",
      targetKind: "course",
      targetId: course.id,
      targetName: course.code,
      detail: { before: formatAmount(pool.beforeNanos), after: formatAmount(pool.afterNanos), ...detail },
    },
    ...changed.map((member) => noteOf(course, fundingId, reason, member)),
  ]);
  if (!input.isToldOtherwise) await tellFunded(tx, course, fundingId, orders);
  return { fundingId, ...sums, pool, members: funded };
}

/** Those who got something and can spend it. What waits for a proof is shown where the ID is proven. */
async function tellFunded(tx: Tx, course: CourseAccess, fundingId: string, orders: readonly Order[]): Promise<void> {
  const { timeZone } = await getSettings(tx);
  // The last day on which it can be spent, as the campus counts days: it ends with the midnight after it.
  const until = new Intl.DateTimeFormat("en-CA", { timeZone }).format(course.endsAt.getTime() - 1);
  const people = orders.flatMap(({ userId, differenceNanos }) =>
    userId === null || differenceNanos <= 0n
      ? []
      : [{ userId, detail: { course: course.code, amount: formatAmount(differenceNanos), until } }],
  );
  if (people.length === 0) return;
  await tellEach(tx, { kind: "course-funded", dedupeKey: `course-funded:${fundingId}`, href: "/balance", people });
}

type Member = {
  id: string;
  studentId: string;
  name: string;
  userId: string | null;
  accountId: string | null;
  isWaiting: boolean;
  nowNanos: bigint;
};
type Order = Member & { differenceNanos: bigint };

/** The members, with what they have of this course's money, under the locks of their accounts and the pool. */
async function readMembers(tx: Tx, course: CourseAccess, memberIds: readonly string[]): Promise<Member[]> {
  const ids = [...new Set(memberIds)];
  const accounts = await tx.$queryRaw<
    { id: string; accountId: string | null }[]
  >`select m.id, a.id as "accountId" from course_member m left join account a on a.user_id = m.user_id
    where m.course_id = ${course.id}::uuid and m.state = 'active' and m.id = any(${ids}::uuid[])`;
  if (accounts.length < ids.length || accounts.length === 0) throw new AppError("not_found");
  const held = accounts.map((each) => each.accountId).filter((id) => id !== null);
  await lockAccounts(tx, [course.poolId, ...held], { withPools: false });
  // What has ended goes back first, as before a draw: it is nobody's any more, whether or not housekeeping has come to it.
  await tx.$executeRaw`select end_grants(${course.poolId}::uuid, ${held}::uuid[])`;
  return tx.$queryRaw<
    Member[]
  >`select m.id, m.student_id as "studentId", m.name, m.user_id as "userId", a.id as "accountId", m.user_id is null as "isWaiting",
      (case when m.user_id is null
        then (select coalesce(sum(w.amount_nanos), 0) from waiting_grant w where w.member_id = m.id and w.state = 'waiting')
        else (select coalesce(sum(c.remaining_nanos), 0) from credit c where c.account_id = a.id and c.pool_id = ${course.poolId}::uuid and c.is_open
          and (c.ends_at is null or c.ends_at > clock_timestamp())) end)::bigint as "nowNanos"
    from course_member m left join account a on a.user_id = m.user_id where m.id = any(${ids}::uuid[]) order by m.student_id`;
}

function difference(mode: AllowanceMode, amountNanos: bigint | undefined, nowNanos: bigint): bigint {
  if (amountNanos === undefined) throw new Error("a member without an amount is to be funded");
  if (mode === "add") return amountNanos;
  const due = amountNanos - nowNanos;
  return mode === "set-to" || due > 0n ? due : 0n;
}

async function availableOf(tx: Tx, accountId: string): Promise<bigint> {
  const [row] = await tx.$queryRaw<{ nanos: bigint }[]>`select available_nanos(${accountId}::uuid) as nanos`;
  return row?.nanos ?? 0n;
}

/** First what goes down, so that the pool can give it to others. Returns what was taken, by account. */
async function takeBack(
  tx: Tx,
  actor: Actor,
  course: CourseAccess,
  reason: string,
  orders: readonly Order[],
): Promise<Map<string, bigint>> {
  const down = orders.filter((each) => each.differenceNanos < 0n);
  const waiting = down.filter((each) => each.isWaiting).map((each) => each.id);
  if (waiting.length > 0) {
    await tx.$executeRaw`select close_waiting(array(select id from waiting_grant where member_id = any(${waiting}::uuid[]) and state = 'waiting'),
      'released', ${actor.id}::uuid)`;
  }
  const people = down.filter((each) => !each.isWaiting);
  const accountIds = people.map((each) => each.accountId);
  const amounts = people.map((each) => (-each.differenceNanos).toString());
  const taken = await tx.$queryRaw<{ holder: string; taken: bigint }[]>`select holder, taken
    from take_from_many(${course.poolId}::uuid, ${accountIds}::uuid[], ${amounts}::text[]::bigint[], ${actor.id}::uuid, ${reason})`;
  return new Map(taken.map((each) => [each.holder, each.taken]));
}

/** What an order needs from the pool, now that what went down is back in it. */
function needOf(order: Order): bigint {
  if (order.differenceNanos > 0n) return order.differenceNanos;
  return order.isWaiting && order.differenceNanos < 0n ? order.nowNanos + order.differenceNanos : 0n;
}

async function requirePool(tx: Tx, course: CourseAccess, orders: readonly Order[]): Promise<void> {
  const needed = sum(orders, needOf);
  const available = await availableOf(tx, course.poolId);
  if (needed <= available) return;
  const [need, has, lacks] = [needed, available, needed - available].map(formatAmount);
  const people = orders.filter((each) => each.differenceNanos > 0n).length;
  throw refusal(
    `${people} 人共需 ${need}，课程额度池可用 ${has}，还差 ${lacks}，没有改动。`,
    `${people} people need ${need}, the course's pool has ${has} and lacks ${lacks}; nothing was changed.`,
  );
}

/** Returns the entries by which it was received. */
async function grant(
  tx: Tx,
  actor: Actor,
  course: CourseAccess,
  reason: string,
  orders: readonly Order[],
): Promise<string[]> {
  const up = orders.filter((each) => each.differenceNanos > 0n && !each.isWaiting);
  const accountIds = up.map((each) => each.accountId);
  const amounts = up.map((each) => each.differenceNanos.toString());
  const [granted] = await tx.$queryRaw<{ missing: bigint; entries: string[] }[]>`select missing, entries
    from grant_to_many(${course.poolId}::uuid, ${accountIds}::uuid[], ${amounts}::text[]::bigint[], 'course-grant', ${course.endsAt}::timestamptz,
      ${actor.id}::uuid, ${reason})`;
  if (granted === undefined) throw new Error("grant_to_many() answered no row");
  // A credit of the pool may have ended between the two looks at it.
  if (granted.missing > 0n) throw poolLacks(granted.missing);
  return granted.entries;
}

/** For members whose ID is not proven. */
async function setAside(
  tx: Tx,
  actor: Actor,
  course: CourseAccess,
  reason: string,
  fundingId: string,
  orders: readonly Order[],
): Promise<void> {
  const rows = orders
    .filter((each) => each.isWaiting)
    .map((each) => ({ id: newId(), memberId: each.id, nanos: needOf(each) }))
    .filter((row) => row.nanos > 0n);
  if (rows.length === 0) return;
  await tx.$executeRaw`insert into waiting_grant (id, course_id, member_id, pool_id, funding_id, amount_nanos, reason, actor_id, ends_at)
    select o.id, ${course.id}::uuid, o.member_id, ${course.poolId}::uuid, ${fundingId}::uuid, o.amount, ${reason}, ${actor.id}::uuid,
      ${course.endsAt}::timestamptz
    from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.memberId)}::uuid[],
      ${rows.map((row) => row.nanos.toString())}::text[]::bigint[]) as o (id, member_id, amount)`;
  const total = sum(rows, (row) => row.nanos);
  await tx.$executeRaw`update account set reserved_nanos = reserved_nanos + ${total}::bigint where id = ${course.poolId}::uuid`;
}

/** Adds what is more than zero. */
function sum<Row>(rows: readonly Row[], amountOf: (row: Row) => bigint): bigint {
  return rows.reduce((total, row) => {
    const amount = amountOf(row);
    return amount > 0n ? total + amount : total;
  }, 0n);
}

function noteOf(course: CourseAccess, fundingId: string, reason: string, member: MemberFunded): AuditNote {
  return {
    action: member.isWaiting ? "course.set-aside" : "course.fund-member",
    targetKind: "course-member",
    targetId: member.memberId,
    targetName: member.studentId,
    detail: {
      before: formatAmount(member.beforeNanos),
      after: formatAmount(member.afterNanos),
      ...(member.missingNanos > 0n ? { missing: formatAmount(member.missingNanos) } : {}),
      course: course.code,
      funding: fundingId,
      reason,
    },
  };
}
