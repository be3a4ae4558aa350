import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { readMigrationFiles } from "./migration-files.ts";

// The migration changes rows alone, so it can be read out again over rows as they were written before it.
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
beforeEach(() => client.query("delete from campus_link; delete from campus_provider"));

async function setUp(kind: "oidc" | "cas", clientId: string): Promise<void> {
  await client.query(
    "insert into campus_provider (kind, address, client_id, id_attribute, label_zh, label_en) values ($1, 'x', $2, 'user', 'x', 'x')",
    [kind, clientId],
  );
}

/** `day`: of December, when it was last used. */
async function link(issuer: string, subject: string, day = 1): Promise<void> {
  await client.query(
    `with person as (insert into app_user (id, student_id, name) values (new_id(), new_id()::text, 'x') returning id)
     insert into campus_link (user_id, issuer, subject, last_used_at) select id, $1, $2, make_timestamptz(2026, 12, $3, 0, 0, 0) from person`,
    [issuer, subject, day],
  );
}

async function migrate(): Promise<string[][]> {
  const file = (await readMigrationFiles()).find(({ name }) => name === "20261201100000_campus_client");
  await client.query(file?.sql ?? "");
  const { rows } = await client.query({
    text: "select issuer, subject from campus_link order by last_used_at, subject",
    rowMode: "array",
  });
  return rows;
}

it("names the client in links of OpenID Connect, as sign-ins do from now on", async () => {
  await setUp("oidc", "lyceum");
  await link("oidc https://id.example.edu", "Ab1");
  await link("cas https://sso.example.edu/cas", "zhang", 2);
  expect(await migrate()).toEqual([
    ["oidc https://id.example.edu lyceum", "Ab1"],
    ["cas https://sso.example.edu/cas", "zhang"],
  ]);
});

it("leaves links of OpenID Connect where its client is known no more", async () => {
  await setUp("cas", "");
  await link("oidc https://id.example.edu", "Ab1");
  expect(await migrate()).toEqual([["oidc https://id.example.edu", "Ab1"]]);
});

it("writes names of CAS in small letters, and keeps of two that were one the link that was used last", async () => {
  await setUp("cas", "");
  const [one, other] = ["cas https://one.example.edu", "cas https://other.example.edu"];
  await link(one, "MG2033001", 1);
  await link(one, "zhang", 2);
  await link(one, "ZHANG", 3);
  await link(one, "Li", 4);
  await link(one, "li", 5);
  await link(other, "Zhang", 6);
  // A letter of its own, whatever a small K looks like.
  await link(other, "\u212A", 7);
  expect(await migrate()).toEqual([
    [one, "mg2033001"],
    [one, "zhang SUPERSEDED"],
    [one, "zhang"],
    [one, "Li SUPERSEDED"],
    [one, "li"],
    [other, "zhang"],
    [other, "\u212A"],
  ]);
});
