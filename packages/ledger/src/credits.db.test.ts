import type { Db, Tx } from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { AppError, newId } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { grantFromCourse } from "./courses.ts";
import { setBalance } from "./post.ts";
import {
  admissionOf,
  createLedgerFixture,
  draftOf,
  type LedgerFixture,
  type Person,
} from "./testing/ledger-fixture.ts";
import { undoEntry } from "./undo.ts";

const staff = { id: newId(), name: "staff" };
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
const grant = (courseId: string, people: readonly Person[], amountNanos: bigint, reason = "第一周") =>
  act((tx) =>
    grantFromCourse(tx, staff, { courseId, accountIds: people.map((each) => each.accountId), amountNanos, reason }),
  );
const entriesOf = (accountId: string) =>
  db.ledgerEntry.findMany({
    where: { accountId },
    orderBy: { id: "asc" },
    select: { kind: true, amountNanos: true, actorId: true, reason: true, otherAccountId: true },
  });
const balance = async (accountId: string) => (await books.account(accountId)).balance;
const expire = () => books.query("select expire_credits()");
const inMs = (ms: number) => new Date(Date.now() + ms);

async function refusalOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (each: unknown) => each,
  );
  if (error instanceof AppError) return `${error.sentence("zh")} ${error.sentence("en")}`;
  throw error ?? new Error("it was not refused");
}

describe("spending", () => {
  it("takes the soonest-ending credit first, and one charge spans several", async () => {
    const person = await books.person(10n);
    await books.credit(person.accountId, 3n, inMs(90_000));
    await books.credit(person.accountId, 4n, inMs(60_000));
    const ledger = await books.ledger();
    await ledger.settle(draftOf(person, 9n));
    const credits = await db.credit.findMany({
      where: { accountId: person.accountId },
      orderBy: { amountNanos: "asc" },
    });
    expect(credits.map((each) => [each.amountNanos, each.remainingNanos])).toEqual([
      [3n, 0n],
      [4n, 0n],
      [10n, 8n],
    ]);
  });
});

describe("course grants", () => {
  it("come out of the pool, end with the course, and name actor and reason on both sides", async () => {
    const { courseId, poolId, endsAt } = await books.course(100n);
    const [one, two] = [await books.person(0n), await books.person(5n)];
    const granted = await grant(courseId, [one, two], 30n);
    expect(granted).toMatchObject({ pool: { beforeNanos: 100n, afterNanos: 40n } });
    expect(granted.changes.map((each) => each.afterNanos).toSorted()).toEqual([30n, 35n]);
    expect([await balance(poolId), await balance(one.accountId), await balance(two.accountId)]).toEqual([
      40n,
      30n,
      35n,
    ]);
    const common = { kind: "grant", actorId: staff.id, reason: "第一周" };
    expect(await entriesOf(one.accountId)).toEqual([{ ...common, amountNanos: 30n, otherAccountId: poolId }]);
    expect((await entriesOf(poolId)).slice(1)).toEqual(
      [one, two]
        .toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1))
        .map(({ accountId }) => ({ ...common, amountNanos: -30n, otherAccountId: accountId })),
    );
    const credit = await db.credit.findFirstOrThrow({ where: { accountId: one.accountId } });
    expect(credit).toMatchObject({ kind: "course_grant", endsAt, poolId });
  });

  it("go to all or to nobody, and say what the pool lacks in both languages", async () => {
    const { courseId, poolId } = await books.course(8_000_000_000n);
    const people = [await books.person(0n), await books.person(0n)];
    const said = await refusalOf(grant(courseId, people, 5_000_000_000n));
    expect(said).toContain("还差 2，");
    expect(said).toContain("lacks 2;");
    expect(await Promise.all([poolId, ...people.map((each) => each.accountId)].map(balance))).toEqual([
      8_000_000_000n,
      0n,
      0n,
    ]);
  });

  it("cannot together overdraw a pool when many are made at once", async () => {
    const { courseId, poolId } = await books.course(100n);
    const people = await Promise.all(Array.from({ length: 8 }, () => books.person(0n)));
    const answers = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) =>
        grant(courseId, [people[i % 8] as Person, people[(i + 3) % 8] as Person], 10n),
      ),
    );
    expect(answers.filter((each) => each.status === "fulfilled")).toHaveLength(5);
    expect(await balance(poolId)).toBe(0n);
    const totals = await Promise.all(people.map((each) => balance(each.accountId)));
    expect(totals.reduce((sum, each) => sum + each, 0n)).toBe(100n);
    expect(await books.differences()).toEqual([]);
  });

  it("end no later than the pool's money they come from, each part for itself", async () => {
    const poolEndsAt = inMs(3_600_000);
    const { courseId, poolId, endsAt } = await books.course(6n, { poolEndsAt });
    await books.credit(poolId, 10n);
    const person = await books.person(0n);
    await grant(courseId, [person], 9n);
    const credits = await db.credit.findMany({ where: { accountId: person.accountId }, orderBy: { endsAt: "asc" } });
    expect(credits.map((each) => [each.amountNanos, each.endsAt])).toEqual([
      [6n, poolEndsAt],
      [3n, endsAt],
    ]);
  });

  it("are refused once the course has ended", async () => {
    const { courseId } = await books.course(10n, { endsAt: inMs(-1_000) });
    expect(await refusalOf(grant(courseId, [await books.person(0n)], 1n))).toMatch(/已结束.*has ended/s);
  });
});

