import { defaultSettings, newId } from "@lyceum/domain";
import {
  type DeploymentReport,
  type HealthReport,
  type HealthRules,
  noteHealth,
  noteProbe,
  type ProbeVerdict,
} from "../health-notes.ts";
import { createPatientPool, createPatientPrisma } from "./patient-clients.ts";
import { createTestDatabase } from "./test-database.ts";

/** Short enough to write down, long enough not to pass while a test runs. */
export const rules: HealthRules = {
  breaker: { failures: 5, percent: 60, windowSeconds: 60 },
  probes: { ...defaultSettings.probes, firstSeconds: 60, mostSeconds: 300, passes: 3 },
};

export type DeploymentRow = {
  state: string;
  cause: string;
  first_error: string;
  last_error: string;
  window_total: number;
  window_failures: number;
  passes: number;
  backoff: number;
  /** Seconds from when somebody last had a turn at the breaker: how long ago that is by now says how busy the machine is. */
  probe_in: number | null;
  lacks: string[];
};

export type CredentialRow = {
  state: string;
  cause: string;
  backoff: number;
  until: Date | null;
  /** As `probe_in`. */
  until_in: number | null;
};

/** A migrated database with the breaker's functions, and short ways to set the scene and to look. */
export async function createHealthScene() {
  const database = await createTestDatabase();
  const pool = createPatientPool(database.url, 12);
  const db = createPatientPrisma(database.url, 4);

  // As it is, but that the moment of the last turn can be read.
  await pool.query("create sequence turn_at");
  await pool.query(`create or replace function lock_health() returns timestamptz language plpgsql as $$ begin
      perform 1 from config_version where id = 1 for no key update;
      return to_timestamp(setval('turn_at', floor(extract(epoch from clock_timestamp()) * 1000)::bigint) / 1000.0);
    end $$`);
  const after = (column: string) =>
    `round(extract(epoch from ${column} - (select to_timestamp(last_value / 1000.0) from turn_at)))::int`;

  async function query<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await pool.query<Row>(sql, values)).rows;
  }

  return {
    pool,
    db,
    query,
    async drop() {
      await db.$disconnect();
      await pool.end();
      await database.drop();
    },
    /** A channel with so many credentials. */
    async channel(credentials = 1) {
      const id = newId();
      await query(
        "insert into channel (id, name, protocol, base_url) values ($1::uuid, $1::text, 'openai', 'http://x')",
        [id],
      );
      const ids = Array.from({ length: credentials }, () => newId());
      for (const each of ids)
        await query("insert into channel_credential (id, channel_id, last_four) values ($1, $2, 'abcd')", [each, id]);
      return { id, credentials: ids, credential: ids[0] ?? "" };
    },
    /** A model with a deployment on each of these channels. */
    async model(...channels: readonly { id: string }[]) {
      const id = newId();
      const name = `model-${id}`;
      await query("insert into model (id, name, capabilities) values ($1, $2, '{}')", [id, name]);
      const deployments: string[] = [];
      for (const channel of channels) {
        const deployment = newId();
        await query("insert into deployment (id, model_id, channel_id, upstream_model) values ($1, $2, $3, 'm')", [
          deployment,
          id,
          channel.id,
        ]);
        deployments.push(deployment);
      }
      return { id, name, deployments, deployment: deployments[0] ?? "" };
    },
    /** What a worker's requests came to; unless said otherwise those that passed came last. */
    saw(id: string, seen: Partial<DeploymentReport>) {
      const { passed = 0, failed = 0 } = seen;
      const lastFailed = passed > 0 ? 0 : failed;
      const report = { id, passed, failed, lastFailed, error: "", hard: null, ...seen };
      return noteHealth(pool, { deployments: [report], credentials: [] }, rules);
    },
    credentialSaw: (id: string, sign: "rate" | "refused" | "quota", retryAfterMs: number | null = null) =>
      noteHealth(pool, { deployments: [], credentials: [{ id, sign, error: `${sign}!`, retryAfterMs }] }, rules),
    report: (report: HealthReport) => noteHealth(pool, report, rules),
    probed: (id: string, verdict: ProbeVerdict, error = verdict === "passed" ? "" : "probe failed") =>
      noteProbe(pool, id, { verdict, error }, rules),
    async deployment(id: string): Promise<DeploymentRow | undefined> {
      const [row] = await query<DeploymentRow>(
        `select state, cause, first_error, last_error, window_total, window_failures, passes, backoff, lacks,
          ${after("next_probe_at")} as probe_in from deployment_health where deployment_id = $1`,
        [id],
      );
      return row;
    },
    async credential(id: string) {
      const [row] = await query<CredentialRow>(
        `select state, cause, backoff, until, ${after("until")} as until_in from credential_health where credential_id = $1`,
        [id],
      );
      return row;
    },
    /** What the timeline says of a model, its deployments, or a channel's credentials, oldest first. */
    async events(id: string): Promise<string[]> {
      const rows = await query<{ kind: string }>(
        "select kind from health_event where $1 in (model_id, channel_id, deployment_id, credential_id) order by at, id",
        [id],
      );
      return rows.map((row) => row.kind);
    },
    async version(): Promise<bigint> {
      const [row] = await query<{ v: string }>("select health_version as v from config_version");
      return BigInt(row?.v ?? 0);
    },
    /** Lets so much time pass for all that is remembered. */
    async later(seconds: number) {
      const by = `- interval '${seconds} seconds'`;
      const shifted = (columns: string[]) => columns.map((column) => `${column} = ${column} ${by}`).join(", ");
      const both = ["since", "first_failed_at", "last_failed_at", "next_probe_at", "probing_until"];
      await query(
        `update deployment_health set ${shifted([...both, "last_passed_at", "window_started_at", "looked_at"])}`,
      );
      await query(`update credential_health set ${shifted([...both, "until"])}`);
      await query(`update deployment set ${shifted(["created_at"])}`);
    },
  };
}

export type HealthScene = Awaited<ReturnType<typeof createHealthScene>>;
