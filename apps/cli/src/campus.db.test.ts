import { startCasServer, startOidcServer } from "@lyceum/campus/testing";
import { commandLine, createUser, type Db, openCampusProvider, setSetting, signInByCampus } from "@lyceum/db";
import { createTestDatabase, type TestDatabase } from "@lyceum/db/testing";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "./run.ts";

const MASTER = "ab".repeat(32);
const SECRET = "a secret of the client";
let database: TestDatabase;
let db: Db;
let server: Awaited<ReturnType<typeof startOidcServer>>;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createPatientPrisma(database.url, 2);
  server = await startOidcServer({ person: {}, clientId: "lyceum", clientSecret: SECRET });
});
afterAll(async () => {
  await Promise.all([db.$disconnect(), server.close()]);
  await database.drop();
});

async function lyceum(...args: string[]) {
  const out: string[] = [];
  const errors: string[] = [];
  const output = {
    out: (text: string) => out.push(text),
    error: (text: string) => errors.push(text),
    write: async () => undefined,
  };
  const exit = await run(
    [...args, "--json"],
    { DATABASE_URL: database.url, LYCEUM_SECRET: MASTER },
    output,
    () => Promise.reject(new Error("no channel here")),
    () => Promise.resolve(SECRET),
  );
  const said = [...out, ...errors].join("\n");
  expect(said).not.toContain(SECRET);
  return { exit, said, json: out.length > 0 ? JSON.parse(out[0] ?? "") : null };
}
const set = (...args: string[]) => lyceum("campus-sign-in", "set", ...args);
const attempt = () => lyceum("campus-sign-in", "try", "--site", "http://llm.test");

it("sets campus sign-in up, keeps what isn't named, and never shows the secret", async () => {
  expect((await lyceum("campus-sign-in", "show")).json).toEqual({ provider: null });
  expect((await set("--kind", "oidc")).exit).toBe(2);
  const address = [
    "--kind",
    "oidc",
    "--address",
    `${server.address}/.well-known/openid-configuration`,
    "--client-id",
    "lyceum",
  ];
  // Plain HTTP must be allowed.
  expect((await set(...address)).exit).toBe(2);
  expect((await set(...address, "--allow-private", "yes", "--client-secret")).json.provider).toMatchObject({
    ...{ address: server.address, hasSecret: true, idAttribute: "preferred_username", isEnabled: true },
  });
  expect((await set("--id-attribute", "student_no", "--id-suffix", "@x.edu")).json.provider).toMatchObject({
    ...{ hasSecret: true, idAttribute: "student_no", idSuffix: "@x.edu" },
  });
  expect(await openCampusProvider(db, MASTER)).toMatchObject({ clientSecret: SECRET });
  const audits = await db.auditEntry.findMany({ where: { action: "campus-provider.change" } });
  expect(audits).toHaveLength(2);
  expect(JSON.stringify(audits)).not.toContain(SECRET);
});

it("tries it out, and takes no secret along to another address", async () => {
  expect((await lyceum("campus-sign-in", "try")).exit).toBe(1);
  expect(await attempt()).toMatchObject({ exit: 0, json: { ok: true, notes: ["plain_http"] } });
  server.state.clientSecret = "changed there";
  expect(await attempt()).toMatchObject({ exit: 1, json: { ok: false, code: "client_refused" } });
  server.state.clientSecret = SECRET;
  expect((await set("--address", "https://evil.example")).exit).toBe(1);
  expect((await set("--client-id", "another")).exit).toBe(1);
  expect((await set("--enabled", "no")).json.provider).toMatchObject({ isEnabled: false, hasSecret: true });
  expect((await attempt()).exit).toBe(1);
});

it("takes for CAS the address in the settings alone, which must be there", async () => {
  const cas = await startCasServer({ person: { user: "" } });
  try {
    const given = ["--kind", "cas", "--address", cas.address, "--allow-private", "yes", "--enabled", "yes"];
    expect(await set(...given)).toMatchObject({ exit: 1, said: expect.stringContaining("Address of this site") });
    const setSite = (address: string) => db.$transaction((tx) => setSetting(tx, commandLine, "siteUrl", address));
    await setSite("http://llm.test");
    expect((await set(...given)).json.provider).toMatchObject({ kind: "cas", isEnabled: true });
    cas.state.services = /^http:\/\/llm\.test\/sign-in\/campus\/return\?state=/;
    expect(await lyceum("campus-sign-in", "try")).toMatchObject({ exit: 0, json: { notes: ["plain_http"] } });
    expect((await attempt()).exit).toBe(2);
    await setSite("");
    expect((await lyceum("campus-sign-in", "try")).exit).toBe(1);
  } finally {
    await cas.close();
  }
});

it("unlinks a person", async () => {
  const studentId = "S000001";
  const person = { studentId, name: "x", role: "student", password: "correct horse battery" } as const;
  await db.$transaction((tx) => createUser(tx, commandLine, person));
  const arrival = { issuer: "oidc x", subject: "1", studentId, name: null, email: null };
  await signInByCampus(db, arrival, { deviceId: "", ip: "" });
  const unlink = (...more: string[]) => lyceum("user", "unlink-campus", "--student-id", studentId, ...more);
  const passwordHash = async () => (await db.user.findUniqueOrThrow({ where: { studentId } })).passwordHash;
  expect(await unlink()).toMatchObject({ exit: 0, json: { studentId, anotherPerson: false } });
  expect((await unlink()).exit).toBe(1);
  expect(await passwordHash()).not.toBeNull();
  await signInByCampus(db, { ...arrival, subject: "2" }, { deviceId: "", ip: "" });
  expect(await unlink("--another-person")).toMatchObject({ exit: 0, json: { studentId, anotherPerson: true } });
  expect(await passwordHash()).toBeNull();
});