describe("the end of a credit", () => {
  it("returns what is left of a grant to its pool, and writes off what came from nowhere", async () => {
    const { courseId, poolId } = await books.course(100n);
    const person = await books.person(0n);
    await grant(courseId, [person], 30n);
    await books.credit(person.accountId, 7n, inMs(60_000));
    await (await books.ledger()).settle(draftOf(person, 12n));
    await books.end(person.accountId);
    await expire();
    expect(await balance(person.accountId)).toBe(0n);
    expect(await balance(poolId)).toBe(95n);
    expect((await entriesOf(poolId)).at(-1)).toMatchObject({
      kind: "return",
      amountNanos: 25n,
      otherAccountId: person.accountId,
    });
    const expiries = (await entriesOf(person.accountId)).filter((each) => each.kind === "expiry");
    expect(expiries).toMatchObject([{ amountNanos: -25n }]);
  });

  it("waits for a request admitted before, which may still spend it, and lets none begin on it", async () => {
    const { courseId, poolId } = await books.course(100n);
    const person = await books.person(0n);
    await grant(courseId, [person], 50n);
    const ledger = await books.ledger();
    const request = admissionOf(person, 20n);
    expect((await ledger.admit(request)).admitted).toBe(true);
    await books.end(person.accountId);
    await expire();
    expect(await balance(person.accountId)).toBe(50n);
    expect(await ledger.admit(admissionOf(person, 1n))).toMatchObject({ refusal: "insufficient_balance" });
    const draft = draftOf(person, 15n, { requestId: request.requestId });
    expect(await ledger.settle(draft)).toMatchObject({ chargeNanos: 15n });
    await expire();
    expect([await balance(person.accountId), await balance(poolId)]).toEqual([0n, 85n]);
  });

  it("leaves to each request admitted later what it has reserved, though an earlier one keeps the credit open", async () => {
    const person = await books.person(30n);
    await books.credit(person.accountId, 10n, inMs(60_000));
    const ledger = await books.ledger();
    const [early, costly, modest] = [admissionOf(person, 1n), admissionOf(person, 10n), admissionOf(person, 19n)];
    await ledger.admit(early);
    await books.end(person.accountId);
    await books.query("update credit set ends_at = null where account_id = $1 and amount_nanos = 30", [
      person.accountId,
    ]);
    expect((await ledger.admit(costly)).admitted).toBe(true);
    expect((await ledger.admit(modest)).admitted).toBe(true);
    const settle = ({ requestId }: { requestId: string }, cost: bigint) =>
      ledger.settle(draftOf(person, cost, { requestId }));
    expect(await settle(costly, 100n)).toMatchObject({ chargeNanos: 10n, uncollectedNanos: 90n });
    expect(await settle(modest, 19n)).toMatchObject({ chargeNanos: 19n, uncollectedNanos: 0n });
    expect(await settle(early, 100n)).toMatchObject({ chargeNanos: 11n });
  });

  it.each([
    ["to the pool", false, 90n],
    ["to nowhere once the pool's money has ended too", true, 0n],
  ])("sends a refund on %s", async (_, poolHasEnded, left) => {
    const { courseId, poolId } = await books.course(100n);
    const person = await books.person(0n);
    await grant(courseId, [person], 40n);
    const ledger = await books.ledger();
    const request = admissionOf(person, 40n);
    expect((await ledger.admit(request)).admitted).toBe(true);
    await books.silenceWorkers();
    await books.query("select sweep(interval '1 ms')");
    await books.end(person.accountId, ...(poolHasEnded ? [poolId] : []));
    await books.query(
      "update credit set ends_at = clock_timestamp() - interval '1 millisecond' where account_id = $1",
      [person.accountId],
    );
    await expire();
    expect(await balance(person.accountId)).toBe(0n);
    const draft = draftOf(person, 10n, { requestId: request.requestId });
    expect(await ledger.settle(draft)).toMatchObject({ outcome: "adjusted", chargeNanos: 10n });
    await expire();
    await expire();
    expect([await balance(person.accountId), await balance(poolId)]).toEqual([0n, left]);
    expect(await books.differences()).toEqual([]);
  });

  it("is not held up by accounts that are locked elsewhere", async () => {
    const { courseId } = await books.course(100n);
    const [held, free] = [await books.person(0n), await books.person(0n)];
    await grant(courseId, [held, free], 10n);
    await books.end(held.accountId, free.accountId);
    const client = await books.pool.connect();
    await client.query("begin");
    await client.query("select 1 from account where id = $1 for update", [held.accountId]);
    await expire();
    expect([await balance(held.accountId), await balance(free.accountId)]).toEqual([10n, 0n]);
    await client.query("commit");
    client.release();
    await expire();
    expect(await balance(held.accountId)).toBe(0n);
  });
});

