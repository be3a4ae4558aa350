import { type Actor, type AuditNote, type Tx, writeAudits } from "@lyceum/db";
import { AppError, formatAmount } from "@lyceum/domain";
import { type LockedAccount, lockAccounts } from "./locked-accounts.ts";
import { requireAmount, requireFuture, requireReason } from "./requirements.ts";

/** What an act did to a balance. `missingNanos`: what a debit couldn't take, because running requests hold it. */
export type BalanceChange = {
  readonly accountId: string;
  /** What can be undone: the entries of money that came. */
  readonly entryIds: readonly string[];
  readonly beforeNanos: bigint;
  readonly afterNanos: bigint;
  readonly missingNanos: bigint;
};

export type Funding = {
  accountId: string;
  /** More than zero. */
  amountNanos: bigint;
  /** Why, for the person and the audit trail: 1 to 200 characters. */
  reason: string;
  /** When what is left of it expires; null or left out: never. */
  endsAt?: Date | null | undefined;
  /** top-up if left out. */
  kind?: "top-up" | "voucher";
};

/** Adds money to the account of a person, or to the pool of a course. Throws `invalid_amount`, `not_found`, and `invalid_request` for the reason or an end in the past. */
export async function fund(tx: Tx, actor: Actor, input: Funding): Promise<BalanceChange> {
  const reason = requireReason(input.reason);
  requireAmount(input.amountNanos, 1n);
  const endsAt = input.endsAt ?? null;
  requireFuture(endsAt);
  const [account] = await lockAccounts(tx, [input.accountId], { withPools: false });
  if (account === undefined) throw new AppError("not_found");
  const [change = unchanged(account)] = await post(
    tx,
    actor,
    [{ account, differenceNanos: input.amountNanos }],
    reason,
    { kind: input.kind ?? "top-up", endsAt },
  );
  await writeAudits(tx, actor, [note("account.fund", account, change, reason, endsAt)]);
  return change;
}

export type NewBalance = { accountId: string /** Zero or more. */; targetNanos: bigint; reason: string };

/**
 * Brings a balance to a target by one credit or debit. A debit takes at most what running requests have not reserved; a course's money
 * goes back to its pool.
 * Throws `invalid_amount`, `not_found`, `invalid_request`.
 */
export async function setBalance(tx: Tx, actor: Actor, input: NewBalance): Promise<BalanceChange> {
  const reason = requireReason(input.reason);
  requireAmount(input.targetNanos, 0n);
  const [account] = await lockAccounts(tx, [input.accountId], { withPools: true });
  if (account === undefined) throw new AppError("not_found");
  const differenceNanos = input.targetNanos - account.balanceNanos;
  const [change = unchanged(account)] = await post(tx, actor, [{ account, differenceNanos }], reason);
  await writeAudits(tx, actor, [note("account.set-balance", account, change, reason)]);
  return change;
}

export type ManyFundings = {
  accountIds: readonly string[];
  mode: "add" | "set";
  amountNanos: bigint;
  reason: string;
};

/**
 * Adds to, or sets, many balances: all or none, in the caller's transaction. Throws `not_found` where one account does not exist,
 * `invalid_amount`, `invalid_request`.
 */
export async function fundMany(tx: Tx, actor: Actor, input: ManyFundings): Promise<BalanceChange[]> {
  const reason = requireReason(input.reason);
  requireAmount(input.amountNanos, input.mode === "add" ? 1n : 0n);
  const ids = [...new Set(input.accountIds)];
  const accounts = await lockAccounts(tx, ids, { withPools: input.mode === "set" });
  if (accounts.length < ids.length) throw new AppError("not_found");
  const orders = accounts.map((account) => ({
    account,
    differenceNanos: input.mode === "add" ? input.amountNanos : input.amountNanos - account.balanceNanos,
  }));
  const changes = await post(tx, actor, orders, reason);
  const action = input.mode === "add" ? "account.fund" : "account.set-balance";
  await writeAudits(
    tx,
    actor,
    changes.map((change, place) => note(action, accounts[place], change, reason)),
  );
  return changes;
}

type Order = { account: LockedAccount; differenceNanos: bigint };
type Posted = { id: string; entry: string | null; taken: bigint; after: bigint };

/** Credits and debits locked accounts, two statements however many they are. Returns a change for each order, in order. */
async function post(
  tx: Tx,
  actor: Actor,
  orders: readonly Order[],
  reason: string,
  { kind, endsAt }: { kind: "top-up" | "voucher"; endsAt: Date | null } = { kind: "top-up", endsAt: null },
): Promise<BalanceChange[]> {
  const credits = orders.filter((order) => order.differenceNanos > 0n);
  const debits = orders.filter((order) => order.differenceNanos < 0n);
  const ids = (some: readonly Order[]) => some.map((order) => order.account.id);
  const amounts = (some: readonly Order[]) => some.map((order) => order.differenceNanos.toString().replace("-", ""));
  const credited = await tx.$queryRaw<
    Posted[]
  >`select o.id, p.entry_id as entry, 0::bigint as taken, p.balance_nanos as after
    from unnest(${ids(credits)}::uuid[], ${amounts(credits)}::text[]::bigint[]) as o (id, amount)
      cross join lateral post_credit(o.id, ${kind}::credit_kind, 'top-up', o.amount, ${endsAt}::timestamptz, ${reason}, ${actor.id}::uuid, ${reason}) p`;
  const debited = await tx.$queryRaw<
    Posted[]
  >`select o.id, null::uuid as entry, p.taken_nanos as taken, p.balance_nanos as after
    from unnest(${ids(debits)}::uuid[], ${amounts(debits)}::text[]::bigint[]) as o (id, amount)
      cross join lateral post_debit(o.id, o.amount, ${actor.id}::uuid, ${reason}) p`;
  const posted = new Map([...credited, ...debited].map((row) => [row.id, row]));
  return orders.map(({ account, differenceNanos }) => {
    const row = posted.get(account.id);
    if (row === undefined) return unchanged(account);
    const missingNanos = differenceNanos < 0n ? -differenceNanos - row.taken : 0n;
    const entryIds = row.entry === null ? [] : [row.entry];
    return { accountId: account.id, entryIds, beforeNanos: account.balanceNanos, afterNanos: row.after, missingNanos };
  });
}

function unchanged(account: LockedAccount): BalanceChange {
  const { id: accountId, balanceNanos } = account;
  return { accountId, entryIds: [], beforeNanos: balanceNanos, afterNanos: balanceNanos, missingNanos: 0n };
}

function note(
  action: string,
  account: LockedAccount | undefined,
  change: BalanceChange,
  reason: string,
  endsAt: Date | null = null,
): AuditNote {
  return {
    action,
    targetKind: "account",
    targetId: change.accountId,
    targetName: account?.name ?? "",
    detail: {
      before: formatAmount(change.beforeNanos),
      after: formatAmount(change.afterNanos),
      ...(change.missingNanos > 0n ? { missing: formatAmount(change.missingNanos) } : {}),
      ...(endsAt === null ? {} : { endsAt: endsAt.toISOString() }),
      reason,
    },
  };
}
