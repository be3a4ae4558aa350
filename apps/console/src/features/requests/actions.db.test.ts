import { getBalance, listCourseMembers, listMyRequests, listOwnFundings } from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type CourseOfPeople, makeCourseOfPeople, makePerson } from "#features/courses/testing/course-of-people.ts";
import * as vouchers from "#features/vouchers/actions.ts";
import { getDb } from "#server/db.ts";
import { request, useDatabase } from "#server/testing/next-edges.ts";
import * as requests from "./actions.ts";

vi.mock("next/headers", async () => (await import("#server/testing/next-edges.ts")).edges["next/headers"]);
vi.mock("next/cache", async () => (await import("#server/testing/next-edges.ts")).edges["next/cache"]);
vi.mock("next-auth", async () => (await import("#server/testing/next-edges.ts")).edges["next-auth"]);
vi.mock("next-intl/server", async () => (await import("#server/testing/next-edges.ts")).edges["next-intl/server"]);

const UNIT = 1_000_000_000n;
const nothing = "00000000-0000-7000-8000-000000000000";
let drop: () => Promise<void>;
let set: CourseOfPeople;
beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  drop = async () => {
    await getDb().$disconnect();
    await database.drop();
  };
  set = await makeCourseOfPeople();
});
afterAll(() => drop());

const actions = { ...requests, ...vouchers };
const byName = actions as unknown as Record<keyof typeof actions, (input: unknown) => Promise<{ ok: boolean }>>;
const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
const batch = (changes: object = {}) => ({
  ...{ courseId: set.courseId as string | null, amount: "2", count: "3", redeemUntil: day(3), lastDay: "" },
  ...{ note: "workshop", membersOnly: false, ...changes },
});
const ask = (amount: string) =>
  requests.askForMore({ courseId: set.courseId, mode: "add", amount, reason: "lab 3", deadline: day(2) });
const balanceOf = async (user: { id: string }) => (await getBalance(getDb(), user.id)).balanceNanos;

describe("every act on requests and vouchers", () => {
  const inputs: Record<Exclude<keyof typeof actions, "redeem">, () => object> = {
    askForMore: () => ({ mode: "add", amount: "1", reason: "r", deadline: "" }),
    withdrawRequest: () => ({ requestId: nothing }),
    grantRequest: () => ({ requestId: nothing }),
    grantOtherAmount: () => ({ requestId: nothing, amount: "1", answer: "" }),
    refuseRequest: () => ({ requestId: nothing, answer: "no" }),
    makeVouchers: () => batch(),
    revoke: () => ({ batchId: nothing, voucherIds: [] }),
  };
  const names = Object.keys(inputs) as (keyof typeof inputs)[];

  it.each(names)("%s is missing for who teaches elsewhere, and refused to the signed-out", async (name) => {
    const trail = await getDb().auditEntry.count();
    request.user = set.elsewhere;
    expect(await byName[name]({ courseId: set.courseId, ...inputs[name]() })).toMatchObject({ code: "not_found" });
    request.user = null;
    expect(await byName[name]({ courseId: set.courseId, ...inputs[name]() })).toMatchObject({ code: "signed_out" });
    expect(await getDb().auditEntry.count()).toBe(trail);
  });

  it.each(["grantRequest", "grantOtherAmount", "refuseRequest", "makeVouchers", "revoke"] as const)(
    "%s is missing for a student",
    async (name) => {
      request.user = set.student;
      expect(await byName[name]({ courseId: set.courseId, ...inputs[name]() })).toMatchObject({ code: "not_found" });
    },
  );

  it("vouchers of no course are missing for all but admins", async () => {
    request.user = set.instructor;
    expect(await vouchers.makeVouchers(batch({ courseId: null }))).toMatchObject({ code: "not_found" });
  });
});

