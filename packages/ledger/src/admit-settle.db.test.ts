import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { newId } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { admissionOf, createLedgerFixture, draftOf, type LedgerFixture } from "./testing/ledger-fixture.ts";

const YUAN = 1_000_000_000n;
let books: LedgerFixture;
beforeAll(async () => {
  books = await createLedgerFixture();
});
afterAll(async () => {
  expect(await books.differences()).toEqual([]);
  await books.drop();
});

describe("admit", () => {
  it("never reserves more than the balance, however many ask at once through however many workers", async () => {
    const person = await books.person(5n * YUAN);
    const workers = await Promise.all([books.ledger(), books.ledger(), books.ledger()]);
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, i) => (workers[i % 3] as (typeof workers)[0]).admit(admissionOf(person, YUAN))),
    );
    expect(answers.filter((each) => each.admitted)).toHaveLength(5);
    expect(answers.filter((each) => !each.admitted && each.refusal === "insufficient_balance")).toHaveLength(295);
    expect(await books.account(person.accountId)).toEqual({ balance: 5n * YUAN, reserved: 5n * YUAN });
  });

  it("never reserves more than the key's cap", async () => {
    const person = await books.person(50n * YUAN, { capNanos: 3n * YUAN });
    const ledgers = await Promise.all([books.ledger(), books.ledger()]);
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => (ledgers[i % 2] as (typeof ledgers)[0]).admit(admissionOf(person, YUAN))),
    );
    expect(answers.filter((each) => each.admitted)).toHaveLength(3);
    expect(answers.filter((each) => !each.admitted && each.refusal === "cap_exceeded")).toHaveLength(57);
  });

  it("lowers the output to what the balance can pay, and refuses below the minimum", async () => {
    const person = await books.person(3n * YUAN);
    const ledger = await books.ledger();
    const wanted = { outputNanos: 10n * YUAN, minimumNanos: YUAN };
    expect(await ledger.admit(admissionOf(person, YUAN, wanted))).toMatchObject({
      admitted: true,
      grantedNanos: 3n * YUAN,
    });
    expect(await ledger.admit(admissionOf(person, YUAN, wanted))).toMatchObject({
      admitted: false,
      availableNanos: 0n,
    });
  });

  it("admits a free request on an empty balance", async () => {
    const person = await books.person(0n);
    expect(await (await books.ledger()).admit(admissionOf(person, 0n))).toMatchObject({
      admitted: true,
      grantedNanos: 0n,
    });
  });

  it("reserves once when the answer was lost and the call is repeated", async () => {
    const person = await books.person(5n * YUAN);
    const ledger = await books.ledger();
    const request = admissionOf(person, 2n * YUAN);
    await ledger.admit(request);
    expect(await ledger.admit(request)).toMatchObject({ admitted: true, grantedNanos: 2n * YUAN });
    expect((await books.account(person.accountId)).reserved).toBe(2n * YUAN);
  });

  it.each([
    ["a disabled key", "update virtual_key set status = 'disabled' where id = $1", "key_disabled"],
    ["a deleted key", "update virtual_key set status = 'deleted' where id = $1", "key_missing"],
    [
      "an expired key",
      "update virtual_key set expires_at = clock_timestamp() - interval '1 s' where id = $1",
      "key_expired",
    ],
    [
      "a key that changed since the worker read it",
      "update virtual_key set models = '{x}' where id = $1",
      "key_changed",
    ],
    [
      "a frozen account",
      "update account set is_frozen = true where id = (select account_id from virtual_key where id = $1)",
      "account_frozen",
    ],
  ])("refuses %s without any broadcast", async (_, sql, refusal) => {
    const person = await books.person(5n * YUAN);
    await books.query(sql, [person.keyId]);
    expect(await (await books.ledger()).admit(admissionOf(person, YUAN))).toMatchObject({ admitted: false, refusal });
  });

  it("does not raise the key's version by spending", async () => {
    const person = await books.person(5n * YUAN);
    const ledger = await books.ledger();
    const request = admissionOf(person, YUAN);
    await ledger.admit(request);
    await ledger.settle(draftOf(person, YUAN, { requestId: request.requestId }));
    expect(await ledger.admit(admissionOf(person, YUAN))).toMatchObject({ admitted: true });
  });

  it("holds nobody else up while one account is locked, and serves that one when it is free", async () => {
    const [locked, free] = [await books.person(5n * YUAN), await books.person(5n * YUAN)];
    const ledger = await books.ledger();
    const holder = await books.pool.connect();
    await holder.query("begin");
    await holder.query("select 1 from account where id = $1 for update", [locked.accountId]);
    let isServed = false;
    const waiting = ledger.admit(admissionOf(locked, YUAN)).then((answer) => {
      isServed = true;
      return answer;
    });
    expect(await ledger.admit(admissionOf(free, YUAN))).toMatchObject({ admitted: true });
    expect(await ledger.admit(admissionOf(free, YUAN))).toMatchObject({ admitted: true });
    expect(isServed).toBe(false);
    await holder.query("commit");
    holder.release();
    expect(await waiting).toMatchObject({ admitted: true });
  });

  it("counts a cap by its period of admission", async () => {
    const person = await books.person(50n * YUAN, { capNanos: YUAN, capPeriod: "day" });
    const ledger = await books.ledger();
    const yesterday = admissionOf(person, YUAN);
    await ledger.admit(yesterday);
    expect(await ledger.admit(admissionOf(person, YUAN))).toMatchObject({
      admitted: false,
      refusal: "cap_exceeded",
    });
    // The day ends: the clock can't be moved, so the rows are.
    await books.query(
      "update meter set period_start = period_start - interval '1 day', period_end = period_end - interval '1 day' where id = $1",
      [person.keyId],
    );
    await books.query("update reservation set admitted_at = admitted_at - interval '1 day' where key_id = $1", [
      person.keyId,
    ]);
    const today = admissionOf(person, YUAN);
    expect(await ledger.admit(today)).toMatchObject({ admitted: true });
    await ledger.settle(draftOf(person, YUAN, { requestId: yesterday.requestId }));
    const meter = await books.one("select spent_nanos, reserved_nanos from meter where id = $1", [person.keyId]);
    expect(meter).toEqual({ spent_nanos: "0", reserved_nanos: YUAN.toString() });
  });
});

