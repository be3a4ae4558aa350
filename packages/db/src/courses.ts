import { AppError, newId } from "@lyceum/domain";
import { type Actor, writeAudit } from "./audit.ts";
import type { Db, Tx } from "./client.ts";

export type CourseRow = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly endsAt: Date;
  /** The account of its pool. */
  readonly accountId: string;
  readonly balanceNanos: bigint;
};

/** Every course with what its pool has, those that end last first. */
export async function listCourses(db: Db | Tx): Promise<CourseRow[]> {
  return db.$queryRaw<
    CourseRow[]
  >`select c.id, c.code, c.name, c.ends_at as "endsAt", a.id as "accountId", a.balance_nanos as "balanceNanos"
    from course c join account a on a.course_id = c.id order by c.ends_at desc, c.code`;
}

/** Throws `invalid_request` where no course has this code. */
export async function getCourseByCode(db: Db | Tx, code: string): Promise<CourseRow> {
  const course = (await listCourses(db)).find((each) => each.code === code.trim());
  if (course === undefined) throw refusal(`没有代码为 ${code} 的课程。`, `there is no course with the code ${code}.`);
  return course;
}

/** Makes a course with an empty pool. `endsAt`: the end of its term. Throws `name_taken`, `invalid_request`. */
export async function createCourse(
  tx: Tx,
  actor: Actor,
  input: { code: string; name: string; endsAt: Date },
): Promise<{ id: string; accountId: string }> {
  const code = input.code.trim();
  const name = input.name.trim();
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,31}$/u.test(code)) {
    throw refusal(
      "课程代码由 1 到 32 个字母、数字、点或连字符组成。",
      "a course's code has 1 to 32 letters, digits, dots or hyphens.",
    );
  }
  if (name.length < 1 || name.length > 100) {
    throw refusal("课程名应为 1 到 100 个字符。", "a course's name has 1 to 100 characters.");
  }
  if (input.endsAt.getTime() <= Date.now()) {
    throw refusal("课程的结束时间应在将来。", "the end of a course must lie in the future.");
  }
  const course = { id: newId(), code, name, endsAt: input.endsAt };
  const { count } = await tx.course.createMany({ data: [course], skipDuplicates: true });
  if (count === 0) throw new AppError("name_taken", { parameters: { name: code } });
  const accountId = newId();
  await tx.account.create({ data: { id: accountId, kind: "course", courseId: course.id }, select: { id: true } });
  await writeAudit(tx, actor, {
    action: "course.create",
    targetKind: "course",
    targetId: course.id,
    targetName: code,
    detail: { name, endsAt: input.endsAt.toISOString() },
  });
  return { id: course.id, accountId };
}

function refusal(reason_zh: string, reason_en: string): AppError {
  return new AppError("invalid_request", { parameters: { reason_zh, reason_en } });
}
