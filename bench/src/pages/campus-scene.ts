import { createPrisma, hashPassword } from "@lyceum/db";
import { makeCourse } from "@lyceum/e2e/course";
import { makeCourseUse } from "@lyceum/e2e/course-use";
import type pg from "pg";
import { addDeskScene } from "./desk-scene.ts";
import { addModelsScene } from "./models-scene.ts";

export const PASSWORD = "a-bench-of-pages-2026";

/** Who looks, and where. */
export type Scene = {
  readonly student: string;
  readonly ta: string;
  readonly admin: string;
  /** Their ids: the student's, of one model, of a conversation of 2,000 turns. */
  readonly studentUser: string;
  readonly model: string;
  readonly longConversation: string;
  /** Of 200 and of 5,000 members, or of as many people as there are. */
  readonly course: string;
  readonly largeCourse: string;
};

const STUDENT = "USAGE-0000000";
const TA = "USAGE-0000001";
const ADMIN = "PAGES-ADMIN";

/** Makes the rest of a campus around the usage that was made up, unless it is there, and says who looks. */
export async function openScene(
  client: pg.Client,
  { url, log }: { url: string; log: (line: string) => void },
): Promise<Scene> {
  const { rows: admins } = await client.query("select from app_user where student_id = $1", [ADMIN]);
  if (admins.length === 0) await makeScene(client, url, log);
  const idOf = async (condition: string) => {
    const { rows } = await client.query<{ id: string }>(`select id from ${condition}`);
    if (rows[0] === undefined) throw new Error(`the data folder holds half a scene (no ${condition}): fill another`);
    return rows[0].id;
  };
  return {
    ...{ student: STUDENT, ta: TA, admin: ADMIN },
    studentUser: await idOf(`app_user where student_id = '${STUDENT}'`),
    model: await idOf("model where name = 'usage-model-1'"),
    longConversation: await idOf("conversation where title = 'the long one'"),
    course: await idOf("course where code = 'PAGES-1'"),
    largeCourse: await idOf("course where code = 'PAGES-2'"),
  };
}

async function makeScene(client: pg.Client, url: string, log: (line: string) => void): Promise<void> {
  log("models, channels, speeds");
  await client.query("begin");
  await addModelsScene(client);
  log("a thousand conversations, keys, notices");
  const { rows } = await client.query<{ id: string }>("select id from app_user where student_id = $1", [STUDENT]);
  if (rows[0] === undefined) throw new Error("there is no usage in this data folder");
  await addDeskScene(client, rows[0].id);
  await client.query(AUDIT);
  await client.query("commit");
  log("courses");
  const people = await client.query<{ studentId: string; name: string }>(
    `select student_id as "studentId", name from app_user where student_id like 'USAGE-%' and student_id <> $1 order by 1`,
    [TA],
  );
  const ta = { studentId: TA, name: "usage 1" };
  for (const [code, count] of [
    ["PAGES-1", 200],
    ["PAGES-2", 5_000],
  ] as const) {
    const students = people.rows.slice(0, count);
    const { id } = await makeCourse(url, { code, ta, students, poolUnits: 50_000n });
    await makeCourseUse(url, id);
  }
  await letIn(client, url);
  log("vacuum and analyze");
  await client.query("vacuum (analyze)");
}

/** Last, so that a scene that was interrupted has no administrator and is known by it. */
async function letIn(client: pg.Client, url: string): Promise<void> {
  const passwordHash = await hashPassword(PASSWORD);
  const db = createPrisma(url, 1);
  try {
    const settings = await db.setting.findUnique({ where: { key: "terms" }, select: { value: true } });
    const terms = (settings?.value as { version?: number } | undefined)?.version ?? 1;
    await client.query("begin");
    await client.query(
      `with made as (insert into app_user (id, student_id, name, role, verified_at) values (new_id(), $1, '管理员', 'admin', now()) returning id)
        insert into account (id, kind, user_id) select new_id(), 'user', id from made`,
      [ADMIN],
    );
    await client.query(
      "update app_user set password_hash = $1, terms_version = $2, terms_accepted_at = now() where student_id = any($3::text[])",
      [passwordHash, terms, [STUDENT, TA, ADMIN]],
    );
    await client.query("commit");
  } finally {
    await db.$disconnect();
  }
}

/** Two years of an office's acts. */
const AUDIT = `
insert into audit_entry (id, actor_name, action, target_kind, target_id, target_name, created_at)
  select new_id(), '管理员', (array['user.add', 'account.top-up', 'model.price', 'key.create', 'group.change'])[1 + n % 5], 'user', n::text, 'usage-' || n,
    now() - n * interval '5 minutes'
  from generate_series(1, 200000) n`;