describe("extend", () => {
  it("adds to a running reservation what balance and cap still allow, and nothing to one that has ended", async () => {
    const person = await books.person(10n * YUAN, { capNanos: 6n * YUAN });
    const ledger = await books.ledger();
    const request = admissionOf(person, 2n * YUAN);
    await ledger.admit(request);
    expect(await ledger.extend(request.requestId, 3n * YUAN)).toBe(3n * YUAN);
    expect(await ledger.extend(request.requestId, 3n * YUAN)).toBe(YUAN);
    expect(await ledger.extend(request.requestId, YUAN)).toBe(0n);
    expect((await books.account(person.accountId)).reserved).toBe(6n * YUAN);
    await ledger.settle(draftOf(person, 5n * YUAN, { requestId: request.requestId }));
    expect(await ledger.extend(request.requestId, YUAN)).toBe(0n);
    expect(await books.account(person.accountId)).toEqual({ balance: 5n * YUAN, reserved: 0n });
  });
});

describe("settle", () => {
  it("charges once, whatever is repeated, also within one batch", async () => {
    const person = await books.person(5n * YUAN);
    const ledger = await books.ledger();
    const request = admissionOf(person, 2n * YUAN);
    await ledger.admit(request);
    const draft = draftOf(person, YUAN, { requestId: request.requestId });
    const answers = await Promise.all([ledger.settle(draft), ledger.settle(draft), ledger.settle(draft)]);
    expect(answers[0]).toEqual({ outcome: "settled", chargeNanos: YUAN, uncollectedNanos: 0n });
    expect(await ledger.settle(draft)).toMatchObject({ outcome: "duplicate" });
    expect(await books.account(person.accountId)).toEqual({ balance: 4n * YUAN, reserved: 0n });
  });

  it("keeps the reservation of a request whose account is locked, until it is settled", async () => {
    const [locked, free] = [await books.person(5n * YUAN), await books.person(5n * YUAN)];
    const ledger = await books.ledger();
    const requests = [admissionOf(locked, 2n * YUAN), admissionOf(free, 2n * YUAN)];
    await Promise.all(requests.map((each) => ledger.admit(each)));
    const holder = await books.pool.connect();
    await holder.query("begin");
    await holder.query("select 1 from account where id = $1 for update", [locked.accountId]);
    const settling = Promise.all([
      ledger.settle(draftOf(locked, YUAN, { requestId: requests[0]?.requestId ?? "" })),
      ledger
        .settle(draftOf(free, YUAN, { requestId: requests[1]?.requestId ?? "" }))
        .then(() => holder.query("commit")),
    ]);
    await settling;
    holder.release();
    expect(await books.account(locked.accountId)).toEqual({ balance: 4n * YUAN, reserved: 0n });
    expect(await books.differences()).toEqual([]);
  });

  it("works without the reservation row", async () => {
    const person = await books.person(5n * YUAN);
    expect(await (await books.ledger()).settle(draftOf(person, YUAN))).toMatchObject({
      outcome: "settled",
      chargeNanos: YUAN,
    });
    expect(await books.account(person.accountId)).toEqual({ balance: 4n * YUAN, reserved: 0n });
  });

  it("lets the house pay what the account can't, and leaves what others have reserved alone", async () => {
    const person = await books.person(10n * YUAN);
    const ledger = await books.ledger();
    const [mine, other] = [admissionOf(person, 2n * YUAN), admissionOf(person, 5n * YUAN)];
    await ledger.admit(mine);
    await ledger.admit(other);
    expect(await ledger.settle(draftOf(person, 9n * YUAN, { requestId: mine.requestId }))).toMatchObject({
      chargeNanos: 5n * YUAN,
      uncollectedNanos: 4n * YUAN,
    });
    expect(await ledger.settle(draftOf(person, 5n * YUAN, { requestId: other.requestId }))).toMatchObject({
      chargeNanos: 5n * YUAN,
    });
    expect(await books.account(person.accountId)).toEqual({ balance: 0n, reserved: 0n });
  });

  it("spends what ends first, over as many credits as it takes", async () => {
    const person = await books.person(2n * YUAN);
    await books.credit(person.accountId, YUAN, new Date(Date.now() + 3_600_000));
    await books.credit(person.accountId, YUAN, new Date(Date.now() + 60_000));
    const ledger = await books.ledger();
    const request = admissionOf(person, 3n * YUAN);
    await ledger.admit(request);
    await ledger.settle(draftOf(person, (5n * YUAN) / 2n, { requestId: request.requestId }));
    const credits = await books.query(
      "select remaining_nanos from credit where account_id = $1 order by ends_at nulls last",
      [person.accountId],
    );
    expect(credits.map((row) => row.remaining_nanos)).toEqual(["0", "0", ((3n * YUAN) / 2n).toString()]);
    const record = await books.one("select charge_parts from usage_record where id = $1", [request.requestId]);
    expect(record.charge_parts).toEqual([YUAN.toString(), YUAN.toString(), (YUAN / 2n).toString()]);
  });

  it("charges a credit that ended in mid-flight, admits nothing new on it, and expires the rest afterwards", async () => {
    const person = await books.person(0n);
    await books.credit(person.accountId, 3n * YUAN, new Date(Date.now() + 3_600_000));
    const ledger = await books.ledger();
    const request = admissionOf(person, 2n * YUAN);
    expect(await ledger.admit(request)).toMatchObject({ admitted: true });
    await books.end(person.accountId);
    expect(await ledger.admit(admissionOf(person, YUAN))).toMatchObject({
      admitted: false,
      refusal: "insufficient_balance",
    });
    await books.query("select expire_credits()");
    expect((await books.account(person.accountId)).balance).toBe(3n * YUAN);
    expect(await ledger.settle(draftOf(person, YUAN, { requestId: request.requestId }))).toMatchObject({
      chargeNanos: YUAN,
    });
    await books.query("select expire_credits()");
    expect(await books.account(person.accountId)).toEqual({ balance: 0n, reserved: 0n });
  });

  it("lets a row that the database refuses fail alone", async () => {
    const person = await books.person(50n * YUAN);
    const ledger = await books.ledger();
    const good = Array.from({ length: 20 }, () => draftOf(person, YUAN));
    const bad = draftOf(person, YUAN, { accountId: newId() });
    const results = await Promise.all(
      [...good.slice(0, 10), bad, ...good.slice(10)].map((each) => ledger.settle(each)),
    );
    expect(results.filter((each) => each.outcome === "settled")).toHaveLength(20);
    expect(results[10]?.outcome).toBe("spooled");
    // The spool tries it alone, and then sets it aside for people.
    const refused = join(books.spoolFolder, "refused.jsonl");
    await expect.poll(() => readFile(refused, "utf8").catch(() => "")).toContain(bad.requestId);
    expect((await books.account(person.accountId)).balance).toBe(30n * YUAN);
  });

  it("takes names that PostgreSQL's text can't hold", async () => {
    const person = await books.person(YUAN);
    const ledger = await books.ledger();
    const draft = draftOf(person, 1n, {
      requestedModel: "a\u0000b\ud800",
      client: "\u0000",
      upstreamUsage: { "\u0000": ["\udc00"] },
    });
    expect(await ledger.settle(draft)).toMatchObject({ outcome: "settled" });
  });

  it("writes the rollup with the record", async () => {
    const person = await books.person(5n * YUAN);
    const ledger = await books.ledger();
    await Promise.all([1, 2, 3].map(() => ledger.settle(draftOf(person, YUAN))));
    await ledger.settle(draftOf(person, 0n, { outcome: "failed" }));
    const row = await books.one(
      "select requests, failures, input_tokens, charge_nanos from usage_rollup where account_id = $1",
      [person.accountId],
    );
    expect(row).toEqual({ requests: 4, failures: 1, input_tokens: "40", charge_nanos: (3n * YUAN).toString() });
  });
});

