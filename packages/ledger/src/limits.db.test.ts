import { type Limits, noUsage } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { usageRow } from "./booking-rows.ts";
import { runBook } from "./statements.ts";
import { createLedgerFixture, draftOf, type LedgerFixture } from "./testing/ledger-fixture.ts";
import { limitedPerson } from "./testing/limits-scene.ts";
import type { Admission, Ledger, LimitScope } from "./types.ts";

const YUAN = 1_000_000_000n;
const scopes = ["key", "user", "member"] as const satisfies readonly LimitScope[];
let books: LedgerFixture;
let ledgers: Ledger[];
beforeAll(async () => {
  books = await createLedgerFixture();
  ledgers = await Promise.all([books.ledger(), books.ledger(), books.ledger()]);
});
afterAll(async () => {
  expect(await books.differences()).toEqual([]);
  await books.drop();
});

const ledger = (i = 0) => ledgers[i % 3] as Ledger;
const refusals = (answers: readonly Admission[]) => answers.flatMap((each) => (each.admitted ? [] : [each]));

describe("200 requests at once through three ledgers", () => {
  it.each<[string, Partial<Limits>, number, string]>([
    ["requests a minute", { rpmLimit: 17 }, 17, "rpm_exceeded"],
    ["tokens a minute", { tpmLimit: 15 * 11 + 14 }, 11, "tpm_exceeded"],
    ["parallel requests", { parallelLimit: 23 }, 23, "parallel_exceeded"],
    ["a spending cap", { capNanos: (29n * YUAN) / 2n, capPeriod: "week" }, 14, "cap_exceeded"],
  ])("pass %s of key, user and member exactly as often as it allows", async (_, limits, allowed, refusal) => {
    for (const scope of scopes) {
      const person = await limitedPerson(books, 1_000n * YUAN);
      await person.limit(scope, limits);
      const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => ledger(i).admit(person.admission(YUAN))));
      expect(answers.filter((each) => each.admitted)).toHaveLength(allowed);
      for (const each of refusals(answers)) expect(each).toMatchObject({ refusal, failed: { scope } });
    }
  });

  it("pass the tightest of all limits together, and each refusal names one that failed", async () => {
    const person = await limitedPerson(books, 1_000n * YUAN);
    await person.limit("key", { rpmLimit: 40, parallelLimit: 60 });
    await person.limit("user", { tpmLimit: 15 * 31, capNanos: 50n * YUAN, capPeriod: "day" });
    await person.limit("member", { parallelLimit: 21, rpmLimit: 35 });
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => ledger(i).admit(person.admission(YUAN))));
    expect(answers.filter((each) => each.admitted)).toHaveLength(21);
    for (const each of refusals(answers)) {
      expect(each).toMatchObject({ refusal: "parallel_exceeded", failed: { scope: "member", limit: 21n } });
      expect(each.rates).toMatchObject({ requests: { limit: 35 }, tokens: { limit: 465 } });
    }
  });
});

describe("the minute", () => {
  it("slides: what was admitted counts for 60 seconds, and the wait that a refusal names is neither too short nor too long", async () => {
    const person = await limitedPerson(books, 100n * YUAN);
    await person.limit("key", { rpmLimit: 3 });
    const ask = () => ledger().admit(person.admission(0n));
    const began = Date.now();
    await ask();
    await person.pass(20);
    await ask();
    await ask();
    const first = await ask();
    expect(first).toMatchObject({ refusal: "rpm_exceeded", failed: { scope: "key", limit: 3n } });
    const waitMs = refusals([first])[0]?.failed?.waitMs ?? 0;
    expect(waitMs).toBeGreaterThan(39_000 - (Date.now() - began));
    expect(waitMs).toBeLessThanOrEqual(41_000);
    // A busy machine may take seconds from here to there.
    await person.pass(Math.floor(waitMs / 1_000) - 10);
    expect(await ask()).toMatchObject({ admitted: false });
    await person.pass(11);
    expect(await ask()).toMatchObject({ admitted: true });
    // The second and third are still in.
    expect(await ask()).toMatchObject({ admitted: false });
    await person.pass(62);
    expect(await ask()).toMatchObject({ admitted: true, rates: { requests: { limit: 3, left: 2 } } });
  });

  it("counts tokens by the estimate at admission, and by the true figure once there is one", async () => {
    const person = await limitedPerson(books, 100n * YUAN);
    await person.limit("user", { tpmLimit: 1_000 });
    const [small, large] = [person.admission(0n, { tokenEstimate: 900 }), person.admission(0n, { tokenEstimate: 800 })];
    await ledger().admit(small);
    expect(await ledger().admit(large)).toMatchObject({ refusal: "tpm_exceeded", rates: { tokens: { left: 0 } } });
    await ledger().settle(draftOf(person, 0n, { requestId: small.requestId })); // 15 tokens in truth
    expect(await ledger().admit(large)).toMatchObject({
      admitted: true,
      rates: { tokens: { left: 1_000 - 15 - 800 } },
    });
    // More than was estimated counts too, also beyond the limit.
    const usage = { ...noUsage, input: 900, output: 600 };
    await ledger().settle(draftOf(person, 0n, { requestId: large.requestId, usage }));
    expect(await ledger().admit(person.admission(0n, { tokenEstimate: 1 }))).toMatchObject({ refusal: "tpm_exceeded" });
    await person.pass(62);
    expect(await ledger().admit(person.admission(0n, { tokenEstimate: 990 }))).toMatchObject({ admitted: true });
  });

  it("is not corrected by a request that was admitted before it began", async () => {
    const person = await limitedPerson(books, 100n * YUAN);
    await person.limit("key", { tpmLimit: 1_000 });
    const old = person.admission(0n, { tokenEstimate: 900 });
    await ledger().admit(old);
    await person.pass(62);
    await ledger().admit(person.admission(0n, { tokenEstimate: 900 }));
    await ledger().settle(draftOf(person, 0n, { requestId: old.requestId }));
    expect(await ledger().admit(person.admission(0n, { tokenEstimate: 200 }))).toMatchObject({ admitted: false });
  });

  it("is not corrected by a request that it never counted, because it ran before there was a limit", async () => {
    const person = await limitedPerson(books, 100n * YUAN);
    const old = person.admission(0n, { tokenEstimate: 900 });
    await ledger().admit(old);
    await person.limit("key", { tpmLimit: 1_000 });
    await ledger().admit(person.admission(0n, { tokenEstimate: 900 }));
    await ledger().settle(draftOf(person, 0n, { requestId: old.requestId }));
    expect(await ledger().admit(person.admission(0n, { tokenEstimate: 200 }))).toMatchObject({ admitted: false });
  });

  it("refuses a request of more tokens than a minute allows for good", async () => {
    const person = await limitedPerson(books, YUAN);
    await person.limit("member", { tpmLimit: 100 });
    const answer = await ledger().admit(person.admission(0n, { tokenEstimate: 101 }));
    expect(answer).toMatchObject({
      refusal: "tpm_too_small",
      failed: { scope: "member", limit: 100n, waitMs: null },
    });
    expect(await ledger().admit(person.admission(0n, { tokenEstimate: 100 }))).toMatchObject({ admitted: true });
  });
});

