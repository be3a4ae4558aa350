import { addCourseStaff, getVoucherBatch, listVoucherBatches, moveCourseEnd } from "@lyceum/db";
import { AppError, newId } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fundMembers } from "./course-funding.ts";
import { type CourseScene, createCourseScene } from "./testing/course-scene.ts";
import { newVoucherCode } from "./voucher-codes.ts";
import { redeemVoucher } from "./voucher-redeem.ts";
import { createVouchers, type NewVouchers, revokeVouchers } from "./vouchers.ts";

let scene: CourseScene;
beforeAll(async () => {
  scene = await createCourseScene();
});
afterAll(async () => {
  expect(await scene.differences()).toEqual([]);
  await scene.drop();
});

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
type Person = Awaited<ReturnType<CourseScene["student"]>>;
const make = (courseId: string | null, more: Partial<NewVouchers> = {}, actor = scene.admin) =>
  scene.act((tx) =>
    createVouchers(tx, actor, {
      ...{ courseId, amountNanos: 10n, count: 3, redeemUntil: inDays(3), endsAt: null, note: "workshop" },
      ...{ membersOnly: false, ...more },
    }),
  );
const redeem = (person: Person, code: string | undefined) =>
  scene.act((tx) => redeemVoucher(tx, person.actor, code ?? ""));
const why = async (person: Person, code: string | undefined) => {
  const answer = await redeem(person, code);
  return answer.redeemed ? "redeemed" : answer.refusal;
};
const balance = async (person: Person) => (await scene.account(person.accountId)).balance;
async function refusalOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (each: unknown) => each,
  );
  if (error instanceof AppError) return `${error.code}: ${error.sentence("en")}`;
  throw error ?? new Error("it was not refused");
}

