import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StartupError } from "../startup-error.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { applyMigrations } from "./apply-migrations.ts";

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), "migrations-"));
  // The template holds the real migrations; these tests bring their own.
  await query('drop table "_prisma_migrations"');
});

afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function write(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, "migration.sql"), sql);
}

const apply = () => applyMigrations(database.url, { folder });

async function refusal(): Promise<string> {
  const error = await apply().then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StartupError);
  return (error as StartupError).message;
}

describe("applyMigrations", () => {
  it("applies each file once, in the order of their names", async () => {
    await write("2_second", "insert into t_one values ('x')");
    await write("1_first", "create table t_one (v text)");
    expect(await apply()).toEqual({ applied: ["1_first", "2_second"] });
    await write("3_third", "insert into t_one values ('y')");
    expect(await apply()).toEqual({ applied: ["3_third"] });
    expect(await apply()).toEqual({ applied: [] });
    expect(await query("select v from t_one order by v")).toEqual([{ v: "x" }, { v: "y" }]);
  });

  it("takes semicolons in strings, function bodies and a comment at the end of the file", async () => {
    await write(
      "1_first",
      "create table t_one (v text default ';'); create function t_f() returns int language plpgsql as $$ begin return 7; end $$; -- end;",
    );
    await apply();
    expect(await query("select t_f() as n")).toEqual([{ n: 7 }]);
  });

  it("applies each file once when several processes start together", async () => {
    await write("1_first", "create table t_one (v int); insert into t_one values (1)");
    const results = await Promise.all([apply(), apply(), apply()]);
    expect(results.flatMap(({ applied }) => applied)).toEqual(["1_first"]);
    expect(await query("select v from t_one")).toEqual([{ v: 1 }]);
  });

  it("leaves nothing of a file that fails and applies it once it is mended", async () => {
    await write("1_first", "create table t_one (v int)");
    await write("2_bad", "create table t_two (v int); insert into nowhere values (1)");
    expect(await refusal()).toBe(
      'The migration 2_bad failed (42P01: relation "nowhere" does not exist); nothing of it was applied.',
    );
    expect(await query("select to_regclass('t_two') as two, to_regclass('t_one')::text as one")).toEqual([
      { two: null, one: "t_one" },
    ]);
    await write("2_bad", "create table t_two (v int)");
    expect(await apply()).toEqual({ applied: ["2_bad"] });
  });

  it("refuses a file that changed after it was applied", async () => {
    await write("1_first", "create table t_one (v int)");
    await apply();
    await write("1_first", "create table t_one (v bigint)");
    expect(await refusal()).toMatch(/^The migration file 1_first\/migration\.sql was changed after it was applied;/);
  });

  it("refuses a database that is newer than the files", async () => {
    await write("1_first", "create table t_one (v int)");
    await write("2_future", "create table t_two (v int)");
    await apply();
    await rm(join(folder, "2_future"), { recursive: true });
    expect(await refusal()).toMatch(/^The database is newer than this Lyceum: it has the migration 2_future,/);
  });

  it("refuses a database where another tool left a migration unfinished", async () => {
    await write("1_first", "create table t_one (v int)");
    await apply();
    await query('update "_prisma_migrations" set finished_at = null');
    expect(await refusal()).toMatch(/^The migration 1_first was begun by another tool and never finished;/);
  });

  it("names a folder without its file", async () => {
    await mkdir(join(folder, "1_empty"));
    expect(await refusal()).toBe("The migration folder 1_empty has no readable migration.sql.");
  });
});
