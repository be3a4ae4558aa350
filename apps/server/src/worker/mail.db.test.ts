import { type Db, setMailServer, system, tellPeople } from "@lyceum/db";
import { claimMails, settleMails } from "@lyceum/db/mail-queue";
import type { DatabasePool } from "@lyceum/db/pool";
import { createTestDatabase, type TestDatabase } from "@lyceum/db/testing";
import { createPatientPool, createPatientPrisma } from "@lyceum/db/testing-clients";
import { defaultSettings, newId } from "@lyceum/domain";
import { readable, type SmtpServer, startSmtpServer } from "@lyceum/mail/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Mail, startMail } from "./mail.ts";
import { SECRET } from "./testing/scene.ts";
import { until } from "./testing/worker-fixture.ts";

let database: TestDatabase;
let pool: DatabasePool;
let db: Db;
let lines: string[];
const started: Mail[] = [];
const servers: SmtpServer[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPatientPool(database.url, 6);
  db = createPatientPrisma(database.url, 4);
});
afterAll(async () => {
  await db.$disconnect();
  await pool.end();
  await database.drop();
});
afterEach(async () => {
  for (const each of started.splice(0)) await each.stop();
  for (const each of servers.splice(0)) await each.close();
  await pool.query("delete from notice");
});

const settings = { ...defaultSettings, siteUrl: "https://llm.example.edu" };
function start(): void {
  lines = [];
  const log = (_level: string, message: string) => void lines.push(message);
  started.push(startMail(pool, SECRET, () => settings, log, { roundMs: 20, firstPauseMs: 40 }));
}
async function smtp(options?: Parameters<typeof startSmtpServer>[0]): Promise<SmtpServer> {
  const server = await startSmtpServer(options);
  servers.push(server);
  return server;
}
const use = (port: number, more: { password?: string; isEnabled?: boolean } = {}) =>
  db.$transaction((tx) =>
    setMailServer(tx, system, SECRET, {
      ...{
        host: "127.0.0.1",
        port,
        security: "none",
        username: more.password ? "llm" : "",
        fromAddress: "llm@example.edu",
      },
      password: more.password ?? "",
      isEnabled: more.isEnabled ?? true,
    }),
  );
async function person(more: { email?: string | null; locale?: string; mailOff?: string[] } = {}): Promise<string> {
  const id = newId();
  const { email = `${id}@example.edu`, ...rest } = more;
  await db.user.create({ data: { id, studentId: id, name: "n", email, ...rest } });
  return id;
}
/** As if the minute in which more could come were over. */
const ripen = () => pool.query("update notice set mail_next_at = now() where mail_next_at is not null");
async function tell(userIds: string[], key: string = newId()): Promise<void> {
  const detail = { name: "lab", days: 7 };
  await db.$transaction((tx) => tellPeople(tx, { userIds, kind: "key-ends", dedupeKey: key, detail, href: "/keys" }));
}
const queue = async () => (await pool.query("select from notice where mail_next_at is not null")).rowCount;

