import "server-only";
import {
  type ChannelQueueState,
  type CredentialFindings,
  countOpenIncidents,
  countRecentUsers,
  type DeploymentFindings,
  findNoteBeginning,
  getMorningNote,
  type HealthEventRow,
  listCredentialFindings,
  listFindings,
  listHealthEvents,
  listProbes,
  listTraffic,
  type ModelDeployment,
  type ModelRow,
  type MorningNote,
  type ProbeRow,
  queueState,
  type SessionUser,
  type Traffic,
} from "@lyceum/db";
import { cache } from "react";
import type { RedirectChoice } from "#features/models/components/retire-model.tsx";
import { redirectsOf } from "#features/models/queries.ts";
import { getModels } from "#features/square/queries.ts";
import { getDb } from "#server/db.ts";
import type { HealthView } from "./filter.ts";
import { type MatrixRow, matrixRows } from "./matrix.ts";

/** Minutes that a cell's numbers are of, and those of the evidence. */
const cellMinutes = 60;
const dayMinutes = 24 * 60;

/** Every model that is not retired, with its deployments' health. For admins only. */
export async function getMatrix(user: SessionUser): Promise<MatrixRow[]> {
  requireAdmin(user);
  const [models, findings, traffic] = await Promise.all([
    getModels(),
    listFindings(getDb()),
    listTraffic(getDb(), cellMinutes),
  ]);
  return matrixRows(models, findings, traffic);
}

/** What runs and waits now at channels that have a limit or a line, by channel. For admins only. */
export async function getQueues(user: SessionUser): Promise<ReadonlyMap<string, ChannelQueueState>> {
  requireAdmin(user);
  return new Map((await queueState(getDb())).map((state) => [state.channelId, state]));
}

/** What is known of one deployment, for whoever has to decide what becomes of it. */
export type Evidence = {
  readonly model: ModelRow;
  readonly deployment: ModelDeployment;
  readonly findings: DeploymentFindings | null;
  readonly credentials: CredentialFindings[];
  readonly traffic: Traffic | null;
  readonly users: number;
  readonly probes: ProbeRow[];
  /** Newest first. */
  readonly events: HealthEventRow[];
  /** Models that could answer instead, best first, then all others. */
  readonly redirects: RedirectChoice[];
};

/** The evidence about one deployment; null: there is none such. For admins only. */
export async function findEvidence(user: SessionUser, { cell, by }: HealthView): Promise<Evidence | null> {
  requireAdmin(user);
  if (cell === undefined) return null;
  const models = await getModels();
  const model = models.find(({ deployments }) => deployments.some(({ id }) => id === cell));
  const deployment = model?.deployments.find(({ id }) => id === cell);
  if (model === undefined || deployment === undefined) return null;
  const db = getDb();
  const { channelId } = deployment;
  const [findings, credentials, traffic, users, probes, events] = await Promise.all([
    listFindings(db, cell),
    listCredentialFindings(db, channelId),
    listTraffic(db, dayMinutes),
    countRecentUsers(db, model.name),
    listProbes(db, cell),
    listHealthEvents(db, { modelId: model.id, channelId, deploymentId: cell, by, pageSize: 30 }),
  ]);
  return {
    ...{ model, deployment, credentials, users, probes, events: events.rows },
    findings: findings.get(cell) ?? null,
    traffic: traffic.get(cell) ?? null,
    redirects: redirectsOf(model, models),
  };
}

/** When this administrator looked at the note before; null: never. */
export async function getLastLook(user: SessionUser, now: Date): Promise<Date | null> {
  requireAdmin(user);
  return findNoteBeginning(getDb(), user.id, now);
}

/** What happened since a moment. For admins only. */
export async function getNote(user: SessionUser, from: Date, to: Date): Promise<MorningNote> {
  requireAdmin(user);
  return getMorningNote(getDb(), { from, to });
}

/** How many things are out at present; 0 for who is no admin. */
export const countIncidents = cache(
  async (role: SessionUser["role"]): Promise<number> => (role === "admin" ? countOpenIncidents(getDb()) : 0),
);

/** The page has checked already; a query that trusted it would be one forgotten line away from telling everybody. */
function requireAdmin(user: SessionUser): void {
  if (user.role !== "admin") throw new Error("the health of channels is for administrators");
}
