import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyRoster, commandLine, createUser, type Db, getCourseByCode } from "@lyceum/db";
import { createTestDatabase, type TestDatabase } from "@lyceum/db/testing";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { newId } from "@lyceum/domain";
import { askOwnFunding, redeemVoucher, verifyLedger } from "@lyceum/ledger";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./run.ts";

let database: TestDatabase;
let db: Db;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createPatientPrisma(database.url, 4);
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

/** A model that everybody may use, on a channel without a limit. */
async function makeModel(name: string, inputNanos: bigint): Promise<void> {
  const groupId = "default";
  await db.group.upsert({
    where: { id: groupId },
    create: { id: groupId, name: groupId, isOpen: true },
    update: { isOpen: true },
  });
  const channel = { id: newId(), name, protocol: "openai-chat", baseUrl: "http://127.0.0.1:1" };
  await db.channel.create({ data: { ...channel, credentials: { create: { id: newId() } } } });
  await db.model.create({
    data: {
      ...{ id: newId(), name, capabilities: [], groups: { create: { groupId } } },
      deployments: { create: { id: newId(), channelId: channel.id, upstreamModel: name } },
      prices: { create: { id: newId(), version: 1, inputNanos, outputNanos: 0n, requestNanos: 0n, tiers: [] } },
    },
  });
}

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
  it("says what a class would cost with each model open to it, and whether the course's money holds", async () => {
    await makeModel("cheap", 1_000_000_000n);
    await makeModel("dear", 50_000_000_000n);
    const simulate = "course simulate --code PHYS --students 100 --calls 10 --weeks 2 --input 1000 --output 0";
    const { models, ...rest } = await json(simulate);
    expect(rest).toMatchObject({ calls: 2_000, available: "50", withStudents: "0", currency: "CNY" });
    expect(models).toMatchObject([
      { model: "cheap", total: "2", eachStudent: "0.02", lacks: "0", channels: "unlimited", passedLimits: [] },
      { model: "dear", total: "100", eachStudent: "1", lacks: "50", fits: true },
    ]);
    expect((await json(`${simulate} --model dear`)).models).toHaveLength(1);
    expect((await lyceum(`${simulate} --peak-percent 0`)).exit).toBe(2);
    expect((await lyceum(`${simulate} --model none`)).exit).toBe(2);
  });

  it("prints a course's statement into a file, whole or not at all", async () => {
    const file = join(folder, "statement.pdf");
    const command = `ledger statement --course PHYS --month all --pdf --locale en --output ${file}`;
    expect(await json(command)).toMatchObject({ of: "PHYS 热学", month: "all", file });
    expect((await readFile(file)).subarray(0, 5).toString()).toBe("%PDF-");
    expect((await lyceum("ledger statement --course PHYS --month all --pdf")).exit).toBe(2);
    expect((await lyceum(`ledger statement --student-id A001 --month all --output ${file}.csv`)).exit).toBe(1);
  });

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

  it("gives once under a name, whatever a script repeats, and again under another", async () => {
    const add = "course fund-members --code PHYS --add 1 --student-id A001 --reason r --apply --once";
    const done = await json(`${add} week-3`);
    expect(done).toMatchObject({ applied: true, granted: "1" });
    expect(await json(`${add} week-3`)).toEqual({ applied: false, doneBefore: "week-3" });
    const said = await lyceum("course fund-members --code PHYS --add 9 --all --reason r --once week-3");
    expect(said).toMatchObject({ exit: 0, out: [expect.stringContaining("Done before under the name week-3")] });
    const file = join(folder, "once.csv");
    await writeFile(file, "学号,金额\nA001,1\n");
    const byFile = `course fund-file ${file} --code PHYS --mode add --reason r --apply --once`;
    const filed = await json(`${byFile} week-3`);
    expect(filed).toMatchObject({ applied: true, pool: { before: "49", after: "48" } });
    expect(await json(`${byFile} week-3`)).toMatchObject({ doneBefore: "week-3" });
    const other = await json(`${add} week-4`);
    expect(other).toMatchObject({ applied: true, pool: { before: "48", after: "47" } });
    for (const { fundingId } of [done, filed, other])
      await json(`course undo-funding --code PHYS --funding ${fundingId} --apply`);
    const pool = "course fund --code PHYS --amount 5 --reason r --once october";
    expect(await json(pool)).toMatchObject({ before: "50", after: "55" });
    expect(await json(pool)).toMatchObject({ doneBefore: "october" });
    await json("fund --student-id A001 --amount 1 --reason r --once october");
    expect(await json("fund --student-id A001 --amount 1 --reason r --once october")).toMatchObject({ applied: false });
    await json("fund --student-id A001 --amount 0 --set --reason r");
    const grant = "course grant --code PHYS --student-id A001 --amount 5 --reason r --once october";
    expect(await json(grant)).toMatchObject({ code: "PHYS" });
    expect(await json(grant)).toMatchObject({ doneBefore: "october" });
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
    // Whose the damaged row is nobody knows, with a name that nobody has: so nobody leaves, as on the page.
    await writeFile(file, "学号,姓名,额度\n00123456,李四,二十\n1.2E+11,王五,20\n");
    const unsure = await json(`${apply} --skip-bad`);
    expect(unsure).toMatchObject({ gone: 0, known: 1, kept: 2, bad: [{ row: 3 }] });
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
    await db.$executeRaw`update course set ends_at = clock_timestamp() - interval '1 millisecond' where code = 'PHYS-2'`;
    await json("course archive --code PHYS-2");
    expect((await json("course show --code PHYS-2")).archivedAt).not.toBeNull();
  });

  it("gives regularly, by a file and in advance only what was asked for: tried first, done once", async () => {
    await json("course add --code OPT --name 光学 --ends 2099-01-17");
    await json("course fund --code OPT --amount 100 --reason 学期");
    const { id: courseId } = await getCourseByCode(db, "OPT");
    const rows = ["00123456", "00123457"].map((studentId) => ({ studentId, name: "n" }));
    await db.$transaction((tx) => applyRoster(tx, commandLine, { courseId, rows, fileName: "f", digest: "d" }));
    const regular = "course allowance add --code OPT --mode top-up-to --amount 20 --period week --reason 每周";
    expect(await json(regular)).toMatchObject({ applied: false, people: 2, given: "40", available: "100" });
    expect((await json("course allowance list --code OPT")).allowances).toEqual([]);
    const { allowanceId } = await json(`${regular} --apply`);
    expect(await json(`${regular} --apply`)).toMatchObject({ allowanceId, isNew: false, people: 0 });
    expect((await json("course allowance list --code OPT")).allowances).toMatchObject([
      { allowanceId, mode: "top-up-to", amount: "20", period: "week", members: null, missed: null, stopped: null },
    ]);
    const stop = `course allowance stop --code OPT --allowance ${allowanceId}`;
    expect(await json(stop)).toMatchObject({ applied: false, stopped: true });
    expect(await json(`${stop} --apply`)).toMatchObject({ applied: true, stopped: true });
    expect(await json(`${stop} --apply`)).toMatchObject({ stopped: false });
    expect((await lyceum(regular.replace("20", "60"))).errors[0]).toContain("need 80 for this period");

    const file = join(folder, "余额.csv");
    await writeFile(file, "学号,金额\n00123456,30\n00123457,5\n99999999,1\n");
    const byFile = `course fund-file ${file} --code OPT --mode set-to --reason 期中`;
    expect((await lyceum(byFile)).errors.join()).toContain("99999999 is no member of this course.");
    expect(await json(`${byFile} --skip-bad`)).toMatchObject({ applied: false, pool: { before: "60", after: "65" } });
    const done = await json(`${byFile} --skip-bad --apply`);
    expect(done).toMatchObject({
      bad: [{ row: 4, studentId: "99999999" }],
      members: [{ before: "20", after: "30" }, {}],
    });
    expect(await json(`${byFile} --skip-bad --apply`)).toMatchObject({ fundingId: null });
    await json("course set --code OPT --advance 2 --default-amount 20");
    expect(await json("course show --code OPT")).toMatchObject({ advance: "2", defaultAmount: "20", available: "65" });
    await json("course set --code OPT --advance none");
    expect(await json("course show --code OPT")).toMatchObject({ advance: null, defaultAmount: "20" });
    expect(await lyceum("course set --code OPT")).toMatchObject({ exit: 2 });
  });

  it("lists what is asked for, grants another amount and refuses, tried before it is done", async () => {
    await json("course add --code ASK --name 申请 --ends 2099-01-17");
    await json("course fund --code ASK --amount 50 --reason 学期");
    const { id: courseId } = await getCourseByCode(db, "ASK");
    const rows = [{ studentId: "A001", name: "学生" }];
    await db.$transaction((tx) => applyRoster(tx, commandLine, { courseId, rows, fileName: "f", digest: "ask" }));
    const { id, name } = await db.user.findUniqueOrThrow({ where: { studentId: "A001" } });
    const ask = () =>
      db.$transaction((tx) =>
        askOwnFunding(tx, { id, name }, { courseId, mode: "add", amountNanos: 20_000_000_000n, reason: "lab3" }),
      );
    const { requestId } = await ask();
    expect((await json("course requests list --code ASK")).requests).toMatchObject([
      { id: requestId, studentId: "A001", amount: "20", reason: "lab3", has: "0", outcome: null },
    ]);
    const approve = `course requests approve --code ASK --request ${requestId} --amount 5`;
    expect(await json(approve)).toMatchObject({ applied: false, fundingId: null, before: "0", after: "5" });
    expect(await json(`${approve} --apply`)).toMatchObject({ applied: true, after: "5" });
    expect(await lyceum(`${approve} --apply`)).toMatchObject({ exit: 1 });
    const second = await ask();
    const refuse = `course requests refuse --code ASK --request ${second.requestId} --answer 够了`;
    await json(refuse);
    expect((await json("course requests list --code ASK")).requests).toHaveLength(1);
    await json(`${refuse} --apply`);
    expect((await json("course requests list --code ASK --decided")).requests).toMatchObject([
      { outcome: "refused", answer: "够了" },
      { outcome: "granted", granted: "5" },
    ]);
  });

  it("makes vouchers of a course and of none, shows codes once, and revokes", async () => {
    const line = "--amount 2 --count 3 --redeem-until 2098-01-17 --note 工作坊";
    const tried = await json(`course voucher create --code ASK ${line}`);
    expect(tried).toMatchObject({ applied: false, batchId: null, codes: [], setAside: "6" });
    expect(await lyceum(`course voucher create --code ASK ${line.replace("--count 3", "--count 30")}`)).toMatchObject({
      exit: 1,
    });
    const made = await json(`course voucher create --code ASK ${line} --members-only --apply`);
    expect(made.codes).toHaveLength(3);
    expect(await json("course show --code ASK")).toMatchObject({ pool: "45", waiting: "6", available: "39" });
    const { id, name } = await db.user.findUniqueOrThrow({ where: { studentId: "A001" } });
    const redeemed = await db.$transaction((tx) => redeemVoucher(tx, { id, name }, made.codes[0].code));
    expect(redeemed).toMatchObject({ redeemed: true });
    const batch = await json(`course voucher list --code ASK --batch ${made.batchId}`);
    expect(batch).toMatchObject({ redeemed: 1, open: 2 });
    expect(batch.vouchers[0]).toMatchObject({ state: "redeemed", studentId: "A001" });
    expect(JSON.stringify(batch)).not.toContain(made.codes[1].code);
    const one = `course voucher revoke --code ASK --batch ${made.batchId} --voucher ${made.codes[1].voucherId}`;
    expect(await json(`${one} --apply`)).toMatchObject({ revoked: 1, freed: "2" });
    expect(await lyceum(`voucher revoke --batch ${made.batchId} --apply`)).toMatchObject({ exit: 1 });
    const revoke = `course voucher revoke --code ASK --batch ${made.batchId}`;
    expect(await json(revoke)).toMatchObject({ applied: false, revoked: 1 });
    expect(await json("course show --code ASK")).toMatchObject({ pool: "43", waiting: "2" });

    await json(`voucher create ${line} --apply`);
    expect((await json("voucher list")).batches).toMatchObject([{ codes: 3, open: 3, amount: "2", endsAt: null }]);
    expect((await json("course voucher list --code ASK")).batches).toMatchObject([
      { redeemed: 1, revoked: 1, open: 1 },
    ]);
  });
});
