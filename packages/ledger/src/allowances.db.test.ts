import { type Db, listAllowances, renewAllowances, type Tx } from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { AppError, newId } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addAllowances, type NewAllowance, stopAllowances } from "./allowances.ts";
import {
  admissionOf,
  createLedgerFixture,
  draftOf,
  type LedgerFixture,
  type Person,
} from "./testing/ledger-fixture.ts";

const staff = { id: newId(), name: "staff" };
const SHANGHAI = "Asia/Shanghai";
let books: LedgerFixture;
let db: Db;

beforeAll(async () => {
  books = await createLedgerFixture();
  db = createPatientPrisma(books.url, 8);
  await db.user.create({ data: { id: staff.id, studentId: "STAFF", name: staff.name, role: "admin" } });
});
afterAll(async () => {
  expect(await books.differences()).toEqual([]);
  await db.$disconnect();
  await books.drop();
});

const act = <T>(run: (tx: Tx) => Promise<T>) => db.$transaction(run);
const add = (people: readonly Person[], changes: Partial<NewAllowance> = {}) =>
  act((tx) =>
    addAllowances(tx, staff, {
      ...{ accountIds: people.map((each) => each.accountId), mode: "set-to", amountNanos: 50n, period: "day" },
      ...{ endsAt: null, courseId: null, reason: "生活补助", timeZone: SHANGHAI, ...changes },
    }),
  );
const renew = (zone = SHANGHAI) => renewAllowances(books.pool, zone);
const balance = async (accountId: string) => (await books.account(accountId)).balance;
const spend = async (person: Person, nanos: bigint) => (await books.ledger()).settle(draftOf(person, nanos));
const only = async (person: Person) => {
  const [row] = (await listAllowances(db, { accountIds: [person.accountId], all: true })).rows;
  if (row === undefined) throw new Error("no allowance");
  return row;
};
const nextAllowanceAt = async ({ accountId }: Person) =>
  (await db.account.findUniqueOrThrow({ where: { id: accountId } })).nextAllowanceAt;

/** Brings midnight here: what ended then has ended, and the allowance is due since so many milliseconds. */
async function comeMidnight(person: Person, overdueMs = 1): Promise<void> {
  await books.query(
    "update credit set ends_at = clock_timestamp() - interval '1 ms' where account_id = $1 and ends_at < clock_timestamp() + interval '32 days'",
    [person.accountId],
  );
  await books.query("update account set next_end_at = clock_timestamp() - interval '1 ms' where id = $1", [
    person.accountId,
  ]);
  await books.query(
    "update allowance set next_at = clock_timestamp() - make_interval(secs => $2::float8 / 1000) where account_id = $1 and next_at is not null",
    [person.accountId, overdueMs],
  );
  await books.query("select expire_credits()");
}

/** The next local midnight that begins a period, by Intl. */
function boundary(period: "day" | "week" | "month", zone: string): Date {
  const local = (at: Date) =>
    Object.fromEntries(
      new Intl.DateTimeFormat("en-GB", { timeZone: zone, dateStyle: "short", timeStyle: "medium" })
        .formatToParts(at)
        .map((part) => [part.type, Number(part.value)]),
    ) as { year: number; month: number; day: number; hour: number; minute: number; second: number };
  const minute = 60_000;
  for (let at = Math.ceil(Date.now() / minute) * minute; ; at += minute * 30 - (at % (minute * 30))) {
    const { year, month, day, hour, minute: minutes, second } = local(new Date(at));
    const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
    const begins = period === "day" || (period === "week" ? weekday === 1 : day === 1);
    if (begins && hour === 0 && minutes === 0 && second === 0) return new Date(at);
  }
}

