import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Actor,
  commandLine,
  createUser,
  type Db,
  getSettings,
  getUser,
  resetPassword,
  setUserDisabled,
} from "@lyceum/db";
import { createTestDatabase, type TestDatabase } from "@lyceum/db/testing";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { createCommandLineSession, deriveSecret } from "@lyceum/domain";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { run } from "./run.ts";

const SECRET = "ab".repeat(32);
const PASSWORD = "correct horse battery";
let database: TestDatabase;
let db: Db;
let folder: string;
let env: NodeJS.ProcessEnv;
let count = 0;
let person: Awaited<ReturnType<typeof makePerson>>;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createPatientPrisma(database.url, 4);
  folder = await mkdtemp(join(tmpdir(), "lyceum-cli-"));
  env = { DATABASE_URL: database.url, LYCEUM_SECRET: SECRET, XDG_STATE_HOME: join(folder, "state") };
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await lyceum("sign-out");
  person = await makePerson();
});

async function makePerson() {
  count += 1;
  const studentId = `S${String(count).padStart(6, "0")}`;
  const input = { studentId, name: `person ${count}`, role: "student", password: PASSWORD } as const;
  const { userId } = await db.$transaction((tx) => createUser(tx, commandLine, input));
  const { terms } = await getSettings(db);
  await db.user.update({ where: { id: userId }, data: { termsVersion: terms.version } });
  const self: Actor = { id: userId, name: input.name };
  return { userId, studentId, self };
}

async function lyceum(line: string, { environment = env, password = PASSWORD } = {}) {
  const out: string[] = [];
  const errors: string[] = [];
  const output = {
    out: (text: string) => out.push(text),
    error: (text: string) => errors.push(text),
    write: () => Promise.reject(new Error("nothing is written here")),
  };
  const noChannel = () => Promise.reject(new Error("no channel here"));
  const exit = await run(line.split(" "), environment, output, noChannel, async () => password);
  return { exit, out, errors };
}
const whoami = async (environment = env) => JSON.parse((await lyceum("whoami --json", { environment })).out[0] ?? "{}");
const signIn = () => lyceum(`sign-in ${person.studentId}`);
const sessionFile = () => join(folder, "state", "lyceum", "session");
/** A student may not: what it answers tells in whose name it ran. */
const ADMIN_ONLY = "group add g --multiplier 1 --json";

