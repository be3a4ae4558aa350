import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { crc32 } from "node:zlib";
import { processStart } from "@lyceum/db/process-identity";
import { AppError, newId } from "@lyceum/domain";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createLedger } from "./create-ledger.ts";
import { decodeLines } from "./spool.ts";
import {
  admissionOf,
  createLedgerFixture,
  draftOf,
  type LedgerFixture,
  type Person,
  SETTLE_LIMIT_MS,
} from "./testing/ledger-fixture.ts";
import type { Ledger } from "./types.ts";

const YUAN = 1_000_000_000n;
let books: LedgerFixture;
let folder: string;
let person: Person;
/** What becomes of statements: they pass, the database is away, or it does the work of one, whose answer is lost, and is away then. */
let line: "open" | "away" | "answer-lost" = "open";
const opened: Ledger[] = [];

beforeAll(async () => {
  books = await createLedgerFixture();
});
afterAll(() => books.drop());
beforeEach(async () => {
  line = "open";
  folder = await mkdtemp(join(tmpdir(), "lyceum-spool-"));
  person = await books.person(5n * YUAN);
  return async () => {
    line = "open";
    for (const ledger of opened.splice(0)) await ledger.close(1_000);
    await rm(folder, { recursive: true });
  };
});

async function ledgerOn(spoolFolder: string): Promise<Ledger> {
  const workerId = newId();
  await books.query("insert into worker (id, host, pid) values ($1, 'test', 1)", [workerId]);
  const pool = {
    async query(query: pg.QueryConfig) {
      if (line === "away") throw new Error("connect ECONNREFUSED");
      const result = await books.pool.query(query);
      if (line !== "answer-lost") return result;
      // Away until the test opens the line again: the spool, which tries twice a second, must not be quicker than the test.
      line = "away";
      throw new Error("Connection terminated unexpectedly");
    },
  } as unknown as pg.Pool;
  const ledger = createLedger({
    ...{ pool, workerId, spoolFolder, timeZone: () => "Asia/Shanghai", log: () => undefined },
    settleLimitMs: SETTLE_LIMIT_MS,
  });
  opened.push(ledger);
  return ledger;
}

const files = async () => (await readdir(folder)).filter((name) => name.endsWith(".spool"));
const recordOf = async (requestId: string) =>
  (await books.query("select outcome, charge_nanos from usage_record where id = $1", [requestId]))[0];

