import { readdir, readFile } from "node:fs/promises";
import type { Db } from "@lyceum/db";
import { createTestDatabase, type TestDatabase } from "@lyceum/db/testing";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { differences, digestTables } from "@lyceum/db/testing-digest";
import { courseMay, createCommandLineSession, deriveSecret } from "@lyceum/domain";
import {
  createRoleScene,
  NOBODY,
  type RoleScene,
  SCENE_CODE,
  type SceneRole,
  sceneRoles,
} from "@lyceum/ledger/testing-roles";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Command } from "./command.ts";
import { commands } from "./commands.ts";
import { run } from "./run.ts";

const SECRET = "ab".repeat(32);
let database: TestDatabase;
let db: Db;
let scene: RoleScene;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createPatientPrisma(database.url, 4);
  scene = await createRoleScene(db);
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

/** What a command answers to somebody's session: the code of the error, "ok", or "wrong" for a line that makes no sense. */
async function answer(role: SceneRole, args: readonly string[]): Promise<string> {
  const { id: userId, sessionVersion } = scene.users[role];
  const key = deriveSecret(SECRET, "command-line-session");
  const session = createCommandLineSession(key, { userId, sessionVersion, expiresAt: Date.now() + 60_000 });
  const errors: string[] = [];
  const exit = await run(
    [...args, "--json"],
    { DATABASE_URL: database.url, LYCEUM_SECRET: SECRET, LYCEUM_SESSION: session },
    { out: () => undefined, error: (line) => errors.push(line), write: async () => undefined },
    () => Promise.reject(new Error("no channel here")),
    () => Promise.resolve("no key"),
  );
  if (exit === 0) return "ok";
  return exit === 2 ? "wrong" : JSON.parse(errors[0] ?? "").error.code;
}

const staff: SceneRole[] = ["ta", "instructor", "admin"];
const readers: SceneRole[] = [...staff, "auditor"];
const leaders: SceneRole[] = ["instructor", "admin"];
/** Whose session holds. */
const everybody = sceneRoles.filter((role) => role !== "disabledTa");
const code = ["--code", SCENE_CODE];

type Case = { may: readonly SceneRole[]; args: () => readonly string[] };

/** Written out once more, so that the commands' own declarations are what is tested. A command for admins only needs no line. */
const cases: Record<string, readonly Case[]> = {
  whoami: [{ may: everybody, args: () => [] }],
  // Whoever has a whole key may have it disabled.
  "key report-leak": [{ may: everybody, args: () => [] }],
  "course add": [
    { may: [...leaders, "otherInstructor"], args: () => ["--code", "CLI-NEW", "--name", "n", "--ends", "2099-01-17"] },
  ],
  "course list": [{ may: everybody, args: () => [] }],
  "course show": [{ may: readers, args: () => code }],
  "course members": [{ may: readers, args: () => code }],
  "course simulate": [{ may: readers, args: () => [...code, "--calls", "1", "--input", "1", "--output", "1"] }],
  "course codes": [{ may: staff, args: () => [...code, "--student-id", NOBODY] }],
  "course fund-members": [
    { may: staff, args: () => [...code, "--add", "1", "--all", "--reason", "r"] },
    { may: staff, args: () => [...code, "--add", "1", "--student-id", NOBODY, "--reason", "r", "--apply"] },
  ],
  "course fund-file": [
    { may: staff, args: () => ["/nowhere/balances.csv", ...code, "--mode", "add", "--reason", "r", "--apply"] },
  ],
  "course allowance add": [{ may: staff, args: () => [...code, ...monthly] }],
  "course allowance list": [{ may: readers, args: () => code }],
  "course allowance stop": [{ may: staff, args: () => [...code, "--allowance", scene.allowanceId] }],
  "course set": [{ may: leaders, args: () => [...code, "--advance", "2"] }],
  "course undo-funding": [{ may: staff, args: () => [...code, "--funding", scene.fundingId] }],
  "course requests list": [{ may: readers, args: () => code }],
  "course requests approve": [{ may: staff, args: () => [...code, "--request", scene.requestId] }],
  "course requests refuse": [{ may: staff, args: () => [...code, "--request", scene.requestId, "--answer", "no"] }],
  "course voucher list": [{ may: readers, args: () => [...code, "--batch", scene.batchId] }],
  "course voucher revoke": [{ may: staff, args: () => [...code, "--batch", scene.batchId] }],
  "course voucher create": [
    { may: staff, args: () => [...code, "--amount", "1", "--count", "2", "--redeem-until", inAWeek, "--note", "n"] },
  ],
  "voucher list": [{ may: ["admin", "auditor"], args: () => [] }],
  "course roster undo": [{ may: staff, args: () => [...code, "--import", scene.importId] }],
  "course roster apply": [{ may: staff, args: () => ["/nowhere/roster.csv", ...code, "--apply"] }],
  "course announce": [{ may: staff, args: () => [...code, "--zh", "x"] }],
  "course archive": [{ may: leaders, args: () => code }],
  "course copy": [{ may: leaders, args: () => [...code, "--to", SCENE_CODE, "--ends", "2099-01-17"] }],
  "course staff add": [
    { may: leaders, args: () => [...code, "--student-id", scene.users.ta.studentId] },
    { may: ["admin"], args: () => [...code, "--student-id", scene.users.instructor.studentId, "--role", "instructor"] },
  ],
  "course staff remove": [{ may: leaders, args: () => [...code, "--student-id", NOBODY] }],
  "course fund": [{ may: ["admin"], args: () => [...code, "--amount", "1", "--reason", "r"] }],
  "course grant": [
    { may: ["admin"], args: () => [...code, "--amount", "1", "--reason", "r", "--student-id", studentIdOf("student")] },
  ],
  "allowance list": [{ may: ["admin", "auditor"], args: () => ["--student-id", studentIdOf("student")] }],
  "limits show": [{ may: ["admin", "auditor"], args: () => ["--student-id", studentIdOf("student")] }],
  "ledger statement": [
    { may: readers, args: () => ["--course", SCENE_CODE, "--month", month] },
    { may: ["student", "admin", "auditor"], args: () => ["--student-id", studentIdOf("student"), "--month", month] },
    { may: ["admin", "auditor"], args: () => ["--student-id", studentIdOf("colleague"), "--month", month] },
  ],
};
const monthly = ["--mode", "add", "--amount", "1", "--period", "month", "--reason", "r"];
const inAWeek = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
const month = new Date().toISOString().slice(0, 7);
const studentIdOf = (role: SceneRole | "colleague") => scene.users[role].studentId;

