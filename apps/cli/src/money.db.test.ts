import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine, createUser, type Db, getBalance } from "@lyceum/db";
import { createTestDatabase, type TestDatabase } from "@lyceum/db/testing";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./run.ts";

let database: TestDatabase;
let db: Db;
let folder: string;
const users = new Map<string, string>();

beforeAll(async () => {
  database = await createTestDatabase();
  db = createPatientPrisma(database.url, 4);
  folder = await mkdtemp(join(tmpdir(), "lyceum-cli-"));
  for (const studentId of ["A001", "A002", "A003"]) {
    const made = await db.$transaction((tx) =>
      createUser(tx, commandLine, { studentId, name: studentId, role: "student", password: "correct horse battery" }),
    );
    users.set(studentId, made.userId);
  }
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function lyceum(line: string) {
  const out: string[] = [];
  const errors: string[] = [];
  const env = { DATABASE_URL: database.url, LYCEUM_DATA_DIR: folder };
  const written: string[] = [];
  const output = {
    out: (text: string) => out.push(text),
    error: (text: string) => errors.push(text),
    write: async (text: string) => void written.push(text),
  };
  const code = await run(line.split(" "), env, output, () => Promise.reject(new Error("no channel here")));
  return { code, out, errors, written: written.join("") };
}
async function json(line: string) {
  const { code, out, errors } = await lyceum(`${line} --json`);
  expect({ code, errors }).toEqual({ code: 0, errors: [] });
  return JSON.parse(out[0] ?? "");
}
const balanceOf = async (studentId: string) => (await getBalance(db, users.get(studentId) ?? "")).balanceNanos;
const UNIT = 1_000_000_000n;

describe("lyceum course", () => {
  it("makes a course, funds its pool, grants out of it to a list of people, and takes a grant back", async () => {
    await json("course add --code CS101 --name 程序设计 --ends 2099-01-17");
    expect(await json("course fund --code CS101 --amount 100 --reason 秋季学期")).toMatchObject({
      before: "0",
      after: "100",
    });
    const file = join(folder, "roster.csv");
    await writeFile(file, '\uFEFFA001,张三\r\n\r\n"A002";李四\r\n');
    const granted = await json(
      `course grant --code CS101 --all-of-file ${file} --student-id A003,A001 --amount 20 --reason 第一周`,
    );
    expect(granted).toMatchObject({ pool: { before: "100", after: "40" } });
    expect(granted.grants.map((each: { studentId: string }) => each.studentId).toSorted()).toEqual([
      "A001",
      "A002",
      "A003",
    ]);
    expect(await Promise.all(["A001", "A002", "A003"].map(balanceOf))).toEqual([20n * UNIT, 20n * UNIT, 20n * UNIT]);

    const refused = await lyceum("course grant --code CS101 --student-id A001,A002,A003 --amount 20 --reason 第二周");
    expect(refused).toMatchObject({ code: 1, errors: [expect.stringMatching(/还差 20，.*lacks 20;/)] });

    const entry = granted.grants.find((each: { studentId: string }) => each.studentId === "A002").entryIds[0];
    expect(await json(`ledger undo --entry ${entry}`)).toMatchObject({
      name: "A002",
      taken: "20",
      held: "0",
      gone: "0",
      after: "0",
    });
    expect(await json("course list")).toMatchObject({ courses: [{ code: "CS101", name: "程序设计", balance: "60" }] });
    expect(await json("ledger verify")).toMatchObject({ ok: true });
    const month = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7); // in Shanghai
    const { code, written } = await lyceum(`ledger statement --course CS101 --month ${month}`);
    expect(code).toBe(0);
    expect(written).toContain("CS101 程序设计");
    expect(written).toContain("\r\nperson,,grant,");
  });

  it("refuses what makes no sense", async () => {
    expect(await lyceum("course grant --code CS101 --amount 1 --reason r")).toMatchObject({ code: 2 });
    expect(await lyceum("course grant --code NONE --student-id A001 --amount 1 --reason r")).toMatchObject({ code: 1 });
    expect(await lyceum("course grant --code CS101 --all-of-file /nowhere --amount 1 --reason r")).toMatchObject({
      code: 1,
    });
    expect(await lyceum("course add --code CS101 --name again --ends 2099-01-17")).toMatchObject({ code: 1 });
    expect(await lyceum("course add --code CS102 --name over --ends 2020-01-17")).toMatchObject({ code: 1 });
    expect(await lyceum("ledger undo --entry 17")).toMatchObject({ code: 2 });
  });
});

describe("lyceum allowance", () => {
  it("gives one to a person and to a group, lists and stops them", async () => {
    await json("group add lab");
    await json("user group --student-id A003 --add lab");
    const before = await balanceOf("A003");
    const { allowanceIds } = await json(
      "allowance add --group lab --mode set-to --amount 5 --period day --reason 实验室",
    );
    expect(allowanceIds).toHaveLength(1);
    expect(await balanceOf("A003")).toBe(before + 5n * UNIT);
    await json("allowance add --student-id A003 --mode add --amount 1 --period week --ends 2099-01-17 --course CS101");
    expect(await json("allowance list --student-id A003")).toMatchObject({
      allowances: [
        { studentId: "A003", mode: "set-to", amount: "5", period: "day", course: null, note: "实验室" },
        { studentId: "A003", mode: "add", amount: "1", period: "week", course: "CS101" },
      ],
    });
    expect(await json(`allowance stop --id ${allowanceIds[0]}`)).toEqual({ stopped: 1 });
    expect(await json("allowance stop --group lab")).toEqual({ stopped: 1 });
    expect(await json("allowance list")).toEqual({ allowances: [] });
    expect((await json("allowance list --all")).allowances).toHaveLength(2);
    expect(await lyceum("allowance add --mode add --amount 1 --period day")).toMatchObject({ code: 2 });
    expect(await json("ledger verify")).toMatchObject({ ok: true });
  });
});