describe("a request", () => {
  it("is granted in one tap, with another amount, or refused with a sentence", async () => {
    request.user = set.student;
    expect(await ask("0")).toMatchObject({ ok: false, fieldErrors: { amount: expect.any(String) } });
    expect(await ask("3")).toMatchObject({ ok: true });
    const open = async () => (await listOwnFundings(getDb(), set.ta, set.courseId))[0]?.id ?? "";
    request.user = set.ta;
    const asked = { courseId: set.courseId, requestId: await open() };
    expect(await requests.grantRequest(asked)).toMatchObject({ ok: true, data: { fundingId: expect.any(String) } });
    expect(await requests.grantRequest(asked)).toMatchObject({ ok: false, code: "not_found" });
    expect(await balanceOf(set.student)).toBe(3n * UNIT);

    request.user = set.student;
    await ask("500");
    request.user = set.ta;
    const second = { courseId: set.courseId, requestId: await open() };
    expect(await requests.grantRequest(second)).toMatchObject({ message: expect.stringMatching(/lacks 403/) });
    expect(await requests.grantOtherAmount({ ...second, amount: "1", answer: "for now" })).toMatchObject({ ok: true });
    request.user = set.student;
    await ask("1");
    request.user = set.ta;
    const third = { courseId: set.courseId, requestId: await open() };
    expect(await requests.refuseRequest({ ...third, answer: " " })).toMatchObject({
      fieldErrors: { answer: expect.any(String) },
    });
    expect(await requests.refuseRequest({ ...third, answer: "enough" })).toMatchObject({ ok: true });
    const mine = await listMyRequests(getDb(), set.student);
    expect(mine.map((each) => [each.outcome, each.answer])).toEqual([
      ...[
        ["refused", "enough"],
        ["granted", "for now"],
        ["granted", null],
      ],
    ]);
    expect(await balanceOf(set.student)).toBe(4n * UNIT);
  });

  it("of staff is granted by somebody else", async () => {
    request.user = set.ta;
    expect(await ask("3")).toMatchObject({ ok: true });
    const [open] = await listOwnFundings(getDb(), set.instructor, set.courseId);
    const decision = { courseId: set.courseId, requestId: open?.id ?? "" };
    expect(await requests.grantRequest(decision)).toMatchObject({ ok: false, code: "invalid_request" });
    request.user = set.instructor;
    expect(await requests.grantRequest(decision)).toMatchObject({ ok: true });
    const { rows } = await listCourseMembers(getDb(), set.instructor, set.courseId, { role: "ta" });
    expect(rows.map((row) => row.balanceNanos)).toEqual([3n * UNIT]);
  });
});

describe("vouchers", () => {
  it("are made once, redeemed by people, and a wrong code stays counted", async () => {
    request.user = set.ta;
    expect(await vouchers.makeVouchers(batch({ count: "many" }))).toMatchObject({
      fieldErrors: { count: "1 to 2,000 codes" },
    });
    expect(await vouchers.makeVouchers(batch({ amount: "60" }))).toMatchObject({
      message: expect.stringMatching(/lacks/),
    });
    const made = await vouchers.makeVouchers(batch());
    if (!made.ok) throw new Error(made.message);
    const { codes, batchId } = made.data;
    expect(codes).toHaveLength(3);
    expect(await vouchers.redeem({ code: codes[0] ?? "" })).toMatchObject({ ok: true, data: { refusal: "own" } });

    const stranger = await makePerson();
    request.user = stranger;
    for (let time = 0; time < 5; time += 1) {
      expect(await vouchers.redeem({ code: "wrong" })).toMatchObject({ ok: true, data: { refusal: "unknown" } });
    }
    // The first delay is a second, which a busy machine may need for one call: here it is an hour more.
    const isDelayed = await getDb()
      .$executeRaw`update voucher_guess set blocked_until = blocked_until + interval '1 hour'
      where user_id = ${stranger.id}::uuid and blocked_until > updated_at`;
    expect(isDelayed).toBe(1);
    expect(await vouchers.redeem({ code: codes[0] ?? "" })).toMatchObject({ data: { refusal: "delayed" } });
    request.user = await makePerson();
    expect(await vouchers.redeem({ code: codes[0] ?? "" })).toMatchObject({
      ok: true,
      data: { redeemed: true, amountNanos: 2n * UNIT, course: "A" },
    });
    expect(await balanceOf(request.user)).toBe(2n * UNIT);
    request.user = set.ta;
    expect(await vouchers.revoke({ batchId, voucherIds: [] })).toMatchObject({ ok: true, data: { revoked: 2 } });
  });

  it("may last to the end of the course's last day", async () => {
    request.user = set.ta;
    const last = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(set.endsAt);
    expect(await vouchers.makeVouchers(batch({ redeemUntil: last, lastDay: last }))).toMatchObject({
      ok: true,
      data: { redeemUntil: set.endsAt },
    });
  });
});