describe("sweep", () => {
  it("closes the reservations of a dead worker at the input estimate, and of no other", async () => {
    const person = await books.person(10n * YUAN);
    const [dead, alive] = [await books.ledger(), await books.ledger()];
    const [lost, running] = [admissionOf(person, 2n * YUAN), admissionOf(person, 3n * YUAN)];
    await dead.admit(lost);
    await alive.admit(running);
    await books.query("update worker set heartbeat_at = clock_timestamp() - interval '61 s' where id = $1", [
      dead.workerId,
    ]);
    await books.query("update worker set heartbeat_at = clock_timestamp() + interval '1 hour' where id = $1", [
      alive.workerId,
    ]);
    await books.query("select sweep(interval '10 ms')");
    expect(await books.query("select outcome from usage_record where id = $1", [lost.requestId])).toEqual([
      { outcome: "killed" },
    ]);
    expect(await books.query("select request_id from reservation where account_id = $1", [person.accountId])).toEqual([
      { request_id: running.requestId },
    ]);
  });

  it("corrects a killed request when its settlement comes after all, down and up", async () => {
    for (const [estimate, actual] of [
      [4n * YUAN, YUAN],
      [YUAN, 3n * YUAN],
    ] as const) {
      const person = await books.person(10n * YUAN);
      const ledger = await books.ledger();
      const request = admissionOf(person, estimate);
      await ledger.admit(request);
      await books.query("update worker set heartbeat_at = clock_timestamp() - interval '1 hour' where id = $1", [
        ledger.workerId,
      ]);
      const [swept] = await books.query("select sweep(interval '1 ms') as n");
      expect(Number(swept?.n)).toBeGreaterThan(0);
      expect((await books.account(person.accountId)).balance).toBe(10n * YUAN - estimate);
      const late = draftOf(person, actual, { requestId: request.requestId });
      expect(await ledger.settle(late)).toMatchObject({ outcome: "adjusted", chargeNanos: actual });
      expect(await ledger.settle(late)).toMatchObject({ outcome: "duplicate" });
      expect(await books.account(person.accountId)).toEqual({ balance: 10n * YUAN - actual, reserved: 0n });
    }
  });

  it("forgets workers that are long gone, and waits for none that somebody else has in hand", async () => {
    const [held, gone] = [newId(), newId()];
    for (const id of [held, gone])
      await books.query("insert into worker (id, host, pid, heartbeat_at) values ($1, 'test', 1, to_timestamp(0))", [
        id,
      ]);
    const [other, own] = [await books.pool.connect(), await books.pool.connect()];
    await other.query("begin");
    await other.query("select from worker where id = $1 for update", [held]);
    await own.query("set lock_timeout = '25s'");
    for (let swept = -1; swept !== 0; )
      swept = Number((await own.query<{ n: number }>("select sweep(interval '1 ms') as n")).rows[0]?.n);
    const left = await books.query("select id from worker where id = any($1)", [[held, gone]]);
    await other.query("rollback");
    await own.query("reset lock_timeout");
    for (const client of [other, own]) client.release();
    expect(left).toEqual([{ id: held }]);
  });

  it("does nothing within the grace period of the database's start", async () => {
    expect(await books.query("select sweep(interval '10 years') as n")).toEqual([{ n: 0 }]);
  });
});

