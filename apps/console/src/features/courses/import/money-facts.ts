import {
  type Actor,
  type ChosenMember,
  type Db,
  listChosenMembers,
  listCourseAllowances,
  requireCourseRole,
} from "@lyceum/db";
import { type AllowanceMode, type AllowancePeriod, formatAmount } from "@lyceum/domain";
import type { Compared } from "./compare.ts";

/** How many have so much of the course's money; amounts as decimal text. */
export type Holdings = readonly { readonly now: string; readonly count: number }[];

/** What the page needs to say what money would come to, whatever is typed. */
export type MoneyFacts = {
  readonly available: string;
  /** Whom the list names. */
  readonly listed: Holdings;
  /** All students of the course once it is written. */
  readonly everybody: Holdings;
  /** Those of them who are not in the course yet. */
  readonly joining: number;
  /** Allowances for all that go on. */
  readonly running: readonly { mode: AllowanceMode; period: AllowancePeriod; amount: string; endsAt: string }[];
};

/** Reads it for staff of the course. */
export async function moneyFacts(
  db: Db,
  actor: Actor,
  courseId: string,
  { written, heldIds, keepMissing }: Pick<Compared, "written" | "heldIds" | "keepMissing">,
): Promise<MoneyFacts> {
  const course = await requireCourseRole(db, actor, courseId, "fund");
  const [active, left, allowances, [pool]] = await Promise.all([
    listChosenMembers(db, actor, courseId, { role: "student" }),
    listChosenMembers(db, actor, courseId, { role: "student", state: "left" }),
    listCourseAllowances(db, actor, courseId),
    db.$queryRaw<{ nanos: bigint }[]>`select available_nanos(${course.poolId}::uuid) as nanos`,
  ]);
  const byId = new Map([...left, ...active].map((member) => [member.studentId, member]));
  const listed = new Set(written.map((row) => row.studentId));
  const held = new Set(heldIds);
  const staying = active.filter(({ id, studentId }) => !listed.has(studentId) && (keepMissing || held.has(id)));
  const here = new Set(active.map((member) => member.studentId));
  const named = [...listed].map((studentId) => byId.get(studentId));
  return {
    available: formatAmount(pool?.nanos ?? 0n),
    listed: holdingsOf(named),
    everybody: holdingsOf([...named, ...staying]),
    joining: [...listed].filter((studentId) => !here.has(studentId)).length,
    running: allowances
      .filter((each) => each.nextAt !== null && each.members === null)
      .map(({ mode, period, amountNanos, endsAt }) => ({
        ...{ mode, period, amount: formatAmount(amountNanos), endsAt: endsAt.toISOString() },
      })),
  };
}

function holdingsOf(members: readonly (ChosenMember | undefined)[]): Holdings {
  const counts = new Map<string, number>();
  for (const member of members) {
    const now = formatAmount(member?.nowNanos ?? 0n);
    counts.set(now, (counts.get(now) ?? 0) + 1);
  }
  return [...counts].map(([now, count]) => ({ now, count }));
}
