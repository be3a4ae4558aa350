import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "@playwright/test";
import { look, verify } from "../src/books.ts";
import { type Campus, chat, type ErrorBody, openCampus } from "../src/campus.ts";
import { processesOf } from "../src/system.ts";

test.describe.configure({ mode: "serial" });
let campus: Campus;
const ask = (model: string, extra: object = {}) => ({
  model,
  messages: [{ role: "user", content: "hello world" }],
  ...extra,
});

test.beforeAll(async () => {
  test.setTimeout(300_000);
  campus = await openCampus();
  await campus.offer(["demo-usage-20-500", "demo-chunks-400-every-50ms", "demo-text"]);
});
test.afterAll(() => campus.close());

test("50 parallel calls against a balance for 5: at most 5 are answered, the rest 402", async () => {
  // 20 × ¥2 + 500 × ¥8 a million = ¥0.00404 a call.
  const { key, studentId } = await campus.student("0.0202");
  const replies = await Promise.all(
    Array.from({ length: 50 }, () => chat(campus.system.url, key, ask("demo-usage-20-500", { max_tokens: 500 }))),
  );
  const statuses = replies.map((reply) => reply.status);
  const answered = statuses.filter((status) => status === 200).length;
  expect(answered).toBeGreaterThan(0);
  expect(answered).toBeLessThanOrEqual(5);
  expect(statuses.filter((status) => status === 402)).toHaveLength(50 - answered);
  for (const reply of replies.filter((each) => each.status === 402)) {
    expect(((await reply.json()) as ErrorBody).error.code).toBe("insufficient_balance");
  }
  const [row] = await look<{ balance_nanos: string; reserved_nanos: string }>(
    campus.system.databaseUrl,
    "select balance_nanos, reserved_nanos from account a join app_user u on u.id = a.user_id where u.student_id = $1",
    [studentId],
  );
  expect(Number(row?.balance_nanos)).toBeGreaterThanOrEqual(0);
  expect(row?.reserved_nanos).toBe("0");
  expect(await verify(campus.dataDir)).toMatchObject({ ok: true });
});

test("a client that leaves in mid-stream is charged for what was delivered, once", async () => {
  const { key, studentId } = await campus.student("1");
  const abort = new AbortController();
  const reply = await chat(campus.system.url, key, ask("demo-chunks-400-every-50ms", { stream: true }), abort.signal);
  const reader = reply.body?.getReader();
  for (let i = 0; i < 5; i++) await reader?.read();
  abort.abort();
  const record = await expect
    .poll(async () => (await records(studentId))[0]?.outcome, { timeout: 60_000 })
    .toBe("client-gone")
    .then(() => records(studentId));
  expect(record).toHaveLength(1);
  expect(record[0]).toMatchObject({ is_estimated: true });
  expect(Number(record[0]?.charge_nanos)).toBeGreaterThan(0);
  expect(Number(record[0]?.output_tokens)).toBeLessThan(400);
});

test("kill -9 in mid-stream: after the restart every request has one record, and nothing stays reserved", async () => {
  test.setTimeout(240_000);
  const { key, studentId } = await campus.student("5");
  campus.upstream.clear();
  const running = Array.from({ length: 8 }, () =>
    chat(campus.system.url, key, ask("demo-chunks-400-every-50ms", { stream: true, max_tokens: 400 })).then((reply) =>
      reply.text(),
    ),
  );
  const ended = Promise.allSettled(running);
  await expect.poll(() => campus.upstream.requests().filter((each) => each.chunksSent > 2).length).toBe(8);
  for (const pid of await processesOf(campus.dataDir)) {
    // Everything but PostgreSQL: top process and workers, all at once and without warning.
    if (!(await isPostgres(pid))) process.kill(pid, "SIGKILL");
  }
  await ended;
  await campus.restart();
  await expect.poll(() => reserved(), { timeout: 120_000, intervals: [1_000] }).toBe(0);
  const list = await records(studentId);
  expect(list).toHaveLength(8);
  for (const record of list) {
    expect(record.outcome).toBe("killed");
    expect(record.is_estimated).toBe(true);
  }
  expect(await verify(campus.dataDir)).toMatchObject({ ok: true });
  expect((await chat(campus.system.url, key, ask("demo-text"))).status).toBe(200);
});

test("kill -9 of the top process alone: its worker lets running answers end and charges them", async () => {
  test.setTimeout(240_000);
  const { key, studentId } = await campus.student("5");
  const reply = await chat(campus.system.url, key, ask("demo-chunks-400-every-50ms", { stream: true, max_tokens: 60 }));
  const text = reply.text();
  await delay(300);
  campus.system.process.kill("SIGKILL");
  expect(await text).toContain("data: [DONE]");
  const left = async () => {
    const isOurs = await Promise.all((await processesOf(campus.dataDir)).map(async (pid) => !(await isPostgres(pid))));
    return isOurs.filter(Boolean).length;
  };
  await expect.poll(left).toBe(0);
  await campus.restart();
  expect(await records(studentId)).toMatchObject([{ outcome: "finished", output_tokens: 60 }]);
  expect(await reserved()).toBe(0);
});

test("a stop in order lets streams end and leaves no process behind", async () => {
  const { key } = await campus.student("5");
  const reply = await chat(campus.system.url, key, ask("demo-chunks-400-every-50ms", { stream: true, max_tokens: 60 }));
  const text = reply.text();
  await delay(300);
  expect(await campus.system.stop()).toBe(0);
  expect(await text).toContain("data: [DONE]");
  expect(await processesOf(campus.dataDir)).toEqual([]);
  await campus.restart();
  expect(await reserved()).toBe(0);
});

type Record = { outcome: string; charge_nanos: string; output_tokens: number; is_estimated: boolean };

function records(studentId: string): Promise<Record[]> {
  return look(
    campus.system.databaseUrl,
    "select outcome, charge_nanos, output_tokens, is_estimated from usage_record r join app_user u on u.id = r.user_id where u.student_id = $1",
    [studentId],
  );
}

async function reserved(): Promise<number> {
  const [row] = await look<{ n: string }>(campus.system.databaseUrl, "select count(*) as n from reservation");
  return Number(row?.n);
}

async function isPostgres(pid: number): Promise<boolean> {
  return (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).startsWith("postgres"); // just ended
}
