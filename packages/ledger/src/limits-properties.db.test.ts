import type { Limits } from "@lyceum/domain";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLedgerFixture, draftOf, type LedgerFixture } from "./testing/ledger-fixture.ts";
import { type LimitedPerson, limitedPerson } from "./testing/limits-scene.ts";
import type { AdmissionRequest, LimitScope } from "./types.ts";

let books: LedgerFixture;
beforeAll(async () => {
  books = await createLedgerFixture();
});
afterAll(() => books.drop());

const scope = fc.constantFrom<LimitScope>("key", "user", "member");
const most = { rpmLimit: 12, tpmLimit: 600, parallelLimit: 6, capNanos: 2_000n } as const;
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 2 });
const limits = fc.record({
  rpmLimit: maybe(fc.integer({ min: 1, max: most.rpmLimit })),
  tpmLimit: maybe(fc.integer({ min: 60, max: most.tpmLimit })),
  parallelLimit: maybe(fc.integer({ min: 1, max: most.parallelLimit })),
  capNanos: maybe(fc.bigInt({ min: 0n, max: most.capNanos })),
  capPeriod: fc.constantFrom<Limits["capPeriod"]>("total", "day", "term"),
});
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      act: fc.constant("admit" as const),
      nanos: fc.bigInt({ min: 0n, max: 500n }),
      optional: fc.bigInt({ min: 0n, max: 300n }),
      tokens: fc.integer({ min: 0, max: 90 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant("settle" as const),
      which: fc.nat(),
      percent: fc.bigInt({ min: 0n, max: 100n }),
      tokens: fc.integer({ min: 0, max: 90 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("release" as const), which: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant("extend" as const),
      which: fc.nat(),
      nanos: fc.bigInt({ min: 1n, max: 400n }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ act: "crash" as const }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant("limit" as const), scope, limits }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type Open = { request: AdmissionRequest; grantedNanos: bigint };

/** What counts against the limits of a scope, added up from reservations and usage records, not from the meter. */
async function counted(person: LimitedPerson, of: LimitScope) {
  const column = { key: "key_id", user: "account_id", member: "group_id" }[of];
  const holder = { key: person.keyId, user: person.accountId, member: person.groupId }[of];
  const row = await books.one<{ running: number; nanos: string }>(
    `with held as (select * from reservation where account_id = $1 and ${column} = $2),
       done as (select * from usage_record where account_id = $1 and ${column} = $2)
     select (select count(*)::int from held) as running,
       (select coalesce(sum(amount_nanos), 0) from held) + (select coalesce(sum(charge_nanos), 0) from done) as nanos`,
    [person.accountId, holder],
  );
  return { running: row.running, nanos: BigInt(row.nanos) };
}

/** Plays steps through three ledgers, each in turn. `watch` sees each answer to an admission, in a sequence alone. */
async function play(
  person: LimitedPerson,
  steps: readonly Step[],
  isParallel: boolean,
  watch: (
    act: () => Promise<boolean>,
    step: Extract<Step, { act: "admit" }>,
    inForce: Record<LimitScope, Partial<Limits>>,
  ) => Promise<void>,
) {
  const ledgers = await Promise.all([books.ledger(), books.ledger(), books.ledger()]);
  const open: Open[] = [];
  const inForce: Record<LimitScope, Partial<Limits>> = { key: {}, user: {}, member: {} };
  const take = (which: number) => open.splice(which % Math.max(1, open.length), 1)[0];
  async function act(each: Step, i: number): Promise<void> {
    const ledger = ledgers[i % 3] as (typeof ledgers)[0];
    switch (each.act) {
      case "admit":
        return watch(
          async () => {
            const request = person.admission(each.nanos, { outputNanos: each.optional, tokenEstimate: each.tokens });
            const answer = await ledger.admit(request);
            if (answer.admitted) open.push({ request, grantedNanos: answer.grantedNanos });
            return answer.admitted;
          },
          each,
          { ...inForce },
        );
      case "settle": {
        const ended = take(each.which);
        if (ended === undefined) return;
        const usage = { ...draftOf(person, 0n).usage, input: each.tokens, output: 0 };
        // Side by side with a crash this may come after the sweep: then more than was swept would be the rightful cost of a dead worker.
        const most = isParallel ? ended.request.inputNanos : ended.grantedNanos;
        const cost = (most * each.percent) / 100n;
        await ledger.settle(draftOf(person, cost, { requestId: ended.request.requestId, usage }));
        return;
      }
      case "release": {
        const ended = take(each.which);
        if (ended !== undefined) await books.query("select release($1::uuid[])", [[ended.request.requestId]]);
        return;
      }
      case "extend": {
        const running = open[each.which % Math.max(1, open.length)];
        if (running !== undefined) await ledger.extend(running.request.requestId, each.nanos);
        return;
      }
      case "crash":
        await books.silenceWorkers();
        await books.query("select sweep(interval '1 ms')");
        open.length = 0;
        return;
      case "limit":
        await person.limit(each.scope, each.limits);
        inForce[each.scope] = each.limits;
        return;
      default:
        each satisfies never;
    }
  }
  if (isParallel) await Promise.all(steps.map(act));
  else for (const [i, each] of steps.entries()) await act(each, i);
  expect(await books.differences()).toEqual([]);
}

const scopes = ["key", "user", "member"] as const;

describe("no limit is passed", () => {
  it("in any sequence of admissions, endings, crashes, extensions and changes of limits; and nothing is refused that would fit", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const person = await limitedPerson(books, 1_000_000n);
        await play(person, steps, false, async (act, each, inForce) => {
          const before = Object.fromEntries(
            await Promise.all(scopes.map(async (of) => [of, await counted(person, of)] as const)),
          );
          const isAdmitted = await act();
          let fits = true;
          for (const of of scopes) {
            const { capNanos = null, parallelLimit = null } = inForce[of];
            const { running = 0, nanos = 0n } = before[of] ?? {};
            const after = await counted(person, of);
            if (isAdmitted && parallelLimit !== null) expect(after.running).toBeLessThanOrEqual(parallelLimit);
            if (isAdmitted && capNanos !== null) expect(after.nanos <= capNanos).toBe(true);
            if (parallelLimit !== null && running >= parallelLimit) fits = false;
            if (capNanos !== null && nanos + each.nanos > capNanos) fits = false;
          }
          const isPaced = scopes.some((of) => (inForce[of].rpmLimit ?? inForce[of].tpmLimit ?? null) !== null);
          if (!isPaced) expect(isAdmitted).toBe(fits);
          else if (!fits) expect(isAdmitted).toBe(false);
        });
      }),
      { numRuns: 40 },
    );
  }, 180_000);

  it("under any interleaving of them, while limits move below a maximum", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
        const person = await limitedPerson(books, 1_000_000n);
        for (const of of scopes) await person.limit(of, { ...most, capPeriod: "total" });
        // Never lifted, so that whatever the order, nothing beyond the maximum may get in.
        const bounded = steps.map((each) => {
          if (each.act !== "limit") return each;
          const { rpmLimit, tpmLimit, parallelLimit, capNanos } = each.limits;
          const kept = { rpmLimit: rpmLimit ?? most.rpmLimit, tpmLimit: tpmLimit ?? most.tpmLimit };
          const held = { parallelLimit: parallelLimit ?? most.parallelLimit, capNanos: capNanos ?? most.capNanos };
          return { ...each, limits: { ...kept, ...held, capPeriod: each.limits.capPeriod } };
        });
        let admitted = 0;
        await play(person, bounded, true, async (act) => {
          if (await act()) admitted += 1;
        });
        expect(admitted).toBeLessThanOrEqual(most.rpmLimit);
        for (const of of scopes) {
          const after = await counted(person, of);
          expect(after.running).toBeLessThanOrEqual(most.parallelLimit);
          expect(after.nanos <= most.capNanos).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  }, 180_000);

  it("in any 60 seconds, wherever they begin", async () => {
    const moves = fc.array(fc.record({ seconds: fc.nat(70), tokens: fc.integer({ min: 1, max: 60 }) }), {
      minLength: 5,
      maxLength: 25,
    });
    await fc.assert(
      fc.asyncProperty(moves, async (steps) => {
        const person = await limitedPerson(books, 0n);
        await person.limit("key", { rpmLimit: 4, tpmLimit: 100 });
        const ledger = await books.ledger();
        // When the database admitted each is known as between two moments.
        const passed: { asked: number; answered: number; tokens: number }[] = [];
        let skipped = 0;
        for (const { seconds, tokens } of steps) {
          await person.pass(seconds);
          skipped += seconds;
          const asked = skipped + Date.now() / 1_000;
          const answer = await ledger.admit(person.admission(0n, { tokenEstimate: tokens }));
          const answered = skipped + Date.now() / 1_000;
          const since = (moment: number, by: "asked" | "answered") => {
            const counts = passed.filter((each) => each[by] > moment);
            return { requests: counts.length, tokens: counts.reduce((sum, each) => sum + each.tokens, 0) };
          };
          if (answer.admitted) {
            passed.push({ asked, answered, tokens });
            const minute = since(answered - 60, "asked");
            expect(minute.requests <= 4 && minute.tokens <= 100).toBe(true);
          } else {
            // Not refused by what is older than the coarsest second.
            const minute = since(asked - 61.5, "answered");
            expect(minute.requests === 4 || minute.tokens + tokens > 100).toBe(true);
          }
        }
      }),
      { numRuns: 15 },
    );
  }, 180_000);
});
