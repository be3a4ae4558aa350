import { findGatewayKey } from "@lyceum/db/gateway-keys";
import { createTestDatabase, type TestDatabase } from "@lyceum/db/testing";
import { hashApiKey, isApiKey } from "@lyceum/domain";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addPeople } from "./people.ts";

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

it("adds people whose keys the gateway takes, each with money of its own, and books that add up", async () => {
  const keys = await addPeople(client, { prefix: "crowd", count: 50, amountNanos: 7_000_000_000n });
  expect(new Set(keys).size).toBe(50);
  const accounts = new Set<string | undefined>();
  for (const key of keys) {
    expect(isApiKey(key)).toBe(true);
    const found = await findGatewayKey(client, hashApiKey(key));
    expect(found).toMatchObject({ isDisabled: false, isUserDisabled: false, groupId: "default" });
    accounts.add(found?.accountId);
  }
  expect(accounts.size).toBe(50);
  const { rows } = await client.query("select distinct balance_nanos from account where kind = 'user'");
  expect(rows).toEqual([{ balance_nanos: "7000000000" }]);
  // All limits are on, for every scope.
  for (const table of ["virtual_key", "account", "access_group"]) {
    const unlimited = await client.query(
      `select from ${table} where num_nulls(rpm_limit, tpm_limit, parallel_limit, cap_nanos) > 0`,
    );
    expect(unlimited.rows).toEqual([]);
  }
  expect((await client.query("select * from verify_ledger()")).rows).toEqual([]);
});
