import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createModel, type Db, verifySignIn } from "@lyceum/db";
import { createTestDatabase, type TestDatabase } from "@lyceum/db/testing";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { AppError, isApiKey } from "@lyceum/domain";
import type { ChannelTest, ChannelTestResult } from "@lyceum/gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./run.ts";

let database: TestDatabase;
let db: Db;
let dataDir: string;
let env: NodeJS.ProcessEnv;
const tested: ChannelTest[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  db = createPatientPrisma(database.url, 4);
  dataDir = await mkdtemp(join(tmpdir(), "lyceum-cli-"));
  await writeFile(join(dataDir, "secret"), `${"ab".repeat(32)}\n`);
  env = { DATABASE_URL: database.url, LYCEUM_DATA_DIR: dataDir };
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
  await rm(dataDir, { recursive: true });
});

async function lyceum(args: string[], environment = env, typed = "") {
  const out: string[] = [];
  const errors: string[] = [];
  const written: string[] = [];
  const testChannel = async (input: ChannelTest): Promise<ChannelTestResult> => {
    tested.push(input);
    if (input.baseUrl.includes("dead"))
      throw new AppError("channel_unreachable", { parameters: { url: input.baseUrl, reason: "refused" } });
    return { ok: true, models: ["Qwen/Qwen3"], ttftMs: 12, totalMs: 34, sample: "你好", detection: null };
  };
  const code = await run(
    args,
    environment,
    {
      out: (line) => out.push(line),
      error: (line) => errors.push(line),
      write: async (text) => void written.push(text),
    },
    testChannel,
    async () => typed,
  );
  return { code, out, errors, written: written.join("") };
}
async function json(args: string[]) {
  const { code, out, errors } = await lyceum([...args, "--json"]);
  expect({ code, errors }).toEqual({ code: 0, errors: [] });
  expect(out).toHaveLength(1);
  return JSON.parse(out[0] ?? "") as Record<string, unknown>;
}