describe("post", () => {
  it("takes at most what is not reserved and says what it took", async () => {
    const person = await books.person(5n * YUAN);
    await (await books.ledger()).admit(admissionOf(person, 2n * YUAN));
    const taken = await books.one("select * from post_debit($1, $2, null, 'test')", [person.accountId, 9n * YUAN]);
    expect(taken).toEqual({ taken_nanos: (3n * YUAN).toString(), balance_nanos: (2n * YUAN).toString() });
  });

  it("keeps ledger entries as they were written", async () => {
    await expect(books.query("update ledger_entry set amount_nanos = 0")).rejects.toThrow("append-only");
    await expect(books.query("delete from ledger_entry")).rejects.toThrow("append-only");
  });
});

describe("verify", () => {
  it.each([
    ["a balance", "update account set balance_nanos = balance_nanos + 1 where id = $1", "balance, by ledger entries"],
    [
      "a credit",
      "update credit set remaining_nanos = remaining_nanos - 1 where account_id = $1",
      "credit, by its entries",
    ],
    ["a sum of reservations", "update account set reserved_nanos = 7 where id = $1", "reserved, by reservations"],
    [
      "a charge",
      "update usage_record set charge_nanos = 0, cost_nanos = 0, charge_parts = '{0}' where account_id = $1",
      "charge entry, by its usage records",
    ],
    [
      "a rollup",
      "update usage_rollup set charge_nanos = charge_nanos + 1 where account_id = $1",
      "rollup, by usage records",
    ],
  ])("names %s that was changed behind the ledger's back", async (_, sql, subject) => {
    const person = await books.person(5n * YUAN);
    await (await books.ledger()).settle(draftOf(person, YUAN));
    const client = await books.pool.connect();
    try {
      await client.query("begin");
      await client.query(sql, [person.accountId]);
      const found = await client.query("select account_id, subject from verify_ledger()");
      expect(found.rows).toContainEqual({ account_id: person.accountId, subject });
    } finally {
      await client.query("rollback");
      client.release();
    }
  });
});
