import { type Db, findHeaviestUse } from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { newId } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLedgerFixture, draftOf, type LedgerFixture, type Person } from "./testing/ledger-fixture.ts";

// The query lives in packages/db; it is tested here, where real settlements can be made.
let fixture: LedgerFixture;
let db: Db;
beforeAll(async () => {
  fixture = await createLedgerFixture();
  db = createPatientPrisma(fixture.url, 2);
});
afterAll(async () => {
  await db.$disconnect();
  await fixture.drop();
});

describe("what used the money up", () => {
  it("is one go of one key with one model: a pause ends it, and neither another key's nor another person's requests are in it", async () => {
    const [person, other] = [await fixture.person(1_000_000n), await fixture.person(1_000_000n)];
    expect(await findHeaviestUse(db, person.accountId)).toBeNull();

    const minute = 60_000;
    // In the middle of an hour that is over, so that the go never crosses into the next.
    const start = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 2 * 3_600_000 + 20 * minute;
    const settle = (minutes: number, of: Person, costNanos: bigint, model: string) => {
      const admittedAt = new Date(start + minutes * minute);
      const draft = draftOf(of, costNanos, { requestId: newId(admittedAt.getTime()), model });
      return fixture.settleAt(draft, admittedAt.toISOString());
    };
    for (const minutes of [0, 3, 6, 9]) await settle(minutes, person, 20n, "loop");
    await settle(35, person, 10n, "loop");
    await settle(5, person, 10n, "other");
    await settle(4, other, 900n, "loop");
    const found = await findHeaviestUse(db, person.accountId);
    expect(found).toEqual({
      ...{ keyId: person.keyId, keyName: expect.any(String), isKeyThere: true, model: "loop", requests: 4 },
      ...{ chargeNanos: 80n, percent: 80, firstAt: new Date(start), lastAt: new Date(start + 9 * minute) },
    });
  });
});