/** The number of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  return child.pid ?? 0;
}

describe("while the database is away", () => {
  it("a settlement is on the disk before it resolves, and in the books once the database is back", async () => {
    const ledger = await ledgerOn(folder);
    const request = admissionOf(person, 2n * YUAN);
    await ledger.admit(request);
    line = "away";
    const settled = await ledger.settle(draftOf(person, YUAN, { requestId: request.requestId }));
    expect(settled.outcome).toBe("spooled");
    const [name = ""] = await files();
    expect(decodeLines(await readFile(join(folder, name), "utf8"))).toMatchObject([
      { kind: "settle", requestId: request.requestId, accountId: person.accountId },
    ]);
    expect(await recordOf(request.requestId)).toBeUndefined();
    line = "open";
    await expect
      .poll(() => recordOf(request.requestId))
      .toMatchObject({
        outcome: "finished",
        charge_nanos: YUAN.toString(),
      });
    await expect.poll(files).toEqual([]);
    expect(await books.account(person.accountId)).toEqual({ balance: 4n * YUAN, reserved: 0n });
  });

  it("nothing is admitted: 503 with a time to try again", async () => {
    const ledger = await ledgerOn(folder);
    line = "away";
    const refusal = await ledger.admit(admissionOf(person, YUAN)).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({ code: "database_unavailable", status: 503, retryAfterMs: 2_000 });
    line = "open";
    expect(await ledger.admit(admissionOf(person, YUAN))).toMatchObject({ admitted: true });
  });
});

describe("where the answer is lost", () => {
  it("a reservation that was made all the same is given back", async () => {
    const ledger = await ledgerOn(folder);
    line = "answer-lost";
    await expect(ledger.admit(admissionOf(person, 2n * YUAN))).rejects.toMatchObject({ code: "database_unavailable" });
    expect((await books.account(person.accountId)).reserved).toBe(2n * YUAN);
    line = "open";
    await expect.poll(async () => (await books.account(person.accountId)).reserved).toBe(0n);
    expect(await books.differences()).toEqual([]);
  });

  it("a settlement that was done all the same is not done twice", async () => {
    const ledger = await ledgerOn(folder);
    line = "answer-lost";
    const draft = draftOf(person, YUAN);
    expect((await ledger.settle(draft)).outcome).toBe("spooled");
    line = "open";
    await expect.poll(files).toEqual([]);
    expect(await books.account(person.accountId)).toEqual({ balance: 4n * YUAN, reserved: 0n });
  });
});

describe("what a dead worker left", () => {
  it("is delivered by the next one, but for a line that the crash cut off", async () => {
    const first = await ledgerOn(folder);
    line = "away";
    const draft = draftOf(person, YUAN);
    await first.settle(draft);
    await first.close(0);
    opened.splice(0);
    const [name = ""] = await files();
    const orphan = join(folder, name.replace(/\.\d+\.spool$/, `.${await deadPid()}.spool`));
    await rename(join(folder, name), orphan);
    const whole = await readFile(orphan, "utf8");
    await appendFile(orphan, whole.slice(0, whole.length >> 1));
    line = "open";
    await ledgerOn(folder);
    await expect.poll(() => recordOf(draft.requestId)).toMatchObject({ outcome: "finished" });
    await expect.poll(files).toEqual([]);
  });

  it("is delivered although its number belongs to another process now, as happens in containers", async () => {
    const first = await ledgerOn(folder);
    line = "away";
    const draft = draftOf(person, YUAN);
    await first.settle(draft);
    await first.close(0);
    opened.splice(0);
    const [name = ""] = await files();
    // Begun after the file was written last: it can't be the worker that wrote it.
    const stranger = spawn(process.execPath, ["-e", "setTimeout(() => {}, 20000)"], { stdio: "ignore" });
    try {
      await rename(join(folder, name), join(folder, name.replace(/\.\d+\.spool$/, `.${stranger.pid}.spool`)));
      line = "open";
      await ledgerOn(folder);
      await expect.poll(() => recordOf(draft.requestId)).toMatchObject({ outcome: "finished" });
    } finally {
      stranger.kill("SIGKILL");
    }
  });

  it("is delivered whole where the disk was full in between", async () => {
    const first = await ledgerOn(folder);
    line = "away";
    await first.settle(draftOf(person, YUAN));
    const [name = ""] = await files();
    // What ENOSPC leaves behind: a part of a line, and its writer was told that it failed.
    await appendFile(join(folder, name), '0badc0de {"kind":"settle","requ');
    const draft = draftOf(person, YUAN);
    expect((await first.settle(draft)).outcome).toBe("spooled");
    const ids = decodeLines(await readFile(join(folder, name), "utf8")).map(({ requestId }) => requestId);
    expect(ids).toContain(draft.requestId);
  });

  it("is corrected where the sweeper was quicker", async () => {
    const first = await ledgerOn(folder);
    const request = admissionOf(person, 2n * YUAN);
    await first.admit(request);
    line = "away";
    await first.settle(draftOf(person, YUAN, { requestId: request.requestId }));
    await books.silenceWorkers();
    await books.query("select sweep(interval '1 ms')");
    expect(await recordOf(request.requestId)).toMatchObject({ outcome: "killed" });
    line = "open";
    await expect
      .poll(() => recordOf(request.requestId))
      .toMatchObject({
        outcome: "finished",
        charge_nanos: YUAN.toString(),
      });
    expect(await books.differences()).toEqual([]);
  });

  it("is set aside where the database, restored from an older backup, does not know the account", async () => {
    const stranger = { ...person, accountId: newId() };
    const ledger = await ledgerOn(folder);
    const draft = draftOf(stranger, YUAN);
    const other = draftOf(person, YUAN);
    expect((await ledger.settle(draft)).outcome).toBe("spooled");
    expect((await ledger.settle(other)).outcome).toBe("settled");
    const refused = join(folder, "refused.jsonl");
    await expect.poll(() => readFile(refused, "utf8").catch(() => "")).toContain(draft.requestId);
    await expect.poll(files).toEqual([]);
  });

  it("of a worker that lives is left alone", async () => {
    const mark = crc32((await processStart(process.ppid)) ?? "")
      .toString(16)
      .padStart(8, "0");
    const living = join(folder, `${newId()}-1.${mark}.${process.ppid}.spool`);
    await writeFile(living, "");
    // A dead one's beside it shows when the folder has been looked through.
    const dead = await ledgerOn(folder);
    line = "away";
    const draft = draftOf(person, 1n);
    await dead.settle(draft);
    await dead.close(0);
    const name = (await files()).find((each) => each !== basename(living)) ?? "";
    await rename(join(folder, name), join(folder, name.replace(/\.\d+\.spool$/, `.${await deadPid()}.spool`)));
    line = "open";
    const ledger = await ledgerOn(folder);
    await expect.poll(() => recordOf(draft.requestId), { timeout: 25_000 }).toMatchObject({ outcome: "finished" });
    // Closing waits for the round to end.
    await ledger.close(1_000);
    expect(await files()).toEqual([basename(living)]);
  });
});
