import { type CredentialState, type DeploymentState, HOUSE_ACCOUNT_ID } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";
import { Prisma } from "./generated/client.ts";

/** What the machine knows of a deployment that ever failed or was probed. */
export type DeploymentFindings = {
  readonly deploymentId: string;
  readonly state: DeploymentState;
  readonly since: Date;
  readonly cause: string;
  readonly firstError: string;
  readonly lastError: string;
  readonly firstFailedAt: Date | null;
  readonly lastFailedAt: Date | null;
  readonly lastPassedAt: Date | null;
  readonly windowTotal: number;
  readonly windowFailures: number;
  readonly passes: number;
  readonly nextProbeAt: Date | null;
};

/** Findings by deployment. */
export async function listFindings(db: Db | Tx, deploymentId?: string): Promise<Map<string, DeploymentFindings>> {
  const rows = await db.deploymentHealth.findMany({
    where: deploymentId === undefined ? {} : { deploymentId },
    select: {
      deploymentId: true,
      state: true,
      since: true,
      cause: true,
      firstError: true,
      lastError: true,
      firstFailedAt: true,
      lastFailedAt: true,
      lastPassedAt: true,
      windowTotal: true,
      windowFailures: true,
      passes: true,
      nextProbeAt: true,
    },
  });
  return new Map(rows.map((row) => [row.deploymentId, { ...row, state: row.state as DeploymentState }]));
}

/** A credential that is out, or was. */
export type CredentialFindings = {
  readonly credentialId: string;
  readonly channelId: string;
  readonly label: string;
  readonly lastFour: string;
  readonly isEnabled: boolean;
  /** ready where its cooling is over, as the gateway has it. */
  readonly state: CredentialState;
  readonly since: Date | null;
  readonly until: Date | null;
  readonly cause: string;
  readonly firstError: string;
  readonly lastError: string;
  readonly lastFailedAt: Date | null;
  readonly nextProbeAt: Date | null;
};

/** Every credential of one channel, or of all, with what the machine knows of it; oldest first. */
export async function listCredentialFindings(db: Db | Tx, channelId?: string): Promise<CredentialFindings[]> {
  return db.$queryRaw<CredentialFindings[]>`
    select c.id as "credentialId", c.channel_id as "channelId", c.label, c.last_four as "lastFour", c.is_enabled as "isEnabled",
      case when h.state = 'cooling' and h.until <= clock_timestamp() then 'ready' else coalesce(h.state, 'ready') end as state,
      h.since, h.until, coalesce(h.cause, '') as cause, coalesce(h.first_error, '') as "firstError", coalesce(h.last_error, '') as "lastError",
      h.last_failed_at as "lastFailedAt", h.next_probe_at as "nextProbeAt"
      from channel_credential c left join credential_health h on h.credential_id = c.id
      where ${channelId === undefined ? Prisma.sql`true` : Prisma.sql`c.channel_id = ${channelId}::uuid`}
      order by c.created_at, c.id`;
}

/** What people's requests met at one deployment lately; probes are not among them. */
export type Traffic = {
  readonly requests: number;
  readonly failures: number;
  /** Median; null: no stream began. */
  readonly ttftMs: number | null;
};

/** Of so many of the newest requests, at most, traffic is counted: a page never reads a day of a busy campus. */
export const MAX_TRAFFIC_RECORDS = 20_000;

// Bounds of ids are now(), not clock_timestamp(): only what is the same all through a statement can be looked up in an index.

/** Traffic of the last `minutes` by deployment, out of the newest MAX_TRAFFIC_RECORDS requests. */
export async function listTraffic(db: Db | Tx, minutes: number): Promise<Map<string, Traffic>> {
  const rows = await db.$queryRaw<(Traffic & { id: string })[]>`
    select deployment_id as id, count(*)::int as requests, (count(*) filter (where outcome = 'failed'))::int as failures,
      percentile_disc(0.5) within group (order by ttft_ms) as "ttftMs"
    from (select deployment_id, outcome, ttft_ms, user_id from usage_record
      where id >= id_floor(now() - make_interval(mins => ${minutes}::int)) order by id desc limit ${MAX_TRAFFIC_RECORDS}) newest
    where deployment_id is not null and user_id is not null group by deployment_id`;
  return new Map(rows.map(({ id, ...traffic }) => [id, traffic]));
}

/** One probe of a deployment, as it was recorded. */
export type ProbeRow = {
  readonly at: Date;
  readonly passed: boolean;
  readonly totalMs: number;
  readonly errorCode: string | null;
};

/** The newest probes of a deployment, newest first, out of the newest requests of the house's account. */
export async function listProbes(db: Db | Tx, deploymentId: string): Promise<ProbeRow[]> {
  return db.$queryRaw<ProbeRow[]>`
    select admitted_at as at, outcome = 'finished' as passed, total_ms as "totalMs", error_code as "errorCode"
    from (select * from usage_record where account_id = ${HOUSE_ACCOUNT_ID}::uuid
      and id >= id_floor(now() - interval '3 days') order by id desc limit ${MAX_TRAFFIC_RECORDS}) probes
    where deployment_id = ${deploymentId}::uuid order by id desc limit 12`;
}

/** How many people used a model within the last day, in full hours; from rollups. */
export async function countRecentUsers(db: Db | Tx, model: string): Promise<number> {
  const rows = await db.$queryRaw<[{ users: number }]>`
    select count(distinct r.account_id)::int as users from usage_rollup r join account a on a.id = r.account_id
      where r.hour > now() - interval '1 day' and r.model = ${model} and a.kind = 'user'`;
  return rows[0].users;
}

/** How many things the machine has taken out and that could be in use otherwise: deployments, and credentials. */
export async function countOpenIncidents(db: Db | Tx): Promise<number> {
  const rows = await db.$queryRaw<[{ incidents: number }]>`
    select ((select count(*) from deployment_health h join deployment d on d.id = h.deployment_id join channel c on c.id = d.channel_id
        join model m on m.id = d.model_id
        where h.state <> 'closed' and d.is_enabled and c.is_enabled and m.removed_at is null and m.paused_at is null)
      + (select count(*) from credential_health h join channel_credential k on k.id = h.credential_id join channel c on c.id = k.channel_id
        where h.state <> 'ready' and (h.until is null or h.until > clock_timestamp()) and k.is_enabled and c.is_enabled))::int as incidents`;
  return rows[0].incidents;
}