describe("a limit on a running system", () => {
  it.each(scopes)(
    "of parallel requests of a %s counts what runs already, and frees a place with each end",
    async (scope) => {
      const person = await limitedPerson(books, 100n * YUAN);
      const running = [person.admission(YUAN), person.admission(YUAN)];
      for (const each of running) await ledger().admit(each);
      await person.limit(scope, { parallelLimit: 2 });
      expect(await ledger().admit(person.admission(YUAN))).toMatchObject({ refusal: "parallel_exceeded" });
      await ledger(1).settle(draftOf(person, 0n, { requestId: running[0]?.requestId ?? "" }));
      expect(await ledger().admit(person.admission(YUAN))).toMatchObject({ admitted: true });
      expect(await ledger().admit(person.admission(YUAN))).toMatchObject({ admitted: false });
      await person.limit(scope, {});
      expect(await ledger().admit(person.admission(YUAN))).toMatchObject({ admitted: true });
    },
  );

  it.each(scopes)("of spending of a %s counts what was spent and what is reserved in the period", async (scope) => {
    const person = await limitedPerson(books, 100n * YUAN);
    await ledger().settle(draftOf(person, 3n * YUAN, { groupId: person.groupId }));
    await ledger().admit(person.admission(YUAN));
    await person.limit(scope, { capNanos: 5n * YUAN, capPeriod: "month" });
    expect(await ledger().admit(person.admission(2n * YUAN))).toMatchObject({
      refusal: "cap_exceeded",
      availableNanos: YUAN,
      failed: { scope, limit: 5n * YUAN },
    });
    expect(await ledger().admit(person.admission(YUAN))).toMatchObject({ admitted: true });
    expect(await ledger().admit(person.admission(1n))).toMatchObject({ refusal: "cap_exceeded", availableNanos: 0n });
  });

  it("counts anew also for a request that shares its round trip with one that ends", async () => {
    const person = await limitedPerson(books, 100n * YUAN);
    await person.limit("key", { rpmLimit: 100 });
    const ending = person.admission(3n * YUAN);
    const lane = await books.ledger();
    await lane.admit(ending);
    await lane.settle(draftOf(person, 4n * YUAN, { groupId: person.groupId }));
    await person.limit("key", { rpmLimit: 100, capNanos: 5n * YUAN, capPeriod: "total" });
    const draft = draftOf(person, YUAN, { requestId: ending.requestId });
    const answers = await runBook(
      books.pool,
      [
        { kind: "settle", ...draft, row: usageRow(draft) },
        { kind: "admit", request: person.admission(YUAN) },
      ],
      { workerId: lane.workerId, wait: true },
    );
    expect(answers).toMatchObject([{ value: { outcome: "settled" } }, { value: { outcome: "stale" } }]);
    expect(await lane.admit(person.admission(YUAN))).toMatchObject({ refusal: "cap_exceeded", availableNanos: 0n });
  });

  it("also holds back the extension of a request that runs", async () => {
    const person = await limitedPerson(books, 100n * YUAN);
    const running = person.admission(2n * YUAN);
    await ledger().admit(running);
    await person.limit("user", { capNanos: 3n * YUAN, capPeriod: "total" });
    expect(await ledger().extend(running.requestId, 5n * YUAN)).toBe(YUAN);
    expect(await ledger().extend(running.requestId, YUAN)).toBe(0n);
  });
});
