import { applyRoster, confirmMember, endMemberships, type Tx, undoRoster, updateCourse, verifyUser } from "@lyceum/db";
import { AppError, allowanceModes, allowancePeriods } from "@lyceum/domain";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { takeAdvance } from "./course-advances.ts";
import { addCourseAllowance, stopCourseAllowance } from "./course-allowances.ts";
import { fundMembers } from "./course-funding.ts";
import { undoFunding } from "./course-funding-undo.ts";
import { askOwnFunding, decideOwnFunding, withdrawOwnFunding } from "./own-funding.ts";
import { fund, setBalance } from "./post.ts";
import { type CourseScene, createCourseScene } from "./testing/course-scene.ts";
import { admissionOf, draftOf } from "./testing/ledger-fixture.ts";
import type { AdmissionRequest } from "./types.ts";
import { undoEntry } from "./undo.ts";
import { redeemVoucher } from "./voucher-redeem.ts";
import { createVouchers, revokeVouchers } from "./vouchers.ts";

let scene: CourseScene;
beforeAll(async () => {
  scene = await createCourseScene();
});
afterAll(() => scene.drop());

const PEOPLE = 5;
const nanos = (most: number) => fc.integer({ min: 1, max: most }).map(BigInt);
const some = fc.uniqueArray(fc.nat(PEOPLE - 1), { minLength: 1 });
const weighted = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
const act = <const Act extends string>(name: Act) => fc.constant(name);
const step = fc.oneof(
  weighted(
    4,
    fc.record({ act: act("apply"), who: some, name: fc.constantFrom("甲", "乙"), keepMissing: fc.boolean() }),
  ),
  weighted(2, fc.record({ act: act("undo-roster") })),
  weighted(5, fc.record({ act: act("fund"), who: some, mode: fc.constantFrom(...allowanceModes), amount: nanos(120) })),
  weighted(2, fc.record({ act: act("undo-funding"), which: fc.nat() })),
  weighted(2, fc.record({ act: act("leave"), who: fc.nat(PEOPLE - 1) })),
  weighted(2, fc.record({ act: act("prove"), who: fc.nat(PEOPLE - 1), by: fc.constantFrom("admin", "course") })),
  weighted(2, fc.record({ act: act("fund-pool"), amount: nanos(150) })),
  weighted(3, fc.record({ act: act("undo-pool"), which: fc.nat() })),
  weighted(1, fc.record({ act: act("set-pool"), target: nanos(200) })),
  weighted(2, fc.record({ act: act("admit"), who: fc.nat(PEOPLE - 1), amount: nanos(60) })),
  weighted(2, fc.record({ act: act("settle"), which: fc.nat(), cost: nanos(80) })),
  weighted(3, fc.record({ act: act("tend") })),
  weighted(3, fc.record({ act: act("vouchers"), amount: nanos(40), count: fc.integer({ min: 1, max: 3 }) })),
  weighted(5, fc.record({ act: act("redeem"), who: fc.nat(PEOPLE - 1), which: fc.nat() })),
  weighted(1, fc.record({ act: act("revoke"), which: fc.nat(), all: fc.boolean() })),
  weighted(1, fc.record({ act: act("end-vouchers"), which: fc.nat() })),
  weighted(3, fc.record({ act: act("ask"), who: fc.nat(PEOPLE - 1), amount: nanos(60) })),
  weighted(
    3,
    fc.record({ act: act("decide"), which: fc.nat(), how: fc.constantFrom("grant", "less", "refuse", "withdraw") }),
  ),
  weighted(
    2,
    fc.record({
      ...{ act: act("add-allowance"), mode: fc.constantFrom(...allowanceModes), amount: nanos(60) },
      ...{ period: fc.constantFrom(...allowancePeriods), who: fc.option(some) },
    }),
  ),
  weighted(1, fc.record({ act: act("stop-allowance"), which: fc.nat() })),
  weighted(3, fc.record({ act: act("next-period") })),
  weighted(2, fc.record({ act: act("advance"), who: fc.nat(PEOPLE - 1) })),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What is refused changes nothing; that is no failure. */
async function allowed(run: (tx: Tx) => Promise<unknown>): Promise<void> {
  try {
    await scene.act(run);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

async function play(steps: readonly Step[], isParallel: boolean): Promise<void> {
  const { courseId, poolId } = await scene.course(300n);
  await scene.act((tx) => updateCourse(tx, scene.admin, { courseId, advanceNanos: 15n }));
  const people = await Promise.all(Array.from({ length: PEOPLE }, (_, i) => scene.student(i === 0)));
  const personAt = (place: number) => people[place] as (typeof people)[number];
  const ledger = await scene.ledger();
  const open: AdmissionRequest[] = [];
  const codes: { code: string; voucherId: string; batchId: string }[] = [];
  const { admin } = scene;
  const memberIdsOf = async (places: readonly number[]) => {
    const studentIds = places.map((place) => personAt(place).studentId);
    const where = { courseId, studentId: { in: studentIds } };
    return (await scene.db.courseMember.findMany({ where, select: { id: true } })).map((each) => each.id);
  };
  const pick = <T>(list: readonly T[], which: number): T | undefined => list[which % Math.max(1, list.length)];

  async function run(each: Step): Promise<void> {
    switch (each.act) {
      case "apply": {
        const rows = each.who.map((place) => ({ studentId: personAt(place).studentId, name: each.name }));
        const { keepMissing } = each;
        const input = { courseId, rows, fileName: "f", digest: "d", keepMissing };
        const before = await scene.db.ledgerEntry.count();
        await allowed((tx) => applyRoster(tx, admin, input));
        if (isParallel) return;
        const again = await scene.act((tx) => applyRoster(tx, admin, input));
        expect(again).toEqual({
          ...{ importId: null, added: 0, changed: 0, gone: 0 },
          ...{ known: rows.length, releasedNanos: 0n },
        });
        expect(await scene.db.ledgerEntry.count()).toBe(before);
        return;
      }
      case "undo-roster": {
        const last = await scene.db.rosterImport.findFirst({
          where: { courseId, undoneAt: null },
          orderBy: [{ at: "desc" }, { id: "desc" }],
          select: { id: true },
        });
        if (last === null) return;
        return allowed((tx) => undoRoster(tx, admin, { courseId, importId: last.id }));
      }
      case "fund": {
        const memberIds = await memberIdsOf(each.who);
        const { mode, amount: amountNanos } = each;
        return allowed((tx) => fundMembers(tx, admin, { courseId, memberIds, mode, amountNanos, reason: "r" }));
      }
      case "undo-funding": {
        const fundings = await scene.db.courseFunding.findMany({
          where: { courseId },
          orderBy: { id: "asc" },
          select: { id: true },
        });
        const one = pick(fundings, each.which);
        if (one === undefined) return;
        return allowed((tx) => undoFunding(tx, admin, { courseId, fundingId: one.id }));
      }
      case "leave": {
        const memberIds = await memberIdsOf([each.who]);
        return allowed((tx) => endMemberships(tx, admin, { courseId, memberIds }));
      }
      case "prove": {
        const { userId } = personAt(each.who);
        if (each.by === "admin") return allowed((tx) => verifyUser(tx, admin, { userId }));
        const [memberId] = await memberIdsOf([each.who]);
        return allowed((tx) => confirmMember(tx, admin, { courseId, memberId: memberId ?? courseId }));
      }
      case "fund-pool":
        return allowed((tx) => fund(tx, admin, { accountId: poolId, amountNanos: each.amount, reason: "r" }));
      case "undo-pool": {
        const entries = await scene.db.ledgerEntry.findMany({
          where: { accountId: poolId, kind: "top_up" },
          orderBy: { id: "asc" },
          select: { id: true },
        });
        const one = pick(entries, each.which);
        if (one === undefined) return;
        return allowed((tx) => undoEntry(tx, admin, { entryId: one.id }));
      }
      case "set-pool":
        return allowed((tx) => setBalance(tx, admin, { accountId: poolId, targetNanos: each.target, reason: "r" }));
      case "admit": {
        const request = admissionOf(personAt(each.who), each.amount);
        if ((await ledger.admit(request)).admitted) open.push(request);
        return;
      }
      case "settle": {
        const [request] = open.splice(each.which % Math.max(1, open.length), 1);
        const payer = people.find((person) => person.accountId === request?.accountId);
        if (request === undefined || payer === undefined) return;
        await ledger.settle(draftOf(payer, each.cost, { requestId: request.requestId }));
        return;
      }
      case "tend":
        await scene.query("select tend_waiting()");
        await scene.query("select expire_credits()");
        await scene.query("select draw_course_allowances('Asia/Shanghai')");
        return;
      case "vouchers": {
        const { amount: amountNanos, count } = each;
        const redeemUntil = new Date(Date.now() + 3_600_000);
        const batch = { courseId, amountNanos, count, redeemUntil, endsAt: null, note: "v", membersOnly: false };
        return allowed(async (tx) => {
          const made = await createVouchers(tx, admin, batch);
          codes.push(...made.codes.map((code) => ({ ...code, batchId: made.batchId })));
        });
      }
      case "redeem": {
        const [one, person] = [pick(codes, each.which), personAt(each.who)];
        if (one === undefined) return;
        await scene.query("delete from voucher_guess where user_id = $1", [person.userId]);
        return allowed((tx) => redeemVoucher(tx, person.actor, one.code));
      }
      case "revoke": {
        const one = pick(codes, each.which);
        if (one === undefined) return;
        const { batchId, voucherId } = one;
        return allowed((tx) =>
          revokeVouchers(tx, admin, { batchId, ...(each.all ? {} : { voucherIds: [voucherId] }) }),
        );
      }
      case "end-vouchers":
        await scene.query(
          "update voucher_batch set redeem_until = clock_timestamp() - interval '1 millisecond' where id = $1",
          [pick(codes, each.which)?.batchId ?? null],
        );
        return;
      case "ask": {
        const { actor } = personAt(each.who);
        const asked = { courseId, mode: "add", amountNanos: each.amount, reason: "r" } as const;
        return allowed((tx) => askOwnFunding(tx, actor, asked));
      }
      case "decide": {
        const asked = await scene.db.ownFunding.findMany({
          where: { courseId },
          orderBy: { id: "asc" },
          select: { id: true, askedBy: true },
        });
        const one = pick(asked, each.which);
        if (one === undefined) return;
        const request = { courseId, requestId: one.id };
        if (each.how === "withdraw") {
          return allowed((tx) => withdrawOwnFunding(tx, { id: one.askedBy, name: "n" }, request));
        }
        const less = each.how === "less" ? { amountNanos: 1n } : {};
        return allowed((tx) => decideOwnFunding(tx, admin, { ...request, grant: each.how !== "refuse", ...less }));
      }
      case "add-allowance": {
        const { mode, period, amount: amountNanos } = each;
        const memberIds = each.who === null ? null : await memberIdsOf(each.who);
        const input = { courseId, memberIds, mode, period, amountNanos, endsAt: null, reason: "r" };
        return allowed((tx) => addCourseAllowance(tx, admin, input));
      }
      case "stop-allowance": {
        const allowances = await scene.db.courseAllowance.findMany({
          where: { courseId },
          orderBy: { id: "asc" },
          select: { id: true },
        });
        const one = pick(allowances, each.which);
        if (one === undefined) return;
        return allowed((tx) => stopCourseAllowance(tx, admin, { courseId, allowanceId: one.id }));
      }
      case "next-period":
        await scene.act(async (tx) => {
          await tx.$executeRaw`select id from course where id = ${courseId}::uuid for no key update`;
          await tx.$executeRaw`update course_advance set period_at = clock_timestamp() - random() * interval '1 s' where drawn_at is null`;
          await tx.$executeRaw`update course_allowance set next_at = clock_timestamp() - interval '1 millisecond', tried_at = null
            where course_id = ${courseId}::uuid and next_at is not null`;
          await tx.$executeRaw`update waiting_grant w set ends_at = clock_timestamp() - interval '1 millisecond' from course_funding f
            where f.id = w.funding_id and f.course_id = ${courseId}::uuid and f.allowance_id is not null and w.state = 'waiting'`;
        });
        await scene.query("select draw_course_allowances('Asia/Shanghai')");
        return;
      case "advance": {
        const { actor } = personAt(each.who);
        return allowed((tx) => takeAdvance(tx, actor, { courseId }));
      }
      default:
        each satisfies never;
    }
  }

  async function check(): Promise<void> {
    expect(await scene.differences()).toEqual([]);
    // No money of this pool ends by itself, so all that waits stays covered.
    const { waiting } = await scene.pool(poolId);
    const { open: has } = await scene.one<{ open: string }>(
      `select coalesce(sum(remaining_nanos), 0) as open from credit where account_id = $1 and is_open
        and (ends_at is null or ends_at > clock_timestamp() + interval '10 ms')`,
      [poolId],
    );
    expect(waiting).toBeLessThanOrEqual(BigInt(has));
    expect(await scene.query("select id from waiting_grant where pool_id = $1 and state = 'lapsed'", [poolId])).toEqual(
      [],
    );
    expect(
      await scene.query(
        "select v.id from voucher v join voucher_batch b on b.id = v.batch_id where b.pool_id = $1 and v.state = 'lapsed'",
        [poolId],
      ),
    ).toEqual([]);
    // Money waits only for members whose ID is not proven.
    const stray = await scene.query(
      `select w.id from waiting_grant w join course_member m on m.id = w.member_id join app_user u on u.student_id = m.student_id
        where w.pool_id = $1 and w.state = 'waiting' and (m.user_id is not null or u.verified_at is not null or m.state = 'left')`,
      [poolId],
    );
    expect(stray).toEqual([]);
    // Nobody has course money without having proven the ID, and whoever has is its member.
    const wrong = await scene.query(
      `select m.id from course_member m join app_user u on u.student_id = m.student_id join account a on a.user_id = u.id
        where m.course_id = $1 and (m.user_id is null) <> (u.verified_at is null)
        union all select c.id from credit c join account a on a.id = c.account_id join app_user u on u.id = a.user_id
        where c.pool_id = $2 and u.verified_at is null`,
      [courseId, poolId],
    );
    expect(wrong).toEqual([]);
  }

  if (isParallel) await Promise.all(steps.map(run));
  else {
    for (const each of steps) {
      await run(each);
      await check();
    }
  }
  await check();
}

describe("between rosters, pool and people the books stay right, and no more waits than the pool has", () => {
  it("after any sequence of imports, undoings, fundings, allowances, advances, leavings, proofs and requests", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40 }), (steps) => play(steps, false)),
      { numRuns: 15 },
    );
  }, 240_000);

  it("under any interleaving of them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 50 }), (steps) => play(steps, true)),
      { numRuns: 20 },
    );
  }, 240_000);
});
