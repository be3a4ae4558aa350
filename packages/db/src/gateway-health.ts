import type { CredentialState, DeploymentState } from "@lyceum/domain";
import type pg from "pg";
import { readConfigVersions } from "./gateway-config.ts";

/** What is out, as of one version. What is not named here is closed, or ready. */
export type HealthSnapshot = {
  readonly version: bigint;
  readonly deployments: ReadonlyMap<string, Exclude<DeploymentState, "closed">>;
  /** `untilMs`: when one that is cooling may be used again, in milliseconds from the reading of this; null: a probe decides. */
  readonly credentials: ReadonlyMap<
    string,
    { readonly state: Exclude<CredentialState, "ready">; readonly untilMs: number | null }
  >;
  /** By deployment, in use or not: what probes found that it can't do. Counts together with what people say (`DeploymentConfig.lacks`). */
  readonly lacks: ReadonlyMap<string, readonly string[]>;
  /**
   * Deployments in use of which some worker saw a failure: for so many milliseconds from the reading of this, everybody's successes count
   * too.
   */
  readonly watched: ReadonlyMap<string, number>;
};

/** Reads what is out. A few rows, whatever the number of deployments. */
export async function readHealth(pool: Pick<pg.Pool, "query">): Promise<HealthSnapshot> {
  // Read first: what changes meanwhile raises it, and is read again.
  const { healthVersion } = await readConfigVersions(pool);
  const deployments = await pool.query<{
    id: string;
    state: DeploymentState;
    lacks: string[];
    watchedMs: number | null;
  }>(
    `select deployment_id as id, state, lacks, case when state = 'closed' and window_failures > 0 then
        (extract(epoch from window_started_at + make_interval(secs => breaker_window()) - clock_timestamp()) * 1000)::float8 end as "watchedMs"
      from deployment_health where state <> 'closed' or lacks <> '{}'
        or (window_failures > 0 and window_started_at > clock_timestamp() - make_interval(secs => breaker_window()))`,
  );
  const credentials = await pool.query<{
    id: string;
    state: Exclude<CredentialState, "ready">;
    untilMs: number | null;
  }>(
    `select credential_id as id, state, (extract(epoch from until - clock_timestamp()) * 1000)::float8 as "untilMs"
      from credential_health where state <> 'ready'`,
  );
  return {
    version: healthVersion,
    deployments: new Map(deployments.rows.flatMap(({ id, state }) => (state === "closed" ? [] : [[id, state]]))),
    credentials: new Map(credentials.rows.map(({ id, ...rest }) => [id, rest])),
    lacks: new Map(deployments.rows.flatMap(({ id, lacks }) => (lacks.length === 0 ? [] : [[id, lacks]]))),
    watched: new Map(deployments.rows.flatMap(({ id, watchedMs }) => (watchedMs === null ? [] : [[id, watchedMs]]))),
  };
}
