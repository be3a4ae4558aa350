import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { commandLine, createPrisma, type Db, setUserDisabled } from "@lyceum/db";
import {
  createRoleScene,
  type RoleScene,
  SCENE_PASSWORD,
  type SceneRole,
  sceneRoles,
} from "@lyceum/ledger/testing-roles";
import { type APIRequestContext, request } from "@playwright/test";
import { addresses, courseActs } from "../../apps/console/src/server/testing/course-acts.ts";
import { expect, test } from "../src/stage.ts";
import { REPOSITORY } from "../src/system.ts";

// Forged requests, as a browser would never send them: the server must not rely on what its pages draw.
test.describe.configure({ mode: "serial" });
let db: Db;
let scene: RoleScene;
let people: Record<SceneRole, APIRequestContext>;
let actions: readonly { id: string; name: string }[];

test.beforeAll(async ({ stage }) => {
  db = createPrisma(stage.databaseUrl, 2);
  scene = await createRoleScene(db, "HTTP");
  const setDisabled = (disabled: boolean) =>
    db.$transaction((tx) => setUserDisabled(tx, commandLine, { userId: scene.users.disabledTa.id, disabled }));
  await setDisabled(false);
  people = {} as typeof people;
  for (const role of sceneRoles) people[role] = await signedIn(stage.url, scene.users[role].studentId);
  await setDisabled(true); // with a session that has just begun
  actions = await builtActions();
});
test.afterAll(async () => {
  for (const role of sceneRoles) await people[role].dispose();
  await db.$disconnect();
});

async function signedIn(baseURL: string, studentId: string): Promise<APIRequestContext> {
  const context = await request.newContext({ baseURL, extraHTTPHeaders: { origin: baseURL } });
  const { csrfToken } = await (await context.get("/api/auth/csrf")).json();
  const form = { csrfToken, studentId, password: SCENE_PASSWORD, json: "true" };
  const answer = await context.post("/api/auth/callback/credentials", { form });
  expect([studentId, answer.status()]).toEqual([studentId, 200]);
  return context;
}

/** Every server action that the console was built with, under the names of the table: "courses/addStaff". */
async function builtActions(): Promise<{ id: string; name: string }[]> {
  const file = join(REPOSITORY, "apps/console/.next/server/server-reference-manifest.json");
  const { node } = JSON.parse(await readFile(file, "utf8")) as {
    node: Record<string, { filename: string; exportedName: string }>;
  };
  return Object.entries(node).map(([id, { filename, exportedName }]) => {
    const noun = filename.replace(/^apps\/console\/src\/(?:features\/)?/, "").replace(/(?:\/actions)?\.ts$/, "");
    return { id, name: `${noun}/${exportedName}` };
  });
}

function routeText(file: string): Promise<string> {
  return readFile(join(REPOSITORY, "apps/console/src/app/(student)/courses/[courseId]", file), "utf8");
}

/** Calls an action as the client's code would. "ok", the code of the refusal, or the status where there is neither. */
async function call(role: SceneRole, id: string, input: object, path = "/courses"): Promise<string> {
  const response = await people[role].post(path, {
    headers: { "next-action": id, "content-type": "text/plain;charset=UTF-8", accept: "text/x-component" },
    data: JSON.stringify([input]),
    maxRedirects: 0,
  });
  const text = await response.text();
  const answered = /"ok":(?:(true)|false,"code":"(\w+)")/.exec(text);
  return answered === null ? String(response.status()) : (answered[2] ?? "ok");
}

for (const role of sceneRoles) {
  test(`what ${role} may not do is missing over HTTP too, and changes nothing`, async () => {
    const base = `/courses/${scene.courseId}`;
    const found: (readonly [string, string | number])[] = [];
    const before = await sceneRows();
    for (const [file, may] of Object.entries(addresses)) {
      const place = file.replace("[importId]", scene.importId).replace(/\/?(?:page\.tsx|route\.ts)$/, "");
      const path = `${base}/${place}`.replace(/\/$/, "");
      const takesPost = file.endsWith("route.ts") && !(await routeText(file)).includes(" GET");
      if (may.includes(role)) {
        // A statement wants a month: whoever may have it is told so.
        const there = /statement\/(?:csv|pdf)$/.test(path) ? `${path}?month=all` : path;
        if (!takesPost) expect([path, (await people[role].get(there)).status()]).toEqual([path, 200]);
        continue;
      }
      const response = takesPost
        ? await people[role].post(path, { data: "x" })
        : await people[role].get(path, { maxRedirects: 0 });
      found.push([path, response.status()]);
    }
    for (const { id, name } of actions) {
      const act = courseActs[name];
      if (act === undefined || act.may.includes(role)) continue;
      found.push([name, await call(role, id, { courseId: scene.courseId, ...act.input(scene) }, base)]);
    }
    const forbidden = [...Object.values(addresses), ...Object.values(courseActs).map(({ may }) => may)];
    expect(found).toHaveLength(forbidden.filter((may) => !may.includes(role)).length);
    // Who is disabled has no session any more: whatever it is, it leads to the sign-in.
    const refusals = role === "disabledTa" ? ["signed_out", 307, 401, 404] : ["not_found", 404];
    expect(found.filter(([, answer]) => !refusals.includes(answer))).toEqual([]);
    expect(await sceneRows()).toEqual(before);
  });
}

