import { createTestDatabase, type TestDatabase } from "@lyceum/db/testing";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fillUsage } from "../usage/fill.ts";
import { openScene, type Scene } from "./campus-scene.ts";
import { listVisits } from "./visits.ts";

let database: TestDatabase;
let client: pg.Client;
let scene: Scene;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const until = new Date("2026-11-28T07:00:00Z");
  const plan = { records: 500, accounts: 20, keysEach: 2, models: 30, months: 1, recordsPerSession: 5, until };
  await fillUsage(client, plan, { log: () => undefined, signal: new AbortController().signal });
  scene = await openScene(client, { url: database.url, log: () => undefined });
}, 120_000);
afterAll(async () => {
  await client.end();
  await database.drop();
});

it("makes a thousand conversations, 50 keys, and courses of as many people as there are", async () => {
  const { rows } = await client.query(
    `select (select count(*)::int from conversation where user_id = $1) as conversations,
      (select count(*)::int from virtual_key where user_id = $1) as keys,
      (select count(*)::int from course_member where course_id = $2 and user_id is not null and role = 'student') as members`,
    [scene.studentUser, scene.largeCourse],
  );
  expect(rows).toEqual([{ conversations: 1_000, keys: 50, members: 19 }]);
});

it("leaves books that add up", async () => {
  expect((await client.query("select * from verify_ledger()")).rows).toEqual([]);
});

it("finds the scene that is there and changes nothing", async () => {
  const count = () => client.query("select count(*) from turn").then(({ rows }) => rows);
  const before = await count();
  expect(await openScene(client, { url: database.url, log: () => undefined })).toEqual(scene);
  expect(await count()).toEqual(before);
});

it("asks for no address twice in one role", () => {
  const asked = listVisits().map(({ role, path }) => `${role} ${path}`);
  expect(asked.filter((each, index) => asked.indexOf(each) !== index)).toEqual([]);
});
