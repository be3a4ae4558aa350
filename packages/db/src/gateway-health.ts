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
};

/** Reads what is out. A few rows, whatever the number of deployments. */
export async function readHealth(pool: Pick<pg.Pool, "query">): Promise<HealthSnapshot> {
  // Read first: what changes meanwhile raises it, and is read again.
  const { healthVersion } = await readConfigVersions(pool);
  const deployments = await pool.query<{ id: string; state: Exclude<DeploymentState, "closed"> }>(
    "select deployment_id as id, state from deployment_health where state <> 'closed'",
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
    deployments: new Map(deployments.rows.map(({ id, state }) => [id, state])),
    credentials: new Map(credentials.rows.map(({ id, ...rest }) => [id, rest])),
  };
}