describe("debits", () => {
  it("give a course's money back to its pool", async () => {
    const { courseId, poolId } = await books.course(100n);
    const person = await books.person(20n);
    await grant(courseId, [person], 30n);
    const change = await act((tx) =>
      setBalance(tx, staff, { accountId: person.accountId, targetNanos: 5n, reason: "r" }),
    );
    expect(change).toMatchObject({ beforeNanos: 50n, afterNanos: 5n, missingNanos: 0n });
    expect(await balance(poolId)).toBe(100n);
  });
});

describe("undoing", () => {
  const undo = (entryId: string | undefined) => act((tx) => undoEntry(tx, staff, { entryId: entryId ?? "" }));

  it("takes back what is left of a grant, to its pool, and says what is spent", async () => {
    const { courseId, poolId } = await books.course(100n);
    const person = await books.person(0n);
    const { changes } = await grant(courseId, [person], 30n);
    await (await books.ledger()).settle(draftOf(person, 12n));
    const undone = await undo(changes[0]?.entryIds[0]);
    expect(undone).toMatchObject({ takenNanos: 18n, heldNanos: 0n, goneNanos: 12n, afterNanos: 0n });
    expect([await balance(person.accountId), await balance(poolId)]).toEqual([0n, 88n]);
    expect((await entriesOf(person.accountId)).at(-1)).toMatchObject({
      kind: "adjustment",
      actorId: staff.id,
      reason: "撤销 Undo: 第一周",
    });
    expect(await refusalOf(undo(changes[0]?.entryIds[0]))).toMatch(/已撤销.*was undone/s);
  });

  it("leaves what running requests hold, says so, and takes what they don't need when they end", async () => {
    const { courseId, poolId } = await books.course(100n);
    const person = await books.person(0n);
    const { changes } = await grant(courseId, [person], 30n);
    const ledger = await books.ledger();
    const request = admissionOf(person, 25n);
    await ledger.admit(request);
    expect(await undo(changes[0]?.entryIds[0])).toMatchObject({ takenNanos: 5n, heldNanos: 25n, goneNanos: 0n });
    expect(await ledger.settle(draftOf(person, 10n, { requestId: request.requestId }))).toMatchObject({
      chargeNanos: 10n,
      uncollectedNanos: 0n,
    });
    await expire();
    expect([await balance(person.accountId), await balance(poolId)]).toEqual([0n, 90n]);
  });

  it("takes no other money, and refuses what can't be undone", async () => {
    const person = await books.person(10n);
    const ledger = await books.ledger();
    const [topUp] = await db.ledgerEntry.findMany({ where: { accountId: person.accountId } });
    await books.credit(person.accountId, 7n, inMs(60_000));
    await ledger.settle(draftOf(person, 9n));
    expect(await undo(topUp?.id)).toMatchObject({ takenNanos: 8n, goneNanos: 2n, afterNanos: 0n });
    const charge = await db.ledgerEntry.findFirstOrThrow({ where: { accountId: person.accountId, kind: "charge" } });
    expect(await refusalOf(undo(charge.id))).toMatch(/只能撤销.*only/s);
    const other = await books.person(4n);
    await ledger.settle(draftOf(other, 4n));
    const spent = await db.ledgerEntry.findFirstOrThrow({ where: { accountId: other.accountId, kind: "top_up" } });
    expect(await refusalOf(undo(spent.id))).toMatch(/已全部用完.*is spent/s);
    await expect(undo(newId())).rejects.toMatchObject({ code: "not_found" });
  });
});