/** All that an act on these courses or by these people writes. Other specs use the same database meanwhile. */
async function sceneRows(): Promise<unknown> {
  const courses = [scene.courseId, scene.otherCourseId];
  const people = Object.values(scene.users).map((user) => user.id);
  const [row] = await db.$queryRaw<{ rows: unknown }[]>`with mine as (
      select id from account where course_id = any(${courses}::uuid[]) or user_id = any(${people}::uuid[]))
    select jsonb_build_object(
      'courses', (select jsonb_agg(c order by id) from course c where id = any(${courses}::uuid[]) or code in ('NEW', 'COPY')),
      'members', (select jsonb_agg(m order by id) from course_member m where course_id = any(${courses}::uuid[])),
      'changes', (select count(*) from course_member_change where course_id = any(${courses}::uuid[])),
      'imports', (select jsonb_agg(i order by id) from roster_import i where course_id = any(${courses}::uuid[])),
      'fundings', (select jsonb_agg(f order by id) from course_funding f where course_id = any(${courses}::uuid[])),
      'asked', (select jsonb_agg(o order by id) from own_funding o where course_id = any(${courses}::uuid[])),
      'regular', (select jsonb_agg(r order by id) from course_allowance r where course_id = any(${courses}::uuid[])),
      'batches', (select jsonb_agg(b order by id) from voucher_batch b where course_id = any(${courses}::uuid[])),
      'vouchers', (select jsonb_agg(v order by v.id) from voucher v join voucher_batch b on b.id = v.batch_id where b.course_id = any(${courses}::uuid[])),
      'accounts', (select jsonb_agg(a order by id) from account a where id in (select id from mine)),
      'entries', (select count(*) from ledger_entry where account_id in (select id from mine)),
      'users', (select jsonb_agg(u order by id) from app_user u where id = any(${people}::uuid[])),
      'trail', (select count(*) from audit_entry where actor_id = any(${people}::uuid[]))) as rows`;
  return row?.rows;
}

test("every action of the build stands in the table, or is none of a course", () => {
  const unlisted = actions.filter(({ name }) => name.startsWith("courses/") && !(name in courseActs));
  expect(unlisted).toEqual([]);
  expect(actions.filter(({ name }) => name in courseActs)).toHaveLength(Object.keys(courseActs).length);
});

test("an auditor is refused every action there is", async () => {
  const isOwn = (name: string) =>
    /^components\/shell\/|^(?:home\/dismiss-notice|announcements\/dismiss)\/|^account\/(?:acceptTerms|changePassword|register)$|^(?:keys\/reportLeak|campus\/settleArrival)$/.test(
      name,
    );
  const found = [];
  for (const { id, name } of actions) {
    if (!isOwn(name)) found.push([name, await call("auditor", id, { courseId: scene.courseId })]);
  }
  expect(found.length).toBeGreaterThan(80);
  expect(found.filter(([, answer]) => answer !== "not_found")).toEqual([]);
});

test("what a student's page sends names nobody else of the class, in no form", async () => {
  const others = [scene.users.unproven, scene.users.colleague, scene.users.removedTa].map((user) => user.studentId);
  const base = `/courses/${scene.courseId}`;
  const forms: Record<string, string>[] = [{}, { rsc: "1" }];
  for (const headers of forms) {
    const text = await (await people.student.get(base, { headers })).text();
    expect(text).toContain("Matrix");
    expect(["X000001", scene.users.unproven.name, ...others].filter((each) => text.includes(each))).toEqual([]);
    const asTa = await (await people.ta.get(base, { headers })).text();
    expect(asTa).toContain("X000001");
  }
});

test("what an instructor's page sends names no group but those of the course", async () => {
  const address = `/courses/${scene.courseId}/settings`;
  const forms: Record<string, string>[] = [{}, { rsc: "1" }];
  for (const headers of forms) {
    const text = await (await people.instructor.get(address, { headers })).text();
    expect(text).toContain("Matrix");
    expect(text).not.toContain('"vip"');
    expect(await (await people.admin.get(address, { headers })).text()).toContain('"vip"');
  }
});
