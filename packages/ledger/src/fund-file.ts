import { type Actor, lockCourse, type Tx } from "@lyceum/db";
import { type AllowanceMode, MAX_AMOUNT_NANOS } from "@lyceum/domain";
import { type Funded, fundLocked } from "./course-funding.ts";
import { refusal } from "./requirements.ts";

export type FileFunding = {
  readonly courseId: string;
  readonly mode: AllowanceMode;
  readonly rows: readonly { readonly studentId: string; readonly amountNanos: bigint }[];
  readonly reason: string;
};

/**
 * As fundMembers, with an amount of their own for each: for all or for none. With set-to and top-up-to the same again changes nothing. Throws as
 * fundMembers, and `invalid_request` naming the student who is no member, is
 * named twice or has an amount that can't be given.
 */
export async function fundFile(tx: Tx, actor: Actor, { courseId, rows, mode, reason }: FileFunding): Promise<Funded> {
  const course = await lockCourse(tx, actor, courseId, "fund");
  if (rows.length === 0) throw refusal("没有可以发放的行。", "there is no row to fund anybody by.");
  const studentIds = rows.map((row) => row.studentId);
  const members = await tx.courseMember.findMany({
    where: { courseId: course.id, studentId: { in: studentIds }, state: "active" },
    select: { id: true, studentId: true },
  });
  const idOf = new Map(members.map((member) => [member.studentId, member.id]));
  const amounts = new Map<string, bigint>();
  for (const { studentId, amountNanos } of rows) {
    const id = idOf.get(studentId);
    if (id === undefined) throw refusal(`${studentId} 不在这门课里。`, `${studentId} is no member of the course.`);
    if (amounts.has(id)) throw refusal(`${studentId} 出现了两次。`, `${studentId} is named twice.`);
    if (amountNanos < (mode === "set-to" ? 0n : 1n) || amountNanos > MAX_AMOUNT_NANOS) throw wrongAmount(studentId);
    amounts.set(id, amountNanos);
  }
  return fundLocked(tx, actor, course, { mode, reason, memberIds: [...amounts.keys()], amountNanos: amounts });
}

function wrongAmount(studentId: string): Error {
  return refusal(
    `${studentId} 的金额不能发放：加额和补足应大于 0，最多 10,000,000。`,
    `the amount of ${studentId} can't be given: add and top-up-to need more than 0, and 10,000,000 is the most.`,
  );
}