describe("pnpm lyceum", () => {
  it("takes a system from nothing to a priced model, a funded student and a key", async () => {
    const added = await json(["user", "add", "--student-id", "2025001", "--name", "张三", "--role", "student"]);
    expect(added).toMatchObject({ studentId: "2025001", name: "张三", role: "student" });
    const signIn = { studentId: "2025001", password: String(added.oneTimePassword), deviceId: "", ip: "" };
    expect(await verifySignIn(db, signIn)).toMatchObject({
      ok: true,
      user: { verified: true, mustChangePassword: true },
    });

    expect(await json(["fund", "--student-id", "2025001", "--amount", "20", "--reason", "第一周"])).toMatchObject({
      before: "0",
      after: "20",
    });
    const channel = await json([
      "channel",
      "add",
      "--name",
      "gpu1",
      "--protocol",
      "openai",
      "--url",
      "http://127.0.0.1:8000/v1",
      "--credential",
      "sk-upstream-0123456789",
      "--models",
      "qwen3=Qwen/Qwen3,plain",
      "--groups",
      "default,vip",
      "--allow-private",
    ]);
    expect(channel).toMatchObject({
      models: ["qwen3", "plain"],
      newModels: ["plain", "qwen3"],
      groups: ["default", "vip"],
    });
    expect(await json(["model", "price", "qwen3", "--input", "2", "--output", "8", "--cached", "0.5"])).toMatchObject({
      version: 1,
      input: "2",
      output: "8",
    });
    const key = await json([
      "key",
      "create",
      "--student-id",
      "2025001",
      "--name",
      "laptop",
      "--group",
      "default",
      "--cap",
      "5",
      "--cap-period",
      "day",
      "--expires",
      "2099-01-01",
    ]);
    expect(isApiKey(String(key.key))).toBe(true);
    expect(await db.virtualKey.findUnique({ where: { id: String(key.id) } })).toMatchObject({
      capNanos: 5_000_000_000n,
      capPeriod: "day",
    });

    expect(await json(["channel", "test", "gpu1"])).toMatchObject({ models: ["Qwen/Qwen3"], sample: "你好" });
    expect(tested.at(-1)).toEqual({
      protocol: "openai",
      baseUrl: "http://127.0.0.1:8000/v1",
      credential: "sk-upstream-0123456789",
      upstreamModel: "plain",
      allowPrivate: true,
      headers: [],
    });
    const bounded = [
      "--range",
      "top_p=..0.95",
      "--range",
      "top_k=1..",
      "--reject",
      "logit_bias",
      "--recommend",
      "temperature=0.6",
    ];
    await json(["model", "constraints", "qwen3", ...bounded]);
    expect(await json(["model", "constraints", "qwen3", "--range", "top_k=", "--recommend", "think=false"])).toEqual({
      model: "qwen3",
      ranges: { top_p: { maximum: 0.95 } },
      rejected: ["logit_bias"],
      recommended: { temperature: 0.6, think: false },
      proposals: [],
    });
    expect(await json(["model", "constraints", "qwen3"])).toMatchObject({ ranges: { top_p: { maximum: 0.95 } } });
    for (const wrong of ["top_p=2..1", "hotness=1..2", "top_p=1", "top_p=.."])
      expect((await lyceum(["model", "constraints", "qwen3", "--range", wrong])).code, wrong).not.toBe(0);
    await json(["model", "remove", "qwen3", "--reason", "answers nonsense"]);
    expect(await db.model.findUnique({ where: { name: "qwen3" } })).toMatchObject({
      removedReason: "answers nonsense",
    });
    await json(["model", "restore", "qwen3"]);
    expect(await db.model.findUnique({ where: { name: "qwen3" } })).toMatchObject({ removedAt: null });
    expect(await json(["ledger", "verify"])).toMatchObject({ ok: true, differences: [] });
    const trail = await db.auditEntry.findMany({
      where: { actorName: "command line" },
      orderBy: { id: "asc" },
      select: { action: true },
    });
    expect(trail.map((entry) => entry.action)).toEqual([
      "user.create",
      "account.fund",
      "channel.create",
      "model.price",
      "key.create",
      "model.update",
      "model.update",
      "model.remove",
      "model.restore",
    ]);
  });

  it("prices a model by classes and tiers, for nothing, and shows what it cost before", async () => {
    await db.$transaction((tx) => createModel(tx, { id: null, name: "staff" }, { name: "long", groups: [] }));
    const price = (...args: string[]) => lyceum(["model", "price", "long", ...args]);
    const tiers = ["--tier", "128000:input=4,output=16,cached=1", "--tier=256000:input=6,output=24"];
    const base = ["--input", "2", "--output", "8", "--reasoning", "12", "--request", "0.01"];
    const set = await price(...base, ...tiers);
    expect(set).toMatchObject({ code: 0, errors: [] });
    expect(set.out.join("\n")).toContain("input above 256000 tokens: input 6, output 24");
    expect(await json(["model", "price", "long", "--free"])).toMatchObject({ version: 2, input: "0", tiers: [] });

    const history = await json(["model", "price", "long", "--history"]);
    expect(history.versions).toMatchObject([
      { version: 2, input: "0", output: "0", tiers: [] },
      {
        version: 1,
        input: "2",
        output: "8",
        reasoning: "12",
        request: "0.01",
        tiers: [
          { above: 128_000, input: "4", cached: "1", output: "16" },
          { above: 256_000, input: "6", output: "24" },
        ],
      },
    ]);
    expect((await price("--history")).out).toContain("  nothing: it is free");

    for (const [args, zh, en] of [
      [["--input", "2"], "缺少 --output", "--output is missing"],
      [["--free", "--input", "2"], "--free 不能与 --input 同用", "--free and --input exclude"],
      [["--history", "--free"], "--history 不能与 --free 同用", "--history and --free exclude"],
      [[...base, "--audio", "x"], "--audio 的“x”", '--audio "x"'],
      [[...base, "--tier", "128000"], "第 1 档“128000”", 'tier 1, "128000"'],
      [[...base, "--tier", "128000:input=4,outptu=16"], "“outptu=16”", '"outptu=16"'],
      [[...base, "--tier", "128000:input=4,input=5"], "input 写了两次", "input twice"],
      [[...base, "--tier", "128000:input=4"], "缺少输出价格", "has no output price"],
      [[...base, ...tiers, "--tier", "9:input=1,output=1"], "第 3 档（输入超过 9）", "tier 3 (input above 9)"],
    ] as const) {
      const { code, errors } = await price(...args);
      expect({ code, text: errors.join() }).toEqual({ code: 1, text: expect.stringContaining(zh) });
      expect(errors.join()).toContain(en);
    }
    expect((await json(["model", "price", "long", "--history"])).versions).toHaveLength(2);
  });

  it("sets balances and groups, makes groups, and lets somebody who is locked out in again", async () => {
    await json([
      "user",
      "add",
      "--student-id",
      "BOSS",
      "--name",
      "老王",
      "--role",
      "admin",
      "--password",
      "correct horse battery",
    ]);
    expect(await json(["fund", "--student-id", "boss", "--amount", "5", "--reason", "r", "--set"])).toMatchObject({
      after: "5",
    });
    expect(await json(["fund", "--student-id", "boss", "--amount", "0", "--reason", "r", "--set"])).toMatchObject({
      before: "5",
      after: "0",
    });
    expect(await json(["group", "add", "lab", "--multiplier", "0.8"])).toMatchObject({ group: "lab" });
    expect(await json(["user", "group", "--student-id", "boss", "--add", "lab,vip"])).toMatchObject({
      groups: ["lab", "vip"],
    });
    expect(await json(["user", "group", "--student-id", "boss", "--remove", "lab"])).toMatchObject({ groups: ["vip"] });
    const { oneTimePassword } = await json(["user", "password", "--student-id", "boss"]);
    expect(
      await verifySignIn(db, { studentId: "boss", password: String(oneTimePassword), deviceId: "", ip: "" }),
    ).toMatchObject({ ok: true });
  });

  it("sets, lifts and shows limits of a key, a person and a group's members", async () => {
    await json(["user", "add", "--student-id", "2025100", "--name", "李四"]);
    const person = ["--student-id", "2025100"];
    const created = await json(["key", "create", ...person, "--name", "lab", "--rpm", "60", "--tpm", "100000"]);
    expect(created.limits).toEqual({ rpm: 60, tpm: 100_000, parallel: null, cap: null, capPeriod: null });
    const updated = ["key", "update", ...person, "--name", "lab", "--rpm", "none", "--parallel", "4", "--cap", "2.5"];
    expect(await json([...updated, "--cap-period", "term"])).toMatchObject({
      name: "lab",
      limits: { rpm: null, tpm: 100_000, parallel: 4, cap: "2.5", capPeriod: "term" },
    });
    expect((await lyceum(updated)).out).toEqual([
      'Limits of the key "lab" of 李四 (2025100): 100000 tokens a minute, 4 parallel requests, 2.5 a term.',
    ]);
    await json(["user", "limit", ...person, "--rpm", "10", "--parallel", "3"]);
    expect(await json(["user", "limit", ...person, "--none", "--parallel", "5"])).toEqual({
      studentId: "2025100",
      ...{ rpm: null, tpm: null, parallel: 5, cap: null, capPeriod: null },
    });
    expect(await json(["group", "limit", "default", "--cap", "10", "--cap-period", "day"])).toMatchObject({
      group: "default",
      cap: "10",
      capPeriod: "day",
    });
    const { limits } = await json(["limits", "show", ...person]);
    expect(limits).toMatchObject([
      { scope: "user", parallel: 5, running: 0 },
      { scope: "member", group: "default", cap: "10", spent: "0", beginsAnewAt: expect.stringMatching(/T16:00:00/) },
      { scope: "key", name: "lab", usedTokens: 0, tpm: 100_000 },
    ]);
    expect((await lyceum(["limits", "show", ...person])).out.join("\n")).toMatch(/running requests +0 of 5/);
    await json(["group", "limit", "default", "--none"]);

    expect((await lyceum(["user", "limit", ...person])).code).toBe(2);
    expect((await lyceum(["user", "limit", ...person, "--rpm", "-1"])).code).toBe(2);
    const refused = await lyceum(["user", "limit", ...person, "--rpm", "0"]);
    expect(refused.code).toBe(1);
    expect(refused.errors[0]).toMatch(/每分钟请求数应是.* requests a minute must be/);
    expect((await lyceum(["group", "limit", "nowhere", "--none"])).code).toBe(1);
    expect((await lyceum(["key", "update", ...person, "--name", "gone", "--rpm", "1"])).errors[0]).toContain("gone");
  });

  it("freezes a key that somebody found, which is read and never an argument", async () => {
    await json(["user", "add", "--student-id", "2025777", "--name", "泄", "--role", "student"]);
    const { key } = await json(["key", "create", "--student-id", "2025777", "--name", "lost"]);
    const report = () => lyceum(["key", "report-leak", "--json"], env, ` ${key} `);
    expect(JSON.parse((await report()).out[0] ?? "")).toMatchObject({ outcome: "frozen" });
    const again = await report();
    expect(JSON.parse(again.out[0] ?? "")).toMatchObject({ outcome: "known" });
    expect(again.out.join("")).not.toContain(String(key).slice(10, 40));
    expect((await lyceum(["key", "report-leak"], env, "sk-proj-abc")).code).toBe(1);
  });

  it("answers what it refuses with one sentence in both languages, and exit code 1", async () => {
    const refused = await lyceum(["fund", "--student-id", "2025999", "--amount", "20", "--reason", "r"]);
    expect(refused).toEqual({
      code: 1,
      out: [],
      written: "",
      errors: ["没有学号为 2025999 的用户。 There is no user with the student ID 2025999."],
    });
    for (const amount of ["-5", "1e3", "0", "0.0000000001", "99999999"]) {
      const { code, errors } = await lyceum([
        "fund",
        "--student-id",
        "2025001",
        "--amount",
        amount,
        "--reason",
        "r",
        "--json",
      ]);
      expect(code).toBe(1);
      expect(JSON.parse(errors[0] ?? "")).toMatchObject({ error: { code: "invalid_amount" } });
    }
    const priv = ["channel", "add", "--name", "x", "--url", "http://10.0.0.5/v1", "--models", "m"];
    expect((await lyceum(priv)).errors[0]).toContain("private");
    await lyceum(["channel", "add", "--name", "dead", "--url", "http://dead.example/v1", "--models", "m"]);
    expect(await lyceum(["channel", "test", "dead"])).toMatchObject({ code: 1, out: [] });
    expect((await lyceum(["channel", "test", "nobody"])).errors[0]).toContain("There is no channel named nobody.");
  });

  it("answers a wrong command line with exit code 2 and says where help is", async () => {
    expect(await lyceum(["user", "add", "--nmae", "x"])).toEqual({
      code: 2,
      out: [],
      written: "",
      errors: ['"user add" has no option --nmae. See: pnpm lyceum --help'],
    });
    expect((await lyceum(["channel", "add", "--name", "x", "--url", "http://h", "--models", "=x"])).code).toBe(2);
    expect(await lyceum(["--help"])).toMatchObject({ code: 0, errors: [] });
  });

  it("says where it looked when no system runs, and when a database can't be reached", async () => {
    const none = await lyceum(["ledger", "verify"], { LYCEUM_DATA_DIR: dataDir });
    expect(none).toMatchObject({ code: 1, out: [] });
    expect(none.errors[0]).toContain(
      `No running system was found in ${dataDir}; start it with npm start, or set DATABASE_URL.`,
    );
    const dead = await lyceum(["ledger", "verify"], { DATABASE_URL: "postgresql://u:hunter2@127.0.0.1:1/x" });
    expect(dead.code).toBe(1);
    expect(dead.errors[0]).toContain("can't be reached");
    expect(dead.errors[0]).not.toContain("hunter2");
  });

  it("writes a month's statement to a file or to the standard output, and says what it can't do", async () => {
    await json(["fund", "--student-id", "2025001", "--amount", "1", "--reason", "=cmd|' /C calc'!A0"]);
    const month = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7); // in Shanghai
    const file = join(dataDir, "statement.csv");
    const wanted = ["ledger", "statement", "--student-id", "2025001", "--month", month];
    expect(await json([...wanted, "--output", file])).toEqual({ of: "2025001 张三", month, file });
    const text = await readFile(file, "utf8");
    expect(text.startsWith("\uFEFFrow,time,kind,amount")).toBe(true);
    expect(text).toContain("2025001 张三");
    expect(text).toContain("'=cmd|");
    expect(text).not.toContain(",=cmd|");
    const { code, out, written } = await lyceum(wanted);
    expect({ code, out }).toEqual({ code: 0, out: [] });
    expect(written.split("\r\n").slice(0, 4)).toEqual(text.split("\r\n").slice(0, 4));
    for (const bad of ["2026-13", "november", "2199-01", "2099-01"]) {
      const refused = await lyceum(["ledger", "statement", "--student-id", "2025001", "--month", bad]);
      expect(refused).toMatchObject({ code: 1, written: "" });
      expect(refused.errors[0]).toContain(bad);
    }
    expect((await lyceum(["ledger", "statement", "--month", month])).code).toBe(2);
    expect((await lyceum([...wanted, "--course", "CS101"])).code).toBe(2);
    const nowhere = await lyceum([...wanted, "--output", join(dataDir, "no", "such", "folder.csv")]);
    expect(nowhere).toMatchObject({ code: 1, out: [] });
    expect(nowhere.errors[0]).toContain("can't be written");
  });

  it("pauses, resumes and retires a model, with a date and another in its stead, and takes that back", async () => {
    for (const name of ["old", "new"])
      await db.$transaction((tx) => createModel(tx, { id: null, name: "test" }, { name, groups: [] }));
    expect(await json(["model", "pause", "old", "--reason", "GPU moves"])).toEqual({ model: "old", paused: true });
    expect(await db.model.findUnique({ where: { name: "old" } })).toMatchObject({ pausedReason: "GPU moves" });
    expect(await json(["model", "resume", "old"])).toEqual({ model: "old", paused: false });
    const planned = { model: "old", retiresAt: "2099-01-16T16:00:00.000Z", redirect: "new" };
    expect(await json(["model", "retire", "old", "--at", "2099-01-17", "--redirect", "new"])).toEqual(planned);
    await json(["model", "restore", "old"]);
    expect(await db.model.findUnique({ where: { name: "old" } })).toMatchObject({ retiresAt: null, redirectId: null });
    expect(await json(["model", "retire", "old"])).toEqual({ model: "old", retiresAt: null, redirect: null });
    expect((await lyceum(["model", "retire", "new", "--redirect", "old"])).code).toBe(1);
  });

  it("names the accounts whose books don't add up, and exits with 1", async () => {
    await db.account.updateMany({
      where: { user: { studentId: "2025001" } },
      data: { balanceNanos: { increment: 1 } },
    });
    const { code, out } = await lyceum(["ledger", "verify"]);
    expect(code).toBe(1);
    expect(out.join("\n")).toContain("2025001: balance, by ledger entries");
    await db.account.updateMany({
      where: { user: { studentId: "2025001" } },
      data: { balanceNanos: { decrement: 1 } },
    });
  });
});
