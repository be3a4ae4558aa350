import { readdirSync } from "node:fs";
import { createTestDatabase } from "@lyceum/db/testing";
import { differences, digestTables } from "@lyceum/db/testing-digest";
import { createRoleScene, type RoleScene, sceneRoles } from "@lyceum/ledger/testing-roles";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { getDb } from "#server/db.ts";
import { addresses, type CourseAct, courseActs, ownActs } from "#server/testing/course-acts.ts";
import { type AnyAction, findActions } from "#server/testing/every-action.ts";
import { request, useDatabase } from "#server/testing/next-edges.ts";

vi.mock("next/headers", async () => (await import("#server/testing/next-edges.ts")).edges["next/headers"]);
vi.mock("next/cache", async () => (await import("#server/testing/next-edges.ts")).edges["next/cache"]);
vi.mock("next-auth", async () => (await import("#server/testing/next-edges.ts")).edges["next-auth"]);
vi.mock("next-intl/server", async () => (await import("#server/testing/next-edges.ts")).edges["next-intl/server"]);

const actions = new Map(await findActions());
const courseFolder = new URL("../app/(student)/courses/[courseId]/", import.meta.url);
let drop: () => Promise<void>;
let scene: RoleScene;
beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  drop = async () => {
    await getDb().$disconnect();
    await database.drop();
  };
  scene = await createRoleScene(getDb());
});
afterAll(() => drop());
beforeEach(() => {
  Object.assign(request, { origin: "http://console.test", user: null, refreshes: 0 });
});

async function answer(name: string, { input }: CourseAct, on: RoleScene, extra: object = {}): Promise<string> {
  const action = actions.get(name);
  if (action === undefined) throw new Error(`there is no action ${name}`);
  const given = await (action as AnyAction)({ courseId: on.courseId, ...input(on), ...extra });
  return given.ok ? "ok" : (given.code ?? "");
}

/** "missing" where Next would answer 404, whatever else a page or route does. */
async function open(file: string, { courseId, importId }: RoleScene): Promise<"missing" | "there"> {
  const module = await import(new URL(file, courseFolder).href);
  const params = Promise.resolve({ courseId, importId });
  if (file.endsWith("route.ts")) {
    const asked = new Request("http://console.test/x", module.POST ? { method: "POST", body: "x" } : {});
    const response = await (module.POST ?? module.GET)(asked, { params });
    return response.status === 404 ? "missing" : "there";
  }
  try {
    await module.default({ params, searchParams: Promise.resolve({}) });
    return "there";
  } catch (error) {
    if (error instanceof Error && "digest" in error && error.digest === "NEXT_HTTP_ERROR_FALLBACK;404")
      return "missing";
    throw error;
  }
}

describe("the table of who may do what in a course", () => {
  it("has every action that is open to whoever is signed in, and every one of courses", async () => {
    request.user = scene.users.stranger;
    const unlisted = [];
    for (const [name, action] of actions) {
      if (name in courseActs || ownActs.includes(name)) continue;
      if (name.startsWith("courses/") || (await action({})).code !== "not_found") unlisted.push(name);
    }
    expect(unlisted).toEqual([]);
    expect([...Object.keys(courseActs), ...ownActs].filter((name) => !actions.has(name))).toEqual([]);
  });

  it("has every address of a course", () => {
    const files = readdirSync(courseFolder, { recursive: true, encoding: "utf8" });
    const found = files.filter((file) => /(?:^|\/)(?:page\.tsx|route\.ts)$/.test(file));
    expect(found.sort()).toEqual(Object.keys(addresses).sort());
  });
});

describe.each(sceneRoles)("for %s", (role) => {
  it("what is forbidden is missing, and nothing is changed", async () => {
    // As whoever was disabled a moment ago: the session was read before.
    request.user = scene.users[role];
    const before = await digestTables(getDb());
    const found = [];
    for (const [name, act] of Object.entries(courseActs)) {
      if (!act.may.includes(role)) found.push([name, await answer(name, act, scene)]);
    }
    for (const [file, may] of Object.entries(addresses)) {
      if (!may.includes(role)) found.push([file, await open(file, scene)]);
    }
    expect(found.filter(([, given]) => given !== "not_found" && given !== "missing")).toEqual([]);
    expect(differences(before, await digestTables(getDb()))).toEqual([]);
    expect(request.refreshes).toBe(0);
  });

  it("the other course's members can't be reached through this one", async () => {
    request.user = scene.users[role];
    const members = await getDb().courseMember.findMany({ where: { courseId: scene.otherCourseId } });
    const before = await digestTables(getDb());
    for (const name of [
      "courses/issueMemberCode",
      "courses/confirmCourseMember",
      "courses/endMembership",
      "courses/removeStaff",
    ]) {
      for (const { id } of members) {
        const act = courseActs[name];
        expect([name, act && (await answer(name, act, scene, { memberId: id }))]).toEqual([name, "not_found"]);
      }
    }
    expect(differences(before, await digestTables(getDb()))).toEqual([]);
  });
});

it.each(["otherTa", "otherInstructor"] as const)(
  "%s reaches nothing of this course by naming the own",
  async (role) => {
    request.user = scene.users[role];
    const before = await digestTables(getDb());
    const found = [];
    for (const [name, act] of Object.entries(courseActs)) {
      const input = act.input(scene);
      const names = ["memberId", "memberIds", "fundingId", "importId", "requestId"].some((key) => key in input);
      if (names) found.push([name, await answer(name, act, scene, { courseId: scene.otherCourseId })]);
    }
    expect(found.length).toBeGreaterThan(6);
    expect(found.filter(([, given]) => given !== "not_found")).toEqual([]);
    expect(differences(before, await digestTables(getDb()))).toEqual([]);
  },
);

describe.each(["student", "ta", "instructor", "admin", "auditor"] as const)("for %s", (role) => {
  it("what is allowed is there", async () => {
    const fresh = await createRoleScene(getDb(), role);
    request.user = fresh.users[role];
    const found = [];
    for (const [file, may] of Object.entries(addresses)) {
      if (may.includes(role)) found.push([file, await open(file, fresh)]);
    }
    for (const [name, act] of Object.entries(courseActs)) {
      if (act.may.includes(role)) found.push([name, await answer(name, act, fresh, codeOf(name, role))]);
    }
    const missing = ["not_found", "missing", "invalid_input", "internal"];
    expect(found.filter(([, given]) => missing.includes(given ?? ""))).toEqual([]);
  }, 60_000);
});

/** Courses that several people make are called differently. */
function codeOf(name: string, role: string): object {
  return name === "courses/createNewCourse" || name === "courses/copyToNextTerm"
    ? { code: `${name.at(-1)}-${role}` }
    : {};
}