describe("when an allowance comes", () => {
  it.each([SHANGHAI, "Asia/Kolkata", "UTC", "Pacific/Apia"])("at once, then at midnight in %s", async (zone) => {
    for (const period of ["day", "week", "month"] as const) {
      const person = await books.person(0n);
      const expected = boundary(period, zone);
      await add([person], { period, timeZone: zone });
      expect(await balance(person.accountId)).toBe(50n);
      expect((await only(person)).nextAt).toEqual(expected);
      expect(await nextAllowanceAt(person)).toEqual(expected);
      const credit = await db.credit.findFirstOrThrow({ where: { accountId: person.accountId } });
      expect(credit).toMatchObject({ kind: "allowance", endsAt: expected, note: "生活补助" });
    }
  });

  it.each([
    ["2027-01-31 23:59:59.9+08", SHANGHAI, "2027-01-31T16:00:00.000Z"],
    ["2027-01-31 16:00:00+00", SHANGHAI, "2027-02-28T16:00:00.000Z"],
    ["2028-02-29 12:00:00+08", SHANGHAI, "2028-02-29T16:00:00.000Z"],
    ["2027-12-31 18:29:59+00", "Asia/Kolkata", "2027-12-31T18:30:00.000Z"],
    ["2027-12-31 18:30:00+00", "Asia/Kolkata", "2028-01-31T18:30:00.000Z"],
    // Berlin's clocks change within these months.
    ["2027-03-10 12:00:00+00", "Europe/Berlin", "2027-03-31T22:00:00.000Z"],
    ["2027-10-10 12:00:00+00", "Europe/Berlin", "2027-10-31T23:00:00.000Z"],
  ])("knows where the month of %s in %s ends", async (moment, zone, expected) => {
    const { ends } = await books.one<{ ends: Date }>(
      "select ends from cap_period_bounds('month', $1::timestamptz, $2)",
      [moment, zone],
    );
    expect(ends.toISOString()).toBe(expected);
  });

  it("once for each period, however many workers look, and however long nobody did", async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => books.person(0n)));
    await add(people, { mode: "add", amountNanos: 10n });
    for (const person of people) await comeMidnight(person, 40 * 86_400_000);
    const renewed = await Promise.all(Array.from({ length: 8 }, () => renew()));
    await renew();
    expect(renewed.every((each) => each <= 5)).toBe(true);
    expect(await Promise.all(people.map((each) => balance(each.accountId)))).toEqual(people.map(() => 20n));
    expect(await renew()).toBe(0);
    expect((await only(people[0] as Person)).nextAt).toEqual(boundary("day", SHANGHAI));
  });
});

describe("what it brings", () => {
  it("set-to: exactly so much, whatever was left and whatever else there is", async () => {
    const person = await books.person(30n);
    await add([person]);
    await spend(person, 20n);
    expect(await balance(person.accountId)).toBe(60n);
    await comeMidnight(person);
    await renew();
    expect(await balance(person.accountId)).toBe(80n);
  });

  it("add: so much more, and what is left lasts as long as the allowance", async () => {
    const person = await books.person(0n);
    const endsAt = new Date(Date.now() + 90 * 86_400_000);
    await add([person], { mode: "add", endsAt });
    await spend(person, 20n);
    await comeMidnight(person);
    await renew();
    expect(await balance(person.accountId)).toBe(80n);
    const credits = await db.credit.findMany({ where: { accountId: person.accountId } });
    expect(credits.map((each) => each.endsAt)).toEqual([endsAt, endsAt]);
  });

  it("top-up-to: what other money, other allowances too, falls short of it", async () => {
    const person = await books.person(8n);
    await add([person], { mode: "top-up-to", amountNanos: 40n });
    expect(await balance(person.accountId)).toBe(40n);
    await add([person], { amountNanos: 12n });
    await comeMidnight(person);
    await renew();
    expect(await balance(person.accountId)).toBe(40n);
    const rich = await books.person(41n);
    await add([rich], { mode: "top-up-to", amountNanos: 40n });
    expect(await balance(rich.accountId)).toBe(41n);
    expect((await only(rich)).nextAt).not.toBeNull();
  });

  it("ends with the allowance, and then comes no more", async () => {
    const person = await books.person(0n);
    const endsAt = new Date(boundary("month", SHANGHAI).getTime() - 1);
    await add([person], { period: "month", endsAt });
    expect((await only(person)).nextAt).toBeNull();
    expect(await nextAllowanceAt(person)).toBeNull();
    expect(await db.credit.findFirstOrThrow({ where: { accountId: person.accountId } })).toMatchObject({ endsAt });
  });

  it("comes no more once it is stopped; what it brought stays", async () => {
    const person = await books.person(0n);
    const allowanceIds = await add([person]);
    expect(await act((tx) => stopAllowances(tx, staff, { allowanceIds }))).toBe(1);
    expect(await act((tx) => stopAllowances(tx, staff, { allowanceIds }))).toBe(0);
    expect(await balance(person.accountId)).toBe(50n);
    expect(await nextAllowanceAt(person)).toBeNull();
    await comeMidnight(person);
    await renew();
    expect(await balance(person.accountId)).toBe(0n);
    const actions = await db.auditEntry.findMany({ where: { targetId: person.accountId }, orderBy: { id: "asc" } });
    expect(actions.map((each) => each.action)).toEqual(["allowance.add", "allowance.stop"]);
  });
});