describe("mail", () => {
  it("sends what was told to whoever wants that, in their language, once however many workers there are", async () => {
    const server = await smtp({ password: "s3cret-word" });
    await use(server.port, { password: "s3cret-word" });
    const [zh, en] = [await person(), await person({ locale: "en" })];
    const silent = [await person({ email: null }), await person({ mailOff: ["key-ends"] })];
    await tell([zh, en, ...silent]);
    await tell([zh]);
    // Not at once: what comes together shall be one letter.
    expect(await claimMails(pool)).toEqual([]);
    await ripen();
    for (let i = 0; i < 3; i++) start();
    await until(async () => (await queue()) === 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.received.flatMap(({ to }) => to).sort()).toEqual([`${zh}@example.edu`, `${en}@example.edu`].sort());
    const of = (id: string) => readable(server.received.find(({ to }) => to[0]?.startsWith(id))?.data ?? "");
    expect(of(zh)).toContain("密钥「lab」将在 7 天内过期");
    expect(of(en)).toContain("The key “lab” ends within 7 days");
    expect(of(en)).toContain("https://llm.example.edu/keys");
    expect((await pool.query("select from notice where mailed_at is not null")).rowCount).toBe(3);
  });

  it("waits for a server that is away, says so once, and sends when it is back", async () => {
    const gone = await smtp();
    await use(gone.port);
    await gone.close();
    servers.length = 0;
    const id = await person();
    await tell([id]);
    await ripen();
    start();
    await until(() => lines.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(lines).toEqual(["the mail server can't be used"]);
    // Nothing was tried for the letter itself, so that a long night doesn't use its tries up.
    expect((await pool.query("select mail_attempts from notice")).rows).toEqual([{ mail_attempts: 0 }]);
    const server = await smtp();
    await use(server.port);
    await until(() => server.received.length === 1);
    await until(() => lines.includes("the mail server can be used again"));
  });

  it("gives a refused address up at once, one that shall wait after some tries, and sends the others", async () => {
    const server = await smtp({
      answer: (command, argument) =>
        command === "RCPT" && argument.includes("nobody")
          ? "550 none"
          : command === "RCPT" && argument.includes("slow")
            ? "451 wait"
            : null,
    });
    await use(server.port);
    const people = [
      await person({ email: "nobody@example.edu" }),
      await person({ email: "slow@example.edu" }),
      await person(),
    ];
    await tell(people);
    await ripen();
    start();
    const rowOf = async (id: string | undefined) =>
      (
        await pool.query<{ next: Date | null; attempts: number; error: string; mailed: Date | null }>(
          "select mail_next_at as next, mail_attempts as attempts, mail_error as error, mailed_at as mailed from notice where user_id = $1",
          [id],
        )
      ).rows[0];
    // They go out beside each other.
    const written = async (id: string | undefined) => (await rowOf(id))?.error !== "";
    await until(async () => (await written(people[0])) && (await written(people[1])));
    await until(async () => (await rowOf(people[2]))?.mailed != null);
    expect(await rowOf(people[0])).toMatchObject({ next: null, mailed: null, error: expect.stringContaining("550") });
    const slow = await rowOf(people[1]);
    expect(slow?.next?.getTime()).toBeGreaterThan(Date.now() + 30_000);
    for (const each of started.splice(0)) await each.stop();
    for (let tries = 1; tries < 20 && (await queue()) !== 0; tries++) {
      await ripen();
      const due = await claimMails(pool);
      await settleMails(
        pool,
        due.flatMap(({ notices }) => notices.map(({ id }) => id)),
        { kind: "later", error: "451" },
      );
    }
    expect(await rowOf(people[1])).toMatchObject({ next: null, attempts: 8 });
  });

  it("sends nothing while it is switched off, and nothing of the day before yesterday once it is on", async () => {
    const server = await smtp();
    await use(server.port, { isEnabled: false });
    const id = await person();
    await tell([id], "old");
    await tell([id], "new");
    await ripen();
    await pool.query("update notice set created_at = now() - interval '3 days' where dedupe_key = 'old'");
    start();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(server.connections).toBe(0);
    await use(server.port);
    await until(async () => (await queue()) === 0);
    await until(() => server.received.length === 1);
    expect((await pool.query("select dedupe_key from notice where mailed_at is not null")).rows).toEqual([
      { dedupe_key: "new" },
    ]);
  });

  it("keeps the server's password sealed, out of the trail, and asks for it again where mail shall go elsewhere", async () => {
    await use(2525, { password: "s3cret-word" });
    const [row] = (await pool.query<{ password: Buffer }>("select password from mail_server")).rows;
    expect(row?.password.includes("s3cret-word")).toBe(false);
    const trail = await db.auditEntry.findMany({ where: { action: "mail-server.change" } });
    expect(JSON.stringify(trail)).not.toContain("s3cret-word");
    const move = (host: string) =>
      db.$transaction((tx) =>
        setMailServer(tx, system, SECRET, {
          ...{
            host,
            port: 2525,
            security: "tls",
            username: "llm",
            fromAddress: "llm@example.edu",
            isEnabled: true,
            password: null,
          },
        }),
      );
    await expect(move("evil.example")).rejects.toMatchObject({ code: "invalid_request" });
    await move("127.0.0.1");
  });
});
