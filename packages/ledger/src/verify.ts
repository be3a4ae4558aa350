import type { Db, Tx } from "@lyceum/db";

/** One sum of the books that does not add up. */
export type Difference = {
  readonly accountId: string;
  /** Whose account; null for the house and courses. */
  readonly studentId: string | null;
  /** What was compared: "balance, by ledger entries". */
  readonly subject: string;
  /** The account, credit, key or entry that differs. */
  readonly subjectId: string;
  readonly expectedNanos: bigint;
  readonly foundNanos: bigint;
};

/** Re-adds every sum of the books in one snapshot. Empty: they are right. */
export async function verifyLedger(db: Db | Tx): Promise<Difference[]> {
  return db.$queryRaw<
    Difference[]
  >`select v.account_id as "accountId", u.student_id as "studentId", v.subject, v.subject_id as "subjectId",
      v.expected_nanos as "expectedNanos", v.found_nanos as "foundNanos"
    from verify_ledger() v left join account a on a.id = v.account_id left join app_user u on u.id = a.user_id
    order by v.account_id, v.subject, v.subject_id`;
}
