import type { DatabasePool } from "@lyceum/db/pool";
import { createApiKey, newId, sealCredential } from "@lyceum/domain";

export const SECRET = "5".repeat(64);
export const CREDENTIAL = "sk-upstream-credential-0123456789";

export type ModelOptions = {
  /** Name at the upstream; the public one if left out. */
  upstreamModel?: string;
  groups?: readonly string[];
  /** Nanos per million tokens; null: no price. */
  price?: { input: bigint; output: bigint } | null;
  isRemoved?: boolean;
  maxOutputTokens?: number;
  usualOutputTokens?: number;
  priority?: number;
};

export type KeyOptions = { group?: string; models?: readonly string[]; capNanos?: bigint; expiresAt?: Date };

/** Short ways to set a scene in a database and to look at what came of it. Amounts in nanos. */
export function createScene(pool: Pick<DatabasePool, "query">) {
  const query = async <Row extends object>(text: string, values: unknown[] = []) =>
    (await pool.query<Row>(text, values)).rows;

  return {
    query,
    async group(id: string, options: { isOpen?: boolean; multiplierPpm?: number } = {}): Promise<void> {
      const values = [id, options.multiplierPpm ?? 1_000_000, options.isOpen ?? false];
      await query(
        "insert into access_group (id, name, multiplier_ppm, is_open) values ($1, $1, $2, $3) on conflict (id) do update set multiplier_ppm = $2, is_open = $3",
        values,
      );
    },
    async channel(
      name: string,
      baseUrl: string,
      options: { idleTimeoutMs?: number; totalTimeoutMs?: number; protocol?: string; parallelLimit?: number } = {},
    ): Promise<string> {
      const id = newId();
      await query(
        `with made as (insert into channel (id, name, protocol, base_url, allow_private, idle_timeout_ms, total_timeout_ms, parallel_limit)
            values ($1, $2, $7, $3, true, $5, $6, $8) returning id)
          insert into channel_credential (id, channel_id, sealed) select gen_random_uuid(), id, $4 from made`,
        [
          id,
          name,
          baseUrl,
          sealCredential(SECRET, CREDENTIAL),
          options.idleTimeoutMs ?? 120_000,
          options.totalTimeoutMs ?? 600_000,
          options.protocol ?? "openai",
          options.parallelLimit ?? null,
        ],
      );
      return id;
    },
    async model(name: string, channelIds: readonly string[], options: ModelOptions = {}): Promise<string> {
      const id = newId();
      const removedAt = options.isRemoved ? new Date() : null;
      await query(
        "insert into model (id, name, capabilities, removed_at, max_output_tokens, usual_output_tokens) values ($1, $2, '{}', $3, $4, $5)",
        [id, name, removedAt, options.maxOutputTokens ?? null, options.usualOutputTokens ?? null],
      );
      for (const group of options.groups ?? ["default"])
        await query("insert into model_group (model_id, group_id) values ($1, $2)", [id, group]);
      const price = options.price === undefined ? { input: 2_000_000_000n, output: 8_000_000_000n } : options.price;
      if (price !== null) {
        await query("insert into price (id, model_id, version, input_nanos, output_nanos) values ($1, $2, 1, $3, $4)", [
          newId(),
          id,
          price.input.toString(),
          price.output.toString(),
        ]);
      }
      for (const [index, channelId] of channelIds.entries()) {
        await query(
          "insert into deployment (id, model_id, channel_id, upstream_model, priority) values ($1, $2, $3, $4, $5)",
          [newId(), id, channelId, options.upstreamModel ?? name, (options.priority ?? 0) - index],
        );
      }
      return id;
    },
    /** A person with so much money and a key, who has accepted the terms. */
    async person(amountNanos: bigint, options: KeyOptions = {}) {
      const userId = newId();
      const accountId = newId();
      await query("insert into app_user (id, student_id, name, terms_version) values ($1::uuid, $1::text, 'n', 1)", [
        userId,
      ]);
      await query("insert into account (id, kind, user_id) values ($1, 'user', $2)", [accountId, userId]);
      if (amountNanos > 0n) {
        await query("select * from post_credit($1, 'top-up', 'top-up', $2, null, '', null, 'test')", [
          accountId,
          amountNanos.toString(),
        ]);
      }
      const key = createApiKey();
      const keyId = newId();
      await query(
        `insert into virtual_key (id, user_id, account_id, name, hash, prefix, last_four, group_id, models, expires_at, cap_nanos)
          values ($1, $2, $3, 'k', $4, $5, $6, $7, $8, $9, $10)`,
        [
          keyId,
          userId,
          accountId,
          key.hash,
          key.prefix,
          key.lastFour,
          options.group ?? "default",
          options.models ?? [],
          options.expiresAt ?? null,
          options.capNanos?.toString() ?? null,
        ],
      );
      return { userId, accountId, keyId, secret: key.secret };
    },
    async account(accountId: string) {
      const [row] = await query<{ balance_nanos: string; reserved_nanos: string }>(
        "select balance_nanos, reserved_nanos from account where id = $1",
        [accountId],
      );
      return { balance: BigInt(row?.balance_nanos ?? -1), reserved: BigInt(row?.reserved_nanos ?? -1) };
    },
    records: (accountId: string) =>
      query<UsageRow>("select * from usage_record where account_id = $1 order by id", [accountId]),
    /** Every sum of the books that differs; empty when they are right. */
    differences: () => query("select * from verify_ledger()"),
  };
}

export type UsageRow = {
  reserved_nanos: string;
  id: string;
  requested_model: string;
  upstream_model: string | null;
  outcome: string;
  error_code: string | null;
  http_status: number;
  attempts: number;
  input_tokens: number;
  cached_input_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  is_estimated: boolean;
  is_stream: boolean;
  price_id: string | null;
  cost_nanos: string;
  charge_nanos: string;
  uncollected_nanos: string;
  ttft_ms: number | null;
  upstream_usage: unknown;
};
