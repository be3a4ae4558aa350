import "server-only";
import { AppError } from "@lyceum/domain";
import type { Tx } from "#server/db.ts";

export interface ChosenUser {
  id: string;
  studentId: string;
  name: string;
  accountId: string;
  verified: boolean;
  disabled: boolean;
  groups: string[];
}

/**
 * The people a bulk act names, in the order of their accounts' ids: the order in which the ledger locks accounts, so
 * that two bulk acts at once wait for each other and don't deadlock. Throws `not_found` where one does not exist.
 */
export async function getChosenUsers(tx: Tx, userIds: readonly string[]): Promise<ChosenUser[]> {
  const ids = [...new Set(userIds)];
  const rows = await tx.user.findMany({
    where: { id: { in: ids } },
    select: {
      id: true,
      studentId: true,
      name: true,
      verifiedAt: true,
      disabledAt: true,
      account: { select: { id: true } },
      groups: { select: { groupId: true } },
    },
  });
  if (rows.length < ids.length) throw new AppError("not_found");
  const people = rows.map(({ account, verifiedAt, disabledAt, groups, ...row }) => {
    if (account === null) throw new AppError("not_found");
    return {
      ...row,
      accountId: account.id,
      verified: verifiedAt !== null,
      disabled: disabledAt !== null,
      groups: groups.map((group) => group.groupId),
    };
  });
  return people.sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
}
