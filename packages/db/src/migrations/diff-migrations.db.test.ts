import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { diffMigrations } from "./diff-migrations.ts";
import { MIGRATIONS_FOLDER, SCHEMA_FILE } from "./migration-files.ts";

let database: TestDatabase;
let url: string;
let work: string;

beforeAll(async () => {
  database = await createTestDatabase();
  url = database.url;
  work = await mkdtemp(join(tmpdir(), "diff-"));
});

afterAll(async () => {
  await database.drop();
  await rm(work, { recursive: true });
});

it("migrations and schema.prisma agree", async () => {
  expect(await diffMigrations({ url })).toBe("");
});

describe("diffMigrations", () => {
  it("gives the SQL for what the schema has beyond the migrations", async () => {
    const schema = await readFile(SCHEMA_FILE, "utf8");
    const schemaFile = join(work, "schema.prisma");
    await writeFile(schemaFile, `${schema}\nmodel Extra {\n  id Int @id\n  name String\n  @@map("extra")\n}\n`);
    expect(await diffMigrations({ url, schemaFile })).toContain('CREATE TABLE "extra"');
  });

  it("does not see what a Prisma schema can't express", async () => {
    const folder = join(work, "migrations");
    await cp(MIGRATIONS_FOLDER, folder, { recursive: true });
    const before = await diffMigrations({ url, folder });
    await mkdir(join(folder, "99990101000000_by_hand"));
    await writeFile(
      join(folder, "99990101000000_by_hand/migration.sql"),
      `create function by_hand() returns trigger language plpgsql as $$ begin return new; end $$;
       create trigger by_hand before update on setting for each row execute function by_hand();
       create index by_hand_partial on setting (key) where key like 'x%';
       create index by_hand_expression on setting (lower(key));
       alter table setting add constraint by_hand_check check (key <> '');
       alter table setting set (fillfactor = 70);`,
    );
    expect(await diffMigrations({ url, folder })).toBe(before);
  });
});