const withSession = commands.filter((command) => command.needs !== "nobody");
const adminOnly = withSession.filter((command) => command.needs === "admin");

/** A line that makes sense as far as it can be told before the command runs. */
function anyLine(command: Command): string[] {
  const required = Object.entries(command.options).filter(([, option]) => option.required);
  return [
    ...(command.positionals ?? []).map(() => "x"),
    ...required.flatMap(([name, option]) => [
      `--${name}`,
      ...(option.value === undefined ? [] : [sample(name, option.choices)]),
    ]),
  ];
}
function sample(name: string, choices: readonly string[] | undefined): string {
  return choices?.[0] ?? (name === "student-id" ? scene.users.student.studentId : "1");
}

describe("every command", () => {
  it("declares what it needs, and stands in the table unless it is for admins only", () => {
    const known = ["nobody", "anybody", "reader", "admin", ...Object.keys(courseMay)];
    expect(commands.filter((command) => !known.includes(command.needs)).map((command) => command.name)).toEqual([]);
    const listed = withSession.filter((command) => command.needs !== "admin").map((command) => command.name);
    expect(Object.keys(cases).sort()).toEqual(listed.sort());
  });

  it("acts in the name of who asks: none stands as the machine's administrator by itself", async () => {
    const folder = new URL("./commands/", import.meta.url);
    const files = await readdir(folder);
    const texts = await Promise.all(files.map((file) => readFile(new URL(file, folder), "utf8")));
    expect(files.filter((_, place) => /\bcommandLine\b/.test(texts[place] ?? ""))).toEqual([]);
  });
});

describe.each(sceneRoles)("with the session of %s", (role) => {
  const forbidden = Object.entries(cases).flatMap(([name, list]) =>
    list.filter(({ may }) => !may.includes(role)).map((each) => ({ name, ...each })),
  );

  it("what is forbidden is missing, and nothing is changed", async () => {
    const before = await digestTables(db);
    const answers = [];
    for (const { name, args } of forbidden) {
      answers.push([name, await answer(role, [...name.split(" "), ...args()])]);
    }
    // All of these go through the same door: three kinds of people try each.
    if (["student", "instructor", "auditor"].includes(role)) {
      for (const command of adminOnly) {
        answers.push([command.name, await answer(role, [...command.name.split(" "), ...anyLine(command)])]);
      }
    }
    // Whoever is disabled has no session any more.
    const refusal = role === "disabledTa" ? "unavailable" : "not_found";
    expect(answers.filter(([, given]) => given !== refusal)).toEqual([]);
    expect(differences(before, await digestTables(db))).toEqual([]);
  }, 60_000);
});

describe("what is allowed", () => {
  it.each(sceneRoles)(
    "is not missing for %s",
    async (role) => {
      const answers = [];
      for (const [name, list] of Object.entries(cases)) {
        for (const { may, args } of list) {
          if (may.includes(role)) answers.push([name, await answer(role, [...name.split(" "), ...args()])]);
        }
      }
      expect(answers.filter(([, given]) => given === "not_found" || given === "wrong")).toEqual([]);
    },
    60_000,
  );
});

describe("the list of courses", () => {
  it.each([
    ["stranger", []],
    ["unproven", []],
    ["student", [[SCENE_CODE, null]]],
    ["otherTa", [["ELSEWHERE", "1000"]]],
  ] as const)("is %s's own", async (role, expected) => {
    const { id: userId, sessionVersion } = scene.users[role];
    const key = deriveSecret(SECRET, "command-line-session");
    const LYCEUM_SESSION = createCommandLineSession(key, { userId, sessionVersion, expiresAt: Date.now() + 60_000 });
    const out: string[] = [];
    const env = { DATABASE_URL: database.url, LYCEUM_SECRET: SECRET, LYCEUM_SESSION };
    const output = { out: (line: string) => out.push(line), error: () => undefined, write: async () => undefined };
    await run(["course", "list", "--json"], env, output, () => Promise.reject(new Error("no channel here")));
    const { courses } = JSON.parse(out[0] ?? "");
    expect(courses.map((each: { code: string; balance: string | null }) => [each.code, each.balance])).toEqual(
      expected,
    );
  });
});