describe("a code", () => {
  it("has no letters that look alike, is the same however it is typed, and shows only its beginning", async () => {
    const { codes } = await make(null, { count: 1 });
    const [{ code, prefix }] = codes as [(typeof codes)[number]];
    expect(code).toMatch(/^([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}$/);
    expect(code.startsWith(prefix)).toBe(true);
    const kept = await scene.query("select v::text as row from voucher v where prefix = $1", [prefix]);
    expect(JSON.stringify(kept)).not.toContain(code.slice(5));
    const typed = code.toLowerCase().replaceAll("-", " ").replaceAll("l", "1");
    expect(await why(await scene.student(false), typed)).toBe("redeemed");
  });
});

describe("an admin's batch", () => {
  it("gives each person one, whoever it is, and says what became of the codes", async () => {
    const { batchId, codes, setAsideNanos } = await make(null, { endsAt: inDays(9) });
    expect(setAsideNanos).toBe(0n);
    const [one, two] = [await scene.student(false), await scene.student(true)];
    expect(await redeem(one, codes[0]?.code)).toMatchObject({ redeemed: true, amountNanos: 10n, course: null });
    expect(await why(one, codes[1]?.code)).toBe("twice");
    expect(await why(two, codes[0]?.code)).toBe("used");
    expect(await why(two, "ABCD-EFGH-JKLM-NPQR")).toBe("unknown");
    expect([await balance(one), await balance(two)]).toEqual([10n, 0n]);
    await scene.act((tx) => revokeVouchers(tx, scene.admin, { batchId, voucherIds: [codes[1]?.voucherId ?? ""] }));
    expect(await why(two, codes[1]?.code)).toBe("revoked");
    const batch = await getVoucherBatch(scene.db, scene.admin, { courseId: null, batchId });
    expect(batch).toMatchObject({ codes: 3, redeemed: 1, revoked: 1, open: 1, ended: 0 });
    const none = getVoucherBatch(scene.db, scene.admin, { courseId: null, batchId: `${batchId}\0-` });
    await expect(none).rejects.toThrow(expect.objectContaining({ code: "not_found" }));
    expect(batch.vouchers[0]).toMatchObject({ state: "redeemed", studentId: one.studentId });
    const [credit] = await scene.query("select kind, ends_at from credit where account_id = $1", [one.accountId]);
    expect(credit).toMatchObject({ kind: "voucher" });
    const trail = await scene.query<{ action: string }>(
      "select action from audit_entry where target_id = $1 order by id",
      [batchId],
    );
    expect(trail.map((each) => each.action)).toEqual(["voucher.create", "voucher.redeem", "voucher.revoke"]);
  });

  it("is made and seen by admins only, and not redeemed by whoever made it", async () => {
    const [admin, student] = [await scene.student(true), await scene.student(true)];
    await scene.query("update app_user set role = 'admin' where id = $1", [admin.userId]);
    const { codes } = await make(null, {}, admin.actor);
    expect(await why(admin, codes[0]?.code)).toBe("own");
    expect(await refusalOf(make(null, {}, student.actor))).toContain("not_found");
    await expect(listVoucherBatches(scene.db, student.actor, null)).rejects.toMatchObject({ code: "not_found" });
  });

  it("ends when its time is over", async () => {
    const { batchId, codes } = await make(null);
    await scene.query(
      "update voucher_batch set redeem_until = clock_timestamp() - interval '1 millisecond' where id = $1",
      [batchId],
    );
    expect(await why(await scene.student(true), codes[0]?.code)).toBe("ended");
    const batch = await getVoucherBatch(scene.db, scene.admin, { courseId: null, batchId });
    expect(batch).toMatchObject({ open: 0, ended: 3 });
  });
});

describe("a course's batch", () => {
  it("is set aside whole or not at all, paid out of the pool, and what is left of it goes back", async () => {
    const { courseId, poolId } = await scene.course(35n);
    expect(await refusalOf(make(courseId, { count: 4 }))).toMatch(/4 codes need 0.00000004.*lacks 0.000000005/);
    expect(await scene.pool(poolId)).toEqual({ balance: 35n, waiting: 0n, available: 35n });
    const { batchId, codes } = await make(courseId);
    expect(await scene.pool(poolId)).toEqual({ balance: 35n, waiting: 30n, available: 5n });
    const person = await scene.student(true);
    expect(await redeem(person, codes[0]?.code)).toMatchObject({ redeemed: true, amountNanos: 10n });
    expect(await scene.pool(poolId)).toEqual({ balance: 25n, waiting: 20n, available: 5n });
    const revoked = await scene.act((tx) => revokeVouchers(tx, scene.admin, { batchId }));
    expect(revoked).toEqual({ revoked: 2, freedNanos: 20n });
    expect(await scene.pool(poolId)).toEqual({ balance: 25n, waiting: 0n, available: 25n });
    expect(await refusalOf(scene.act((tx) => revokeVouchers(tx, scene.admin, { batchId })))).toContain(
      "no code is open",
    );
    expect(await scene.differences()).toEqual([]);
  });

  it("is not for who made it or teaches the course, nor for an ID that is not proven, nor for others where only members may", async () => {
    const { courseId } = await scene.course(100n);
    const [ta, colleague] = [await scene.student(true), await scene.student(true)];
    for (const { studentId } of [ta, colleague]) {
      await scene.act((tx) => addCourseStaff(tx, scene.admin, { courseId, studentId, role: "ta" }));
    }
    const [member, stranger, unproven] = [
      await scene.student(true),
      await scene.student(true),
      await scene.student(false),
    ];
    await scene.enrol(courseId, [member.studentId, unproven.studentId]);
    const { codes } = await make(courseId, { membersOnly: true }, ta.actor);
    const code = codes[0]?.code;
    expect(await why(ta, code)).toBe("own");
    expect(await why(colleague, code)).toBe("own");
    expect(await why(stranger, code)).toBe("members");
    expect(await why(unproven, code)).toBe("unproven");
    expect(await why(member, code)).toBe("redeemed");
    const open = await make(courseId, {}, ta.actor);
    expect(await why(stranger, open.codes[0]?.code)).toBe("redeemed");
    expect(await refusalOf(make(courseId, {}, member.actor))).toContain("not_found");
    const foreign = scene.act((tx) => revokeVouchers(tx, member.actor, { batchId: open.batchId }));
    expect(await refusalOf(foreign)).toContain("not_found");
  });

  it("ends with its time or the course, and housekeeping frees what was set aside, once", async () => {
    const { courseId, poolId } = await scene.course(100n);
    const { codes, batchId } = await make(courseId);
    await scene.query(
      "update voucher_batch set redeem_until = clock_timestamp() - interval '1 millisecond' where id = $1",
      [batchId],
    );
    expect(await why(await scene.student(true), codes[0]?.code)).toBe("ended");
    expect((await scene.one<{ n: number }>("select tend_waiting() as n")).n).toBe(3);
    expect((await scene.one<{ n: number }>("select tend_waiting() as n")).n).toBe(0);
    expect(await scene.pool(poolId)).toEqual({ balance: 100n, waiting: 0n, available: 100n });
    expect(await refusalOf(make(courseId, { redeemUntil: inDays(4000) }))).toContain("at the latest with the course");
  });

  it("lapses before grants that wait for somebody, where the pool's money ended", async () => {
    const { courseId, poolId } = await scene.course(15n);
    await scene.credit(poolId, 30n, inDays(1));
    await scene.enrol(courseId, [scene.unknownId()]);
    const [memberId] = [...(await scene.members(courseId)).values()].map((each) => each.id);
    const { codes } = await make(courseId);
    await scene.act((tx) =>
      fundMembers(tx, scene.admin, {
        ...{ courseId, memberIds: [memberId ?? ""], mode: "add", amountNanos: 15n, reason: "r" },
      }),
    );
    await scene.query(
      "update credit set ends_at = clock_timestamp() - interval '1 second' where account_id = $1 and amount_nanos = 30",
      [poolId],
    );
    await scene.query("update account set next_end_at = clock_timestamp() - interval '1 second' where id = $1", [
      poolId,
    ]);
    // The grant that waits is served; a code finds nothing left for it.
    await scene.query("select tend_waiting()");
    expect(await scene.pool(poolId)).toMatchObject({ waiting: 15n, available: 0n });
    expect(await why(await scene.student(true), codes[0]?.code)).toBe("ended");
    const [{ lapsed }] = (await scene.query("select count(*)::int as lapsed from voucher where state = 'lapsed'")) as [
      { lapsed: number },
    ];
    expect(lapsed).toBe(3);
    await scene.query("select expire_credits()");
  });

  it("brings money that ends with the course, and moves with its end", async () => {
    const { courseId } = await scene.course(100n);
    const person = await scene.student(true);
    const { codes } = await make(courseId);
    await redeem(person, codes[0]?.code);
    const [until, longer] = [inDays(2), inDays(500)];
    const endOf = () =>
      scene.one<{ ends_at: Date; next_end_at: Date }>(
        "select c.ends_at, a.next_end_at from credit c join account a on a.id = c.account_id where a.id = $1",
        [person.accountId],
      );
    for (const endsAt of [longer, until]) {
      await scene.act((tx) => moveCourseEnd(tx, scene.admin, { courseId, endsAt }));
      expect(await endOf()).toEqual({ ends_at: endsAt, next_end_at: endsAt });
    }
  });
});

describe("at the same moment", () => {
  it("one code goes to one of two people, and one person gets one of a batch", async () => {
    const { courseId, poolId } = await scene.course(1_000n);
    for (const of of [courseId, null]) {
      for (let round = 0; round < 5; round += 1) {
        const { codes, batchId } = await make(of, { count: 4 });
        const people = await Promise.all([1, 2, 3].map(() => scene.student(true)));
        const [first] = people as [Person];
        const same = await Promise.all(people.map((person) => redeem(person, codes[0]?.code)));
        expect(same.filter((each) => each.redeemed)).toHaveLength(1);
        const fresh = await scene.student(true);
        const mine = await Promise.all(codes.slice(1).map(({ code }) => redeem(fresh, code)));
        expect(mine.filter((each) => each.redeemed)).toHaveLength(1);
        expect(await balance(fresh)).toBe(10n);
        // Revoking meanwhile takes what is left, no more.
        const [, revoked] = await Promise.all([
          redeem(first, codes[2]?.code),
          scene.act((tx) => revokeVouchers(tx, scene.admin, { batchId })),
        ]);
        const batch = await getVoucherBatch(scene.db, scene.admin, { courseId: of, batchId });
        expect(batch.redeemed + revoked.revoked).toBe(4);
        expect(batch.open).toBe(0);
      }
    }
    expect((await scene.pool(poolId)).waiting).toBe(0n);
    expect(await scene.differences()).toEqual([]);
  });

  it("two batches can't set aside more than the pool has", async () => {
    const { courseId, poolId } = await scene.course(50n);
    const outcomes = await Promise.allSettled([make(courseId), make(courseId), make(courseId)]);
    expect(outcomes.filter((each) => each.status === "fulfilled")).toHaveLength(1);
    expect(await scene.pool(poolId)).toEqual({ balance: 50n, waiting: 30n, available: 20n });
  });
});

describe("guessing", () => {
  it("is slowed down for the person who does it, also at once, and for nobody else", async () => {
    // The first delays last seconds, which a busy machine takes for the next try.
    await scene.query(`create function delay_for_an_hour() returns trigger language plpgsql as $$ begin
        if new.blocked_until > new.updated_at + interval '500 ms' then new.blocked_until := new.blocked_until + interval '1 hour'; end if;
        return new;
      end $$`);
    await scene.query(
      "create trigger delay_for_an_hour before update of failures on voucher_guess for each row execute function delay_for_an_hour()",
    );
    const [guesser, other] = [await scene.student(true), await scene.student(true)];
    const tries = await Promise.all(Array.from({ length: 12 }, () => why(guesser, newVoucherCode().code)));
    expect(tries.filter((each) => each === "unknown")).toHaveLength(5);
    expect(tries.filter((each) => each === "delayed")).toHaveLength(7);
    const { codes } = await make(null);
    expect(await redeem(guesser, codes[0]?.code)).toMatchObject({
      refusal: "delayed",
      retryAfterMs: expect.any(Number),
    });
    expect(await why(other, codes[0]?.code)).toBe("redeemed");
    await scene.query(
      "update voucher_guess set blocked_until = clock_timestamp() - interval '1 millisecond' where user_id = $1",
      [guesser.userId],
    );
    // A code that is known to be used does not buy fresh tries.
    expect(await why(guesser, codes[0]?.code)).toBe("used");
    expect(await why(guesser, codes[1]?.code)).toBe("delayed");
    await scene.query(
      "update voucher_guess set blocked_until = clock_timestamp() - interval '1 millisecond' where user_id = $1",
      [guesser.userId],
    );
    expect(await why(guesser, codes[1]?.code)).toBe("redeemed");
    expect(await scene.query("select 1 from voucher_guess where user_id = $1", [guesser.userId])).toEqual([]);
  });
});

describe("a batch", () => {
  it("has bounds", async () => {
    const { courseId } = await scene.course(100n);
    const bad: Partial<NewVouchers>[] = [
      ...[
        { count: 0 },
        { count: 2001 },
        { count: 1.5 },
        { note: " " },
        { redeemUntil: inDays(-1) },
        { amountNanos: 0n },
      ],
      ...[{ endsAt: inDays(1) }, { amountNanos: 10n ** 16n, count: 2 }],
    ];
    for (const each of bad) expect(await refusalOf(make(courseId, each))).toMatch(/^invalid_/);
    expect(await refusalOf(make(newId()))).toContain("not_found");
  });
});
