import { type CourseAccess, type Db, getCourseByCode, requireCourseRole } from "@lyceum/db";
import { AppError, type CourseAct } from "@lyceum/domain";
import type { Caller } from "./caller.ts";
import type { Context, CourseCommand, PlainCommand, Result, Values } from "./command.ts";

/**
 * Runs a command if whoever asks may. Nothing of it runs for whoever may not: the answer is `not_found`, as for a course, person or channel that does
 * not exist. Every command passes here, and what it needs is what it declares.
 */
export async function runAllowed(
  command: PlainCommand | CourseCommand,
  values: Values,
  caller: Caller,
  context: Omit<Context, "actor" | "caller">,
): Promise<Result> {
  const own = { ...context, caller, actor: caller.actor };
  switch (command.needs) {
    case "nobody":
    case "anybody":
      return command.run(values, own);
    case "admin":
      if (caller.user !== null && caller.user.role !== "admin") throw new AppError("not_found");
      return command.run(values, own);
    case "reader":
      if (caller.user !== null && caller.user.role === "student") throw new AppError("not_found");
      return command.run(values, own);
    default:
      return command.run(values, {
        ...own,
        course: await findCourse(context.db, caller, values.text("code"), command.needs),
      });
  }
}

/** The course with this code, for whoever may do `act` there. Throws `not_found`. */
export async function findCourse(
  db: Db,
  { actor, user }: Pick<Caller, "actor" | "user">,
  code: string,
  act: CourseAct,
): Promise<CourseAccess> {
  // Only who sees all courses anyway is told that a code is nobody's.
  const found = user === null ? await getCourseByCode(db, code) : await findByCode(db, code);
  if (found === null) throw new AppError("not_found");
  return requireCourseRole(db, actor, found.id, act);
}

function findByCode(db: Db, code: string): Promise<{ id: string } | null> {
  return db.course.findUnique({ where: { code: code.trim() }, select: { id: true } });
}
