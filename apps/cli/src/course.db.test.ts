import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyRoster, commandLine, createPrisma, createUser, type Db, getCourseByCode } from "@lyceum/db";
import { createTestDatabase, type TestDatabase } from "@lyceum/db/testing";
import { verifyLedger } from "@lyceum/ledger";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./run.ts";

let database: TestDatabase;
let db: Db;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createPrisma(database.url, 4);
  folder = await mkdtemp(join(tmpdir(), "lyceum-cli-"));
  for (const studentId of ["A001", "A002"]) {
    await db.$transaction((tx) =>
      createUser(tx, commandLine, { studentId, name: studentId, role: "student", password: "correct horse battery" }),
    );
  }
  await json("course add --code PHYS --name 热学 --ends 2099-01-17");
  await json("course fund --code PHYS --amount 50 --reason 学期");
  const { id: courseId } = await getCourseByCode(db, "PHYS");
  const rows = ["A001", "B001", "B002"].map((studentId, i) => ({ studentId, name: `学生${i}`, section: `${i % 2}` }));
  await db.$transaction((tx) => applyRoster(tx, commandLine, { courseId, rows, fileName: "f", digest: "d" }));
});
afterAll(async () => {
  expect(await verifyLedger(db)).toEqual([]);
  await db.$disconnect();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function lyceum(line: string) {
  const out: string[] = [];
  const errors: string[] = [];
  const output = {
    out: (text: string) => out.push(text),
    error: (text: string) => errors.push(text),
    write: () => Promise.reject(new Error("nothing is written here")),
  };
  const env = { DATABASE_URL: database.url, LYCEUM_DATA_DIR: folder };
  const exit = await run(line.split(" "), env, output, () => Promise.reject(new Error("no channel here")));
  return { exit, out, errors };
}
async function json(line: string) {
  const { exit, out, errors } = await lyceum(`${line} --json`);
  expect({ exit, errors }).toEqual({ exit: 0, errors: [] });
  return JSON.parse(out[0] ?? "");
}

describe("lyceum course", () => {
  it("says what a funding would do, does it with --apply, does it once, and takes it back", async () => {
    const fund = "course fund-members --code PHYS --set 10 --all --reason 第一周";
    const tried = await json(fund);
    expect(tried).toMatchObject({ applied: false, fundingId: null, granted: "10", waiting: "20", taken: "0" });
    expect(tried.pool).toEqual({ before: "50", after: "20" });
    expect(await json("course show --code PHYS")).toMatchObject({ pool: "50", waiting: "0", available: "50" });
    const done = await json(`${fund} --apply`);
    expect(done).toMatchObject({ applied: true, granted: "10", waiting: "20" });
    expect(await json(`${fund} --apply`)).toMatchObject({ fundingId: null, granted: "0", waiting: "0" });
    expect(await json("course show --code PHYS")).toMatchObject({
      students: 3,
      unproven: 2,
      pool: "40",
      waiting: "20",
    });
    expect((await json("course members --code PHYS")).members).toMatchObject([
      { studentId: "A001", standing: "proven", balance: "10", waiting: "0" },
      { studentId: "B001", standing: "missing", balance: "0", waiting: "10" },
      { studentId: "B002", standing: "missing", balance: "0", waiting: "10" },
    ]);
    const undo = `course undo-funding --code PHYS --funding ${done.fundingId}`;
    expect(await json(undo)).toMatchObject({ applied: false, taken: "10", released: "20" });
    expect(await json(`${undo} --apply`)).toMatchObject({ applied: true, taken: "10", released: "20" });
    expect((await lyceum(`${undo} --apply`)).exit).toBe(1);
    expect(await json("course show --code PHYS")).toMatchObject({ pool: "50", available: "50" });
  });

  it("refuses what the pool lacks, strangers, and a line that leaves something open", async () => {
    const lacking = await lyceum("course fund-members --code PHYS --add 20 --all --reason r --apply");
    expect(lacking).toMatchObject({ exit: 1, out: [] });
    expect(lacking.errors[0]).toContain("3 people need 60, the course's pool has 50 and lacks 10");
    const section = await json("course fund-members --code PHYS --top-up-to 1 --section 1 --reason r");
    expect(section).toMatchObject({ waiting: "1", granted: "0" });
    const stranger = "course fund-members --code PHYS --add 1 --student-id A002 --reason r --apply";
    expect(await lyceum(stranger)).toMatchObject({ exit: 1 });
    for (const open of ["--add 1", "--all", "--add 1 --set 1 --all", "--add 1 --all --section 1"]) {
      expect(await lyceum(`course fund-members --code PHYS ${open} --reason r`)).toMatchObject({ exit: 2 });
    }
  });

  it("imports a list in GB18030 with its zeros, once, and takes it back; a bad row stops it or is left out", async () => {
    await json("course add --code LAB --name 实验 --ends 2099-01-17");
    const file = join(folder, "名单.csv");
    const heading = Buffer.from([0xd1, 0xa7, 0xba, 0xc5, 0x2c, 0xd0, 0xd5, 0xc3, 0xfb, 0x0d, 0x0a]); // 学号,姓名
    const name = Buffer.from([0xc0, 0xee, 0xcb, 0xc4]); // 李四
    const line = (id: string) => Buffer.concat([Buffer.from(`${id},`), name, Buffer.from("\r\n")]);
    const good = Buffer.concat([heading, line("00123456"), line("00123457"), line("00123458")]);
    await writeFile(file, Buffer.concat([good, line("1.2E+11")]));
    const apply = `course roster apply ${file} --code LAB`;
    expect(await lyceum(`${apply} --apply`)).toMatchObject({ exit: 1, out: [] });
    const tried = await json(`${apply} --skip-bad`);
    expect(tried).toMatchObject({ applied: false, added: 3, bad: [{ row: 5 }] });
    expect((await json("course members --code LAB")).members).toEqual([]);
    await writeFile(file, good);
    const done = await json(`${apply} --apply`);
    expect(done).toMatchObject({ applied: true, added: 3, changed: 0, gone: 0 });
    expect((await json("course members --code LAB")).members[0]).toMatchObject({ studentId: "00123456", name: "李四" });
    expect(await json(`${apply} --apply`)).toMatchObject({ importId: null, added: 0, changed: 0, gone: 0, known: 3 });
    await writeFile(file, Buffer.concat([heading, line("00123456"), line("00123457")]));
    expect(await json(apply)).toMatchObject({ gone: 1, known: 2 });
    expect(await json(`${apply} --keep-missing`)).toMatchObject({ gone: 0, known: 2 });
    const undo = `course roster undo --code LAB --import ${done.importId}`;
    expect(await json(undo)).toMatchObject({ applied: false, undone: 3 });
    expect(await json(`${undo} --apply`)).toMatchObject({ applied: true, undone: 3 });
    expect((await json("course members --code LAB")).members).toEqual([]);
    await writeFile(file, "");
    expect(await lyceum(apply)).toMatchObject({ exit: 1 });
    expect(await lyceum("course roster apply /nowhere --code LAB")).toMatchObject({ exit: 1 });
  });

  it("names staff, gives codes, copies to the next term and archives what has ended", async () => {
    expect(await json("course staff add --code PHYS --student-id a002")).toMatchObject({ role: "ta" });
    expect(await lyceum("course staff add --code PHYS --student-id B001")).toMatchObject({ exit: 1 });
    const { codes } = await json("course codes --code PHYS");
    expect(codes.map((each: { studentId: string }) => each.studentId)).toEqual(["B001", "B002"]);
    expect(await json("course copy --code PHYS --to PHYS-2 --ends 2099-07-04")).toMatchObject({ members: 1 });
    expect(await json("course show --code PHYS-2")).toMatchObject({ staff: [{ name: "A002", role: "ta" }], pool: "0" });
    await json("course staff remove --code PHYS --student-id A002");
    expect(await lyceum("course staff remove --code PHYS --student-id A002")).toMatchObject({ exit: 1 });
    expect(await lyceum("course archive --code PHYS")).toMatchObject({ exit: 1 });
    await db.$executeRaw`update course set ends_at = clock_timestamp() where code = 'PHYS-2'`;
    await json("course archive --code PHYS-2");
    expect((await json("course show --code PHYS-2")).archivedAt).not.toBeNull();
  });
});
