import type { DeploymentCause, HealthSign, Settings } from "@lyceum/domain";
import type { DatabasePool } from "./pool.ts";

/** Signs that take a deployment out at once. */
export type HardSign = Extract<HealthSign, DeploymentCause>;
/** Signs about a credential. */
export type CredentialSign = Extract<HealthSign, "rate" | "refused" | "quota">;

/** What one worker saw of a deployment since its last report. */
export type DeploymentReport = {
  readonly id: string;
  readonly passed: number;
  /** Those with a hard sign too. */
  readonly failed: number;
  /** Those that failed with none passing behind them. */
  readonly lastFailed: number;
  /** Of the last one that failed, scrubbed. */
  readonly error: string;
  readonly hard: HardSign | null;
};

export type CredentialReport = {
  readonly id: string;
  readonly sign: CredentialSign;
  /** Scrubbed. */
  readonly error: string;
  /** With `rate`: how long the upstream wants us to wait; null: it doesn't say. */
  readonly retryAfterMs: number | null;
};

export type HealthReport = {
  readonly deployments: readonly DeploymentReport[];
  readonly credentials: readonly CredentialReport[];
};

/** By which rules the database decides. */
export type HealthRules = Pick<Settings, "breaker" | "probes">;

/**
 * Takes what one worker saw. `isChanged`: something is out, or back, or everybody has to count: the health has another version. `skipped`: the
 * deployments and credentials that somebody had locked, of which nothing was taken.
 */
export async function noteHealth(
  pool: DatabasePool,
  report: HealthReport,
  rules: HealthRules,
): Promise<{ isChanged: boolean; skipped: string[] }> {
  const { rows } = await pool.query<{ isChanged: boolean; skipped: string[] }>({
    name: "note-health",
    text: `select is_changed as "isChanged", skipped::text[] from note_health($1::jsonb, $2::jsonb)`,
    values: [JSON.stringify(report), rulesText(rules)],
  });
  return rows[0] ?? { isChanged: false, skipped: [] };
}

/** What is to be probed. state: a deployment that is out, or failed its last probe; idle: one that nobody uses; look: what one is capable of. */
export type ProbeTask =
  | { readonly kind: "state" | "idle" | "look"; readonly deploymentId: string }
  | { readonly kind: "credential"; readonly credentialId: string };

/**
 * Takes at most so many probes that are due, for this worker alone, for so long. `withIdle`: also those that no request has asked for a while,
 * which costs a look at every deployment.
 */
export async function claimProbes(
  pool: DatabasePool,
  rules: HealthRules,
  { withIdle, most, leaseSeconds }: { withIdle: boolean; most: number; leaseSeconds: number },
): Promise<ProbeTask[]> {
  const { rows } = await pool.query<{ kind: ProbeTask["kind"]; deployment: string | null; credential: string | null }>({
    name: "claim-probes",
    text: "select kind, deployment_id as deployment, credential_id as credential from claim_probes($1::jsonb, $2, $3, $4)",
    values: [rulesText(rules), withIdle, most, leaseSeconds],
  });
  return rows.map(({ kind, deployment, credential }) =>
    kind === "credential" ? { kind, credentialId: credential ?? "" } : { kind, deploymentId: deployment ?? "" },
  );
}

/** What a probe says of a deployment; null: nothing, it is to be made again later. */
export type ProbeVerdict = "passed" | "failure" | HardSign | null;

/** Takes what a probe of a deployment found. Returns whether the health has another version. */
export async function noteProbe(
  pool: DatabasePool,
  deploymentId: string,
  { verdict, error }: { verdict: ProbeVerdict; error: string },
  rules: HealthRules,
): Promise<boolean> {
  const { rows } = await pool.query<{ changed: boolean }>({
    name: "note-probe",
    text: "select note_probe($1, $2, $3, $4::jsonb) as changed",
    values: [deploymentId, verdict, error, rulesText(rules)],
  });
  return rows[0]?.changed === true;
}

/** The same of a credential that was refused. */
export async function noteCredentialProbe(
  pool: DatabasePool,
  credentialId: string,
  { verdict, error }: { verdict: "passed" | "refused" | "quota" | null; error: string },
  rules: HealthRules,
): Promise<boolean> {
  const { rows } = await pool.query<{ changed: boolean }>({
    name: "note-credential-probe",
    text: "select note_credential_probe($1, $2, $3, $4::jsonb) as changed",
    values: [credentialId, verdict, error, rulesText(rules)],
  });
  return rows[0]?.changed === true;
}

/** Takes what a look at a deployment's capabilities decided: by capability "" (it has it) or the error that says that it has not. */
export async function noteLook(
  pool: DatabasePool,
  deploymentId: string,
  found: Readonly<Record<string, string>>,
): Promise<boolean> {
  const { rows } = await pool.query<{ changed: boolean }>({
    name: "note-look",
    text: "select note_look($1, $2::jsonb) as changed",
    values: [deploymentId, JSON.stringify(found)],
  });
  return rows[0]?.changed === true;
}

/** What time alone brings: cooling that is over, models that are lost or back by it. Returns how much changed. */
export async function settleHealth(pool: DatabasePool): Promise<number> {
  const { rows } = await pool.query<{ changed: number }>("select settle_health() as changed");
  return rows[0]?.changed ?? 0;
}

/** Removes models whose time has come. Returns how many. */
export async function retireModels(pool: DatabasePool): Promise<number> {
  const { rows } = await pool.query<{ retired: number }>("select retire_models() as retired");
  return rows[0]?.retired ?? 0;
}

function rulesText({ breaker, probes }: HealthRules): string {
  return JSON.stringify({ ...breaker, ...probes });
}
