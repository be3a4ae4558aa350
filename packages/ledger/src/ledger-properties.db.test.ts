import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { admissionOf, createLedgerFixture, draftOf, type LedgerFixture } from "./testing/ledger-fixture.ts";
import type { AdmissionRequest } from "./types.ts";

let books: LedgerFixture;
beforeAll(async () => {
  books = await createLedgerFixture();
});
afterAll(() => books.drop());

const nanos = (most: number) => fc.integer({ min: 0, max: most }).map(BigInt);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant("admit" as const),
      who: fc.nat(2),
      amount: nanos(600),
      optional: nanos(600),
    }),
  },
  { weight: 4, arbitrary: fc.record({ act: fc.constant("settle" as const), which: fc.nat(), cost: nanos(1500) }) },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant("settle-again" as const), which: fc.nat(), cost: nanos(1500) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("fund" as const), who: fc.nat(2), amount: nanos(900) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("fund-until" as const),
      who: fc.nat(2),
      amount: nanos(900),
      ms: fc.nat(30),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("debit" as const), who: fc.nat(2), amount: nanos(900) }) },
  { weight: 1, arbitrary: fc.constant({ act: "crash" as const }) },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constant("extend" as const), which: fc.nat(), amount: nanos(600) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("release" as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("cap" as const), who: fc.nat(2), amount: nanos(2000) }) },
  { weight: 1, arbitrary: fc.constant({ act: "expire" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant("hold" as const), who: fc.nat(2), ms: fc.integer({ min: 1, max: 20 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function play(steps: readonly Step[], isParallel: boolean): Promise<void> {
  const people = await Promise.all([
    books.person(1_000n),
    books.person(2_000n, { capNanos: 900n }),
    books.person(500n),
  ]);
  let ledger = await books.ledger();
  const open: AdmissionRequest[] = [];
  const ended: AdmissionRequest[] = [];
  const personOf = (who: number) => people[who] as (typeof people)[0];
  const draftFor = (request: AdmissionRequest, cost: bigint) =>
    draftOf(people.find((each) => each.accountId === request.accountId) ?? personOf(0), cost, {
      requestId: request.requestId,
    });

  async function act(each: Step): Promise<void> {
    switch (each.act) {
      case "admit": {
        const version = await books.one("select version from virtual_key where id = $1", [personOf(each.who).keyId]);
        const request = admissionOf(personOf(each.who), each.amount, {
          outputNanos: each.optional,
          keyVersion: version.version,
        });
        if ((await ledger.admit(request)).admitted) open.push(request);
        return;
      }
      case "settle": {
        const [request] = open.splice(each.which % Math.max(1, open.length), 1);
        if (request === undefined) return;
        ended.push(request);
        await ledger.settle(draftFor(request, each.cost));
        return;
      }
      case "settle-again": {
        const request = ended[each.which % Math.max(1, ended.length)];
        if (request !== undefined) await ledger.settle(draftFor(request, each.cost));
        return;
      }
      case "fund":
        if (each.amount > 0n) await books.credit(personOf(each.who).accountId, each.amount);
        return;
      case "fund-until":
        if (each.amount > 0n)
          await books.credit(personOf(each.who).accountId, each.amount, new Date(Date.now() + each.ms));
        return;
      case "debit":
        if (each.amount > 0n)
          await books.query("select * from post_debit($1, $2, null, 't')", [personOf(each.who).accountId, each.amount]);
        return;
      case "crash":
        // The worker dies with its reservations open; its settlements may still come later, from a spool or a slow socket.
        await books.silenceWorkers();
        await books.query("select sweep(interval '1 ms')");
        ledger = await books.ledger();
        return;
      case "release": {
        const [request] = open.splice(each.which % Math.max(1, open.length), 1);
        if (request !== undefined) await books.query("select release($1::uuid[])", [[request.requestId]]);
        return;
      }
      case "extend": {
        const request = open[each.which % Math.max(1, open.length)];
        if (request === undefined || each.amount === 0n) return;
        const added = await ledger.extend(request.requestId, each.amount);
        expect(added >= 0n && added <= each.amount).toBe(true);
        return;
      }
      case "cap":
        await books.query("update virtual_key set cap_nanos = $2, cap_period = 'day' where id = $1", [
          personOf(each.who).keyId,
          each.amount,
        ]);
        return;
      case "hold": {
        // Somebody else's long transaction: the first lane must skip the account, the second wait for it.
        const client = await books.pool.connect();
        await client.query("begin");
        await client.query("select 1 from account where id = $1 for update", [personOf(each.who).accountId]);
        await client.query("select pg_sleep($1::float8 / 1000)", [each.ms]);
        await client.query("commit");
        client.release();
        return;
      }
      case "expire":
        await books.query("select expire_credits()");
        return;
      default:
        each satisfies never;
    }
  }

  if (isParallel) await Promise.all(steps.map(act));
  else for (const each of steps) await act(each);
  expect(await books.differences()).toEqual([]);
  // Whatever is left is swept, and then nothing is reserved and the books still add up.
  await books.silenceWorkers();
  await books.query("select sweep(interval '1 ms')");
  await books.query("select expire_credits()");
  for (const person of people) {
    const account = await books.account(person.accountId);
    expect(account.reserved).toBe(0n);
    expect(account.balance).toBeGreaterThanOrEqual(0n);
  }
  expect(await books.differences()).toEqual([]);
}

describe("the books add up", () => {
  it("after any sequence of reserve, settle, repeat, release, crash, funding, debit, cap and expiry", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => play(steps, false)),
      { numRuns: 40 },
    );
  }, 120_000);

  it("under any interleaving of them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => play(steps, true)),
      { numRuns: 25 },
    );
  }, 120_000);
});
