import { commandLine, type Db, system } from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLedgerFixture, draftOf, type LedgerFixture } from "./testing/ledger-fixture.ts";
import { findLastVerification, findRunningVerification, recordVerification } from "./verify.ts";

let fixture: LedgerFixture;
let db: Db;
beforeAll(async () => {
  fixture = await createLedgerFixture();
  db = createPatientPrisma(fixture.url, 4);
});
afterAll(async () => {
  await db.$disconnect();
  await fixture.drop();
});

describe("a verification that is kept", () => {
  it("counts the usage records, names what differs and whose it is, and can be read again", async () => {
    expect(await findLastVerification(db)).toBeNull();
    const person = await fixture.person(1_000n);
    const ledger = await fixture.ledger();
    await ledger.settle(draftOf(person, 10n));
    const right = await recordVerification(db, commandLine, true);
    expect(right).toMatchObject({ usageRecords: 1n, differenceCount: 0, differences: [], actorName: "command line" });
    expect(await findLastVerification(db)).toEqual(right);

    await fixture.query("update account set balance_nanos = balance_nanos + 5 where id = $1", [person.accountId]);
    const wrong = await recordVerification(db, system, false);
    expect(wrong).toMatchObject({ differenceCount: 2, actorName: "system", actorId: null });
    expect(wrong?.differences).toEqual(
      ["balance, by credits", "balance, by ledger entries"].map((subject) => ({
        accountId: person.accountId,
        accountKind: "user",
        studentId: person.userId,
        userId: person.userId,
        subject,
        subjectId: person.accountId,
        expectedNanos: 990n,
        foundNanos: 995n,
      })),
    );
    expect(await findLastVerification(db)).toEqual(wrong);
    await fixture.query("update account set balance_nanos = balance_nanos - 5 where id = $1", [person.accountId]);
  });

  it("runs once at a time: who doesn't wait is told so, who waits comes next", async () => {
    expect(await findRunningVerification(db)).toBeNull();
    const client = await fixture.pool.connect();
    try {
      await client.query("begin; select pg_advisory_xact_lock(7023562)");
      expect(await findRunningVerification(db)).toBeInstanceOf(Date);
      expect(await recordVerification(db, system, false)).toBeNull();
      const waiting = recordVerification(db, system, true);
      await client.query("commit");
      expect(await waiting).toMatchObject({ differenceCount: 0 });
    } finally {
      client.release();
    }
  });
});
