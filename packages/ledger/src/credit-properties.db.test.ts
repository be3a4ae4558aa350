import type { Db, Tx } from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { AppError, allowanceModes } from "@lyceum/domain";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addAllowances, stopAllowances } from "./allowances.ts";
import { grantFromCourse } from "./courses.ts";
import { fund, setBalance } from "./post.ts";
import {
  admissionOf,
  createLedgerFixture,
  draftOf,
  type LedgerFixture,
  type Person,
} from "./testing/ledger-fixture.ts";
import type { AdmissionRequest } from "./types.ts";
import { undoEntry } from "./undo.ts";

let books: LedgerFixture;
let db: Db;
beforeAll(async () => {
  books = await createLedgerFixture();
  db = createPatientPrisma(books.url, 8);
});
afterAll(async () => {
  await db.$disconnect();
  await books.drop();
});

const staff = { id: null, name: "staff" };
const nanos = (most: number) => fc.integer({ min: 1, max: most }).map(BigInt);
const weighted = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
const act = <const Act extends string>(name: Act) => fc.constant(name);
const step = fc.oneof(
  weighted(4, fc.record({ act: act("admit"), who: fc.nat(2), amount: nanos(400) })),
  weighted(4, fc.record({ act: act("settle"), which: fc.nat(), cost: nanos(500) })),
  weighted(1, fc.record({ act: act("settle-late"), which: fc.nat(), cost: nanos(500) })),
  weighted(3, fc.record({ act: act("grant"), people: fc.integer({ min: 1, max: 3 }), amount: nanos(300) })),
  weighted(1, fc.record({ act: act("fund-pool"), amount: nanos(400), ms: fc.option(fc.nat(40)) })),
  weighted(1, fc.record({ act: act("fund"), who: fc.nat(2), amount: nanos(300) })),
  weighted(
    2,
    fc.record({
      act: act("allow"),
      who: fc.nat(2),
      mode: fc.constantFrom(...allowanceModes),
      amount: nanos(200),
      fromPool: fc.boolean(),
    }),
  ),
  weighted(1, fc.record({ act: act("stop"), which: fc.nat() })),
  weighted(2, fc.record({ act: act("midnight") })),
  weighted(2, fc.record({ act: act("renew") })),
  weighted(2, fc.record({ act: act("expire") })),
  weighted(2, fc.record({ act: act("undo"), which: fc.nat() })),
  weighted(1, fc.record({ act: act("set"), who: fc.nat(2), target: nanos(300) })),
  weighted(1, fc.record({ act: act("end"), who: fc.nat(3) })),
  weighted(1, fc.record({ act: act("crash") })),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What staff are refused for want of money, or because it is gone already, is no failure. */
async function allowed(run: (tx: Tx) => Promise<unknown>): Promise<void> {
  try {
    await db.$transaction(run, { maxWait: 60_000, timeout: 60_000 });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

async function play(steps: readonly Step[], isParallel: boolean): Promise<void> {
  const people = await Promise.all([books.person(300n), books.person(0n), books.person(0n)]);
  const { courseId, poolId } = await books.course(1_000n);
  const holders = [...people.map((each) => each.accountId), poolId];
  let ledger = await books.ledger();
  const open: { request: AdmissionRequest; granted: bigint }[] = [];
  const crashed: AdmissionRequest[] = [];
  const personOf = (accountId: string) => people.find((each) => each.accountId === accountId) as Person;

  async function run(each: Step): Promise<void> {
    switch (each.act) {
      case "admit": {
        const request = admissionOf(people[each.who] as Person, each.amount);
        const answer = await ledger.admit(request);
        if (answer.admitted) open.push({ request, granted: answer.grantedNanos });
        return;
      }
      case "settle": {
        const [taken] = open.splice(each.which % Math.max(1, open.length), 1);
        if (taken === undefined) return;
        const { requestId, accountId } = taken.request;
        const settled = await ledger.settle(draftOf(personOf(accountId), each.cost, { requestId }));
        // What was reserved is paid by whoever reserved it, whatever has ended or was taken back meanwhile.
        if (settled.outcome === "settled" && each.cost <= taken.granted) expect(settled.uncollectedNanos).toBe(0n);
        return;
      }
      case "settle-late": {
        const [request] = crashed.splice(each.which % Math.max(1, crashed.length), 1);
        if (request === undefined) return;
        await ledger.settle(draftOf(personOf(request.accountId), each.cost, { requestId: request.requestId }));
        return;
      }
      case "grant": {
        const accountIds = people.slice(0, each.people).map((person) => person.accountId);
        return allowed((tx) =>
          grantFromCourse(tx, staff, { courseId, accountIds, amountNanos: each.amount, reason: "r" }),
        );
      }
      case "fund-pool": {
        const endsAt = each.ms === null ? null : new Date(Date.now() + 5 + each.ms);
        return allowed((tx) => fund(tx, staff, { accountId: poolId, amountNanos: each.amount, reason: "r", endsAt }));
      }
      case "fund": {
        const { accountId } = people[each.who] as Person;
        return allowed((tx) => fund(tx, staff, { accountId, amountNanos: each.amount, reason: "r" }));
      }
      case "allow": {
        const { accountId } = people[each.who] as Person;
        const terms = { mode: each.mode, amountNanos: each.amount, period: "day", endsAt: null, reason: "r" } as const;
        const source = { courseId: each.fromPool ? courseId : null, timeZone: "Asia/Kolkata" };
        return allowed((tx) => addAllowances(tx, staff, { accountIds: [accountId], ...terms, ...source }));
      }
      case "stop": {
        const allowances = await db.allowance.findMany({ where: { accountId: { in: holders } }, select: { id: true } });
        const one = allowances[each.which % Math.max(1, allowances.length)];
        if (one === undefined) return;
        return allowed((tx) => stopAllowances(tx, staff, { allowanceIds: [one.id] }));
      }
      case "midnight":
        await books.query(
          `with locked as (select id from account where id = any($1) order by id for no key update)
            update allowance set next_at = clock_timestamp() - interval '1 ms' where account_id in (select id from locked) and next_at is not null`,
          [holders],
        );
        return;
      case "renew":
        await books.query("select renew_allowances('Asia/Kolkata')");
        return;
      case "expire":
        await books.query("select expire_credits()");
        return;
      case "undo": {
        const where = {
          accountId: { in: holders },
          amountNanos: { gt: 0n },
          kind: { in: ["top_up", "grant"] },
        } as const;
        const entries = await db.ledgerEntry.findMany({
          where: { ...where, kind: { in: [...where.kind.in] } },
          orderBy: { id: "asc" },
          select: { id: true },
        });
        const one = entries[each.which % Math.max(1, entries.length)];
        if (one === undefined) return;
        return allowed((tx) => undoEntry(tx, staff, { entryId: one.id }));
      }
      case "set": {
        const { accountId } = people[each.who] as Person;
        return allowed((tx) => setBalance(tx, staff, { accountId, targetNanos: each.target, reason: "r" }));
      }
      case "end":
        await books.end(holders[each.who] ?? poolId);
        return;
      case "crash": {
        // The worker dies with its requests open; what became of them may still come later, from a spool or a slow socket.
        await books.silenceWorkers();
        await books.query("select sweep(interval '1 ms')");
        crashed.push(...open.splice(0).map(({ request }) => request));
        ledger = await books.ledger();
        return;
      }
      default:
        each satisfies never;
    }
  }

  if (isParallel) await Promise.all(steps.map(run));
  else for (const each of steps) await run(each);
  expect(await books.differences()).toEqual([]);

  // In the end nobody runs and every grant ends: the pool has what came into it, less what was charged to it, expired in it, or taken.
  await books.silenceWorkers();
  await books.query("select sweep(interval '1 ms')");
  await books.end(...people.map((each) => each.accountId));
  for (let round = 0; round < 3; round++) await books.query("select expire_credits()");
  expect(await books.differences()).toEqual([]);
  for (const { accountId } of people) expect(await books.account(accountId)).toEqual({ balance: 0n, reserved: 0n });
  const { left, moved } = await books.one<{ left: string; moved: string }>(
    `select (select sum(amount_nanos) from ledger_entry where account_id = $1 and kind in ('top-up', 'expiry', 'adjustment'))
        + coalesce((select sum(l.amount_nanos) from ledger_entry l join credit c on c.id = l.credit_id where c.pool_id = $1 and l.requests > 0), 0) as left,
      coalesce((select sum(amount_nanos) from ledger_entry where account_id = any($2) and other_account_id is not null), 0) as moved`,
    [poolId, holders],
  );
  expect((await books.account(poolId)).balance).toBe(BigInt(left));
  expect(moved).toBe("0");
}

describe("between a course's pool and its people no money appears or gets lost", () => {
  it("after any sequence of grant, allowance, charge, end, expiry, undoing, debit, crash and refund", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => play(steps, false)),
      { numRuns: 40 },
    );
  }, 180_000);

  it("under any interleaving of them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => play(steps, true)),
      { numRuns: 25 },
    );
  }, 180_000);
});
