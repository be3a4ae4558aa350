import { AppError } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";
import { type Page, type PageRequest, pageBounds } from "./page.ts";

export type CreditRow = {
  readonly id: string;
  readonly kind: "allowance" | "course-grant" | "top-up" | "voucher";
  readonly amountNanos: bigint;
  readonly remainingNanos: bigint;
  readonly endsAt: Date | null;
  readonly note: string;
  readonly createdAt: Date;
};

export type Balance = {
  readonly accountId: string;
  readonly balanceNanos: bigint;
  /** Set aside for requests that are running. */
  readonly reservedNanos: bigint;
  /** What a new request could use: credits that have not ended, less what is reserved; never below zero. */
  readonly availableNanos: bigint;
  /** Credits with something left, in the order in which they are spent. */
  readonly credits: CreditRow[];
};

/** What a person has. Throws `not_found`. */
export async function getBalance(db: Db | Tx, userId: string): Promise<Balance> {
  const account = await db.account.findUnique({
    where: { userId },
    select: { id: true, balanceNanos: true, reservedNanos: true },
  });
  if (account === null) throw new AppError("not_found");
  const credits = await db.$queryRaw<
    (CreditRow & { isOpen: boolean })[]
  >`select id, kind::text as kind, amount_nanos as "amountNanos",
      remaining_nanos as "remainingNanos", ends_at as "endsAt", note, created_at as "createdAt",
      (ends_at is null or ends_at > now()) as "isOpen"
    from credit where account_id = ${account.id}::uuid and remaining_nanos > 0 order by ends_at nulls last, created_at, id`;
  const open = credits.reduce((sum, credit) => (credit.isOpen ? sum + credit.remainingNanos : sum), 0n);
  const available = open - account.reservedNanos;
  return {
    accountId: account.id,
    balanceNanos: account.balanceNanos,
    reservedNanos: account.reservedNanos,
    availableNanos: available > 0n ? available : 0n,
    credits: credits.map(({ isOpen: _, ...credit }) => credit),
  };
}

export type EntryRow = {
  readonly id: string;
  readonly createdAt: Date;
  readonly kind: "top-up" | "grant" | "charge" | "refund" | "adjustment" | "expiry" | "return";
  /** Signed: charges are negative. */
  readonly amountNanos: bigint;
  readonly balanceAfterNanos: bigint;
  readonly reason: string;
  /** Who posted it; null for charges, expiry and the command line. */
  readonly actorName: string | null;
  /** How many requests a charge sums up. */
  readonly requests: number;
};

/** The ledger of one account, newest first. */
export async function listEntries(db: Db | Tx, accountId: string, request: PageRequest = {}): Promise<Page<EntryRow>> {
  const { page, pageSize, offset } = pageBounds(request);
  const [rows, count] = await Promise.all([
    db.$queryRaw<
      EntryRow[]
    >`select e.id, e.created_at as "createdAt", e.kind::text as kind, e.amount_nanos as "amountNanos",
        e.balance_after_nanos as "balanceAfterNanos", e.reason, u.name as "actorName", e.requests
      from ledger_entry e left join app_user u on u.id = e.actor_id where e.account_id = ${accountId}::uuid
      order by e.created_at desc, e.id desc limit ${pageSize} offset ${offset}`,
    db.ledgerEntry.count({ where: { accountId } }),
  ]);
  return { rows, total: count, page, pageSize };
}
