import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase } from "@lyceum/db/testing";
import { type Limits, newId, noUsage, type TokenUsage } from "@lyceum/domain";
import pg from "pg";
import { usageRow } from "../booking-rows.ts";
import { createLedger } from "../create-ledger.ts";
import type { AdmissionRequest, Ledger, UsageDraft } from "../types.ts";

/** On a busy machine hundreds of settlements take their time; which of them goes to the spool must not hang on that. */
export const SETTLE_LIMIT_MS = 60_000;

export type KeyOptions = Partial<Limits> & { expiresAt?: Date };

/** A database of its own with a ledger on it, and short ways to set the scene and to look. */
export async function createLedgerFixture() {
  const database = await createTestDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 12 });
  pool.on("error", () => undefined); // cut connections also reject their queries
  const opened: Ledger[] = [];
  const spoolFolder = await mkdtemp(join(tmpdir(), "lyceum-spool-"));

  async function query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await pool.query<Row>(sql, values)).rows;
  }

  async function one<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row> {
    const [row] = await query<Row>(sql, values);
    if (row === undefined) throw new Error(`no row for ${sql}`);
    return row;
  }

  return {
    url: database.url,
    spoolFolder,
    pool,
    query,
    one,
    async drop() {
      for (const ledger of opened) await ledger.close(1_000);
      await pool.end();
      await database.drop();
      await rm(spoolFolder, { recursive: true, force: true });
    },
    /** All workers are dead, as far as a sweep can tell. In order, so that two at a time don't block each other. */
    async silenceWorkers(): Promise<void> {
      await query(
        "with each as (select id from worker order by id for update) update worker w set heartbeat_at = to_timestamp(0) from each where each.id = w.id",
      );
    },
    async ledger(): Promise<Ledger & { workerId: string }> {
      const workerId = newId();
      await query("insert into worker (id, host, pid) values ($1, 'test', 1)", [workerId]);
      const ledger = createLedger({
        pool,
        workerId,
        timeZone: () => "Asia/Shanghai",
        spoolFolder,
        settleLimitMs: SETTLE_LIMIT_MS,
        log: () => undefined,
      });
      opened.push(ledger);
      return { ...ledger, workerId };
    },
    /** A person with an account, a key, and so much money. */
    async person(amountNanos: bigint, key: KeyOptions = {}) {
      const userId = newId();
      const accountId = newId();
      const keyId = newId();
      await query("insert into access_group (id, name) values ('default', 'default') on conflict do nothing");
      await query("insert into app_user (id, student_id, name) values ($1::uuid, $1::text, 'n')", [userId]);
      await query("insert into account (id, kind, user_id) values ($1, 'user', $2)", [accountId, userId]);
      await query(
        `insert into virtual_key (id, user_id, account_id, name, hash, prefix, last_four, group_id, models, expires_at, cap_nanos, cap_period,
           rpm_limit, tpm_limit, parallel_limit)
         values ($1::uuid, $2, $3, 'k', decode(replace($1::text, '-', ''), 'hex'), 'p', 'l', 'default', '{}', $4, $5, $6, $7, $8, $9)`,
        [
          ...[keyId, userId, accountId, key.expiresAt ?? null, key.capNanos ?? null, key.capPeriod ?? "total"],
          ...[key.rpmLimit ?? null, key.tpmLimit ?? null, key.parallelLimit ?? null],
        ],
      );
      if (amountNanos > 0n) await this.credit(accountId, amountNanos);
      return { userId, accountId, keyId };
    },
    async credit(accountId: string, amountNanos: bigint, endsAt: Date | null = null): Promise<void> {
      await query("select * from post_credit($1, 'top-up', 'top-up', $2, $3, '', null, 'test')", [
        accountId,
        amountNanos,
        endsAt,
      ]);
    },
    /** Settles a request without a reservation as one that was admitted at that moment. */
    async settleAt(draft: UsageDraft, admittedAt: string): Promise<void> {
      const row = { ...JSON.parse(usageRow(draft)), admitted_at: admittedAt };
      const accounts = [draft.accountId];
      await query("select * from book($1::json, null, $2::uuid[], $2::uuid[], null, null, true)", [
        JSON.stringify([row]),
        accounts,
      ]);
    },
    /** A course with so much in its pool; the money and the course may end. */
    async course(amountNanos: bigint, { endsAt = IN_A_YEAR, poolEndsAt = null as Date | null } = {}) {
      const courseId = newId();
      const poolId = newId();
      await query("insert into course (id, code, name, ends_at) values ($1::uuid, $1::text, 'n', $2)", [
        courseId,
        endsAt,
      ]);
      await query("insert into account (id, kind, course_id) values ($1, 'course', $2)", [poolId, courseId]);
      if (amountNanos > 0n) await this.credit(poolId, amountNanos, poolEndsAt);
      return { courseId, poolId, endsAt };
    },
    /** Ends, just now, whatever the accounts have; requests admitted so far were admitted before. */
    async end(...accountIds: string[]) {
      await query(
        "update credit set ends_at = least(ends_at, clock_timestamp() + interval '2 ms') where account_id = any($1) and is_open",
        [accountIds],
      );
      await query(
        "update account a set next_end_at = (select min(ends_at) from credit c where c.account_id = a.id and c.is_open) where id = any($1)",
        [accountIds],
      );
      await query("select pg_sleep(0.01)");
    },
    async account(accountId: string) {
      const row = await one<{ balance_nanos: string; reserved_nanos: string }>(
        "select balance_nanos, reserved_nanos from account where id = $1",
        [accountId],
      );
      return { balance: BigInt(row.balance_nanos), reserved: BigInt(row.reserved_nanos) };
    },
    /** Every sum of the books that differs; empty when they are right. */
    differences: () => query("select * from verify_ledger()"),
  };
}

const IN_A_YEAR = new Date(Date.now() + 365 * 86_400_000);

export type LedgerFixture = Awaited<ReturnType<typeof createLedgerFixture>>;
export type Person = Awaited<ReturnType<LedgerFixture["person"]>>;

/** A draft for a request of this person that costs so much; details can be overridden. */
export function draftOf(person: Person, costNanos: bigint, overrides: Partial<UsageDraft> = {}): UsageDraft {
  const usage: TokenUsage = { ...noUsage, input: 10, output: 5 };
  return {
    requestId: newId(),
    accountId: person.accountId,
    userId: person.userId,
    keyId: person.keyId,
    groupId: "default",
    protocol: "openai-chat",
    requestedModel: "m",
    model: "m",
    channelId: null,
    deploymentId: null,
    upstreamModel: null,
    isStream: false,
    attempts: 1,
    usage,
    priceId: null,
    multiplierPpm: 1_000_000,
    costNanos,
    outcome: "finished",
    errorCode: null,
    httpStatus: 200,
    isEstimated: false,
    queueMs: 0,
    ttftMs: 1,
    totalMs: 2,
    upstreamUsage: { prompt_tokens: 10 },
    client: "test",
    ip: "127.0.0.1",
    ...overrides,
  };
}

/** An admission for a request of this person that reserves so much, none of it optional unless said. */
export function admissionOf(
  person: Person,
  nanos: bigint,
  overrides: Partial<AdmissionRequest> = {},
): AdmissionRequest {
  const draft = draftOf(person, nanos);
  return {
    ...draft,
    keyVersion: 1,
    inputNanos: nanos,
    outputNanos: 0n,
    minimumNanos: 0n,
    tokenEstimate: 15,
    inputTokens: 10,
    inputCostNanos: nanos,
    ...overrides,
  };
}
