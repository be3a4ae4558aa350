import type { Db } from "@lyceum/db";
import { createTestDatabase, type TestDatabase } from "@lyceum/db/testing";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "./run.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createPatientPrisma(database.url, 2);
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

async function lyceum(...args: string[]) {
  const out: string[] = [];
  const errors: string[] = [];
  const output = {
    out: (text: string) => out.push(text),
    error: (text: string) => errors.push(text),
    write: async () => undefined,
  };
  const exit = await run([...args, "--json"], { DATABASE_URL: database.url }, output, () =>
    Promise.reject(new Error("none")),
  );
  return { exit, errors, json: exit === 0 ? JSON.parse(out[0] ?? "") : null };
}

it("announces, lists what is announced, and ends it", async () => {
  const { json } = await lyceum(
    "announcement",
    "add",
    "--zh",
    "今晚维护",
    "--level",
    "warning",
    "--until",
    "2099-01-17",
  );
  const { announcementId } = json;
  const list = async () => (await lyceum("announcement", "list")).json.announcements;
  expect(await list()).toMatchObject([
    {
      id: announcementId,
      state: "running",
      level: "warning",
      zh: "今晚维护",
      en: "今晚维护",
      endsAt: "2099-01-17T15:59:59.000Z",
    },
  ]);
  expect((await lyceum("announcement", "end", announcementId)).exit).toBe(0);
  expect(await list()).toMatchObject([{ state: "over" }]);
});

it("refuses what says nothing, what is to nobody, and what is to two at once", async () => {
  expect(await lyceum("announcement", "add", "--level", "info")).toMatchObject({ exit: 1 });
  expect(await lyceum("announcement", "add", "--zh", "x", "--model", "none")).toMatchObject({ exit: 1 });
  expect(await lyceum("announcement", "add", "--zh", "x", "--model", "a", "--group", "b")).toMatchObject({ exit: 2 });
  expect(await db.announcement.count({ where: { zh: "x" } })).toBe(0);
});