describe("a session of the command line", () => {
  it("makes commands run as who signed in, says so, and ends with sign-out", async () => {
    expect(await whoami()).toMatchObject({ studentId: null, role: "admin" });
    expect((await signIn()).exit).toBe(0);
    expect(await whoami()).toMatchObject({ studentId: person.studentId, role: "student" });
    const refused = await lyceum("group add physics --multiplier 1");
    expect(refused).toMatchObject({ exit: 1, out: [] });
    expect(refused.errors).toEqual([
      expect.stringContaining(`As person ${count} (${person.studentId})`),
      "这里没有你要找的内容。 There is nothing here.",
    ]);
    expect(await db.group.count({ where: { id: "physics" } })).toBe(0);
    expect((await lyceum("sign-out")).out[0]).toContain("Signed out");
    expect(await lyceum("group add physics --multiplier 1")).toMatchObject({ exit: 0, errors: [] });
  });

  it("is kept where only its owner reads it, and not used where others can", async () => {
    await signIn();
    expect((await stat(sessionFile())).mode & 0o777).toBe(0o600);
    expect(await readFile(sessionFile(), "utf8")).not.toContain(PASSWORD);
    await chmod(sessionFile(), 0o640);
    const refused = await lyceum("whoami");
    expect(refused).toMatchObject({ exit: 1, out: [] });
    expect(refused.errors[0]).toContain("can be read or written by others");
    // Signing in again makes the file anew.
    await signIn();
    expect((await stat(sessionFile())).mode & 0o777).toBe(0o600);
    expect(await whoami()).toMatchObject({ studentId: person.studentId });
  });

  it("comes in LYCEUM_SESSION for scripts, as a file or itself; an empty or missing one is no admin", async () => {
    const file = join(folder, "script-session");
    const own = { ...env, LYCEUM_SESSION: file };
    expect(await lyceum("whoami", { environment: own })).toMatchObject({ exit: 1, out: [] });
    expect((await lyceum(`sign-in ${person.studentId}`, { environment: own })).exit).toBe(0);
    expect(await whoami(own)).toMatchObject({ studentId: person.studentId });
    expect(await whoami()).toMatchObject({ studentId: null });
    const whole = { ...env, LYCEUM_SESSION: (await readFile(file, "utf8")).trim() };
    expect(await whoami(whole)).toMatchObject({ studentId: person.studentId });
    expect(await lyceum("sign-out", { environment: whole })).toMatchObject({ exit: 1 });
    for (const LYCEUM_SESSION of ["", join(folder, "nothing"), folder]) {
      const environment = { ...env, LYCEUM_SESSION };
      expect(await lyceum(ADMIN_ONLY, { environment })).toMatchObject({ exit: 1, out: [] });
    }
    expect(await db.group.count({ where: { id: "g" } })).toBe(0);
  });

  it.each([
    ["all sessions are ended", () => db.user.update({ where: { id: person.userId }, data: { sessionVersion: 99 } })],
    ["the password is changed by an admin", () => db.$transaction((tx) => resetPassword(tx, commandLine, person))],
    [
      "the person is disabled",
      () => db.$transaction((tx) => setUserDisabled(tx, commandLine, { ...person, disabled: true })),
    ],
    [
      "the person is enabled again",
      async () => {
        for (const disabled of [true, false]) {
          await db.$transaction((tx) => setUserDisabled(tx, commandLine, { ...person, disabled }));
        }
      },
    ],
    ["new terms are due", () => db.user.update({ where: { id: person.userId }, data: { termsVersion: null } })],
    ["it is of another system", () => writeFile(sessionFile(), session("cd".repeat(32)))],
    ["it has expired", () => writeFile(sessionFile(), session(SECRET, Date.now() - 1))],
    ["it is no session", () => writeFile(sessionFile(), "x")],
    ["it is empty", () => writeFile(sessionFile(), "")],
  ])("is worth nothing once %s, and nothing falls back to the admin", async (_, happen) => {
    await signIn();
    await happen();
    const refused = await lyceum(ADMIN_ONLY);
    expect(refused).toMatchObject({ exit: 1, out: [] });
    expect(await db.group.count({ where: { id: "g" } })).toBe(0);
    // And the way out stays open.
    expect((await lyceum("sign-out")).exit).toBe(0);
  });

  it("writes the trail in the person's name", async () => {
    await db.user.update({ where: { id: person.userId }, data: { role: "admin" } });
    await signIn();
    const group = `g${count}`;
    expect((await lyceum(`group add ${group} --multiplier 1`)).exit).toBe(0);
    const [entry] = await db.auditEntry.findMany({ where: { action: "group.create", targetId: group } });
    expect(entry).toMatchObject({ actorId: person.userId, actorName: `person ${count}` });
  });
});

function session(secret: string, expiresAt = Date.now() + 60_000): string {
  const key = deriveSecret(secret, "command-line-session");
  return createCommandLineSession(key, { userId: person.userId, sessionVersion: 1, expiresAt });
}

describe("sign-in", () => {
  it("refuses a wrong password, and delays whoever guesses, with the right one too", async () => {
    const guess = async () => {
      const { exit, errors } = await lyceum(`sign-in ${person.studentId} --json`, { password: "wrong" });
      return [exit, JSON.parse(errors[0] ?? "").error.code];
    };
    expect(await guess()).toEqual([1, "invalid_credentials"]);
    // The first delays last seconds, which a slow machine takes for the next attempt.
    await db.signInFailure.updateMany({ where: { studentId: person.studentId }, data: { failures: 10 } });
    expect(await guess()).toEqual([1, "invalid_credentials"]);
    expect(await guess()).toEqual([1, "sign_in_delayed"]);
    expect((await signIn()).exit).toBe(1);
    expect(await whoami()).toMatchObject({ studentId: null });
  });

  it("refuses who is disabled, who has a one-time password, and who has not accepted the terms", async () => {
    await db.$transaction((tx) => setUserDisabled(tx, commandLine, { ...person, disabled: true }));
    expect((await signIn()).errors[0]).toContain("disabled");
    person = await makePerson();
    const { password } = await db.$transaction((tx) => resetPassword(tx, commandLine, person));
    const oneTime = await lyceum(`sign-in ${person.studentId}`, { password });
    expect(oneTime.exit).toBe(1);
    expect(oneTime.errors[0]).toContain("one-time password");
    person = await makePerson();
    await db.user.update({ where: { id: person.userId }, data: { termsVersion: null } });
    expect((await signIn()).errors[0]).toContain("terms");
    expect((await getUser(db, person.userId)).termsVersion).toBeNull();
    expect(await whoami()).toMatchObject({ studentId: null });
  });

  it("takes no password as an argument", async () => {
    expect(await lyceum(`sign-in ${person.studentId} ${PASSWORD.split(" ")[0]}`)).toMatchObject({ exit: 2 });
    expect(await lyceum(`sign-in ${person.studentId} --password x`)).toMatchObject({ exit: 2 });
  });
});