describe("an allowance that a course pays", () => {
  it("comes out of its pool, goes back there at midnight, and ends with the course at the latest", async () => {
    const { courseId, poolId, endsAt } = await books.course(120n);
    const person = await books.person(0n);
    await add([person], { courseId });
    expect((await only(person)).endsAt).toEqual(endsAt);
    await spend(person, 20n);
    await comeMidnight(person);
    expect([await balance(person.accountId), await balance(poolId)]).toEqual([0n, 100n]);
    await renew();
    expect([await balance(person.accountId), await balance(poolId)]).toEqual([50n, 50n]);
  });

  it("is refused whole where the pool can't pay for everybody at first, and says what it lacks", async () => {
    const { courseId, poolId } = await books.course(70n);
    const people = [await books.person(0n), await books.person(0n), await books.person(0n)];
    const error = await add(people, { courseId }).catch((each: unknown) => each);
    if (!(error instanceof AppError)) throw error;
    expect(error.sentence("en")).toContain("lacks 0.00000008;");
    expect(await balance(poolId)).toBe(70n);
    expect((await listAllowances(db, { accountIds: people.map((each) => each.accountId), all: true })).total).toBe(0);
  });

  it("brings nothing where the pool can't pay, says so until it can, and tries again next time", async () => {
    const { courseId, poolId } = await books.course(60n);
    const person = await books.person(0n);
    const [id] = await add([person], { courseId });
    await spend(person, 30n);
    await comeMidnight(person);
    await renew();
    expect([await balance(person.accountId), await balance(poolId)]).toEqual([0n, 30n]);
    expect(await only(person)).toMatchObject({
      failedAt: expect.any(Date),
      missingNanos: 20n,
      nextAt: boundary("day", SHANGHAI),
    });
    await comeMidnight(person);
    await renew();
    const failures = await db.auditEntry.findMany({ where: { targetId: id ?? "" } });
    expect(failures).toMatchObject([
      { action: "allowance.fail", actorName: "system", detail: { missing: "0.00000002" } },
    ]);
    await books.credit(poolId, 100n);
    await comeMidnight(person);
    await renew();
    expect(await balance(person.accountId)).toBe(50n);
    expect(await only(person)).toMatchObject({ failedAt: null, missingNanos: null });
  });
});

describe("a refusal for want of money", () => {
  it("says when the next allowance comes", async () => {
    const person = await books.person(0n);
    const ledger = await books.ledger();
    expect(await ledger.admit(admissionOf(person, 51n))).toMatchObject({ admitted: false, nextAllowanceInMs: null });
    await add([person]);
    const asked = Date.now();
    const answer = await ledger.admit(admissionOf(person, 51n));
    const answered = Date.now();
    if (answer.admitted || answer.nextAllowanceInMs === null) throw new Error("should be refused, with a time");
    const midnight = (await nextAllowanceAt(person))?.getTime() ?? 0;
    expect(answer.nextAllowanceInMs).toBeGreaterThanOrEqual(midnight - answered - 1_000);
    expect(answer.nextAllowanceInMs).toBeLessThanOrEqual(midnight - asked + 1_000);
  });
});
