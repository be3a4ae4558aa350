import { AppError, HOUSE_ACCOUNT_ID } from "@lyceum/domain";
import type { Actor } from "./audit.ts";
import { setChannelEnabled } from "./channels.ts";
import type { Db, Tx } from "./client.ts";
import { lockConfig } from "./config-lock.ts";
import { updateCredential } from "./credentials.ts";
import { setDeployment } from "./deployments.ts";
import { resetCredential, resetDeployment } from "./health.ts";
import { type HealthEventRow, listEventsBetween } from "./health-events.ts";
import { type CredentialFindings, listCredentialFindings } from "./health-matrix.ts";
import { foldIncidents, type Incident } from "./incidents.ts";
import { listModels, type ModelRow } from "./model-list.ts";
import { pauseModel, restoreModel, resumeModel } from "./model-retire.ts";
import { countTold } from "./note-told.ts";
import { type Undo, type UndoFacts, undoOf } from "./undo.ts";

/** One line of the note. */
export type NoteLine = Incident & {
  /** out: still. back: in use again. done: an act, or a finding. gone: what it was about is no longer there. */
  readonly now: "out" | "back" | "done" | "gone";
  /** Channels that answer for the model now; of a credential: those of its channel that work now. */
  readonly movedTo: string[];
  /** People whom a banner told of it, in the console; null: there was nothing to tell. */
  readonly told: number | null;
  /** What its button does; null: nothing to undo. */
  readonly undo: Undo | null;
};

export type MorningNote = {
  readonly from: Date;
  readonly to: Date;
  /** In the order in which they began. */
  readonly lines: NoteLine[];
  readonly probes: number;
  /** What they cost the house. */
  readonly probeCostNanos: bigint;
};

/** An incident that began this long before the period is still told from its beginning. */
const lookbackMs = 30 * 86_400_000;

/** What happened between two moments: each incident that was open at any time in it. */
export async function getMorningNote(db: Db | Tx, period: { from: Date; to: Date }): Promise<MorningNote> {
  const begin = await findBeginning(db, period.from);
  const [events, facts, cost] = await Promise.all([
    listEventsBetween(db, begin, period.to),
    readFacts(db),
    readProbeCost(db, period),
  ]);
  const newest = new Map(events.map((event) => [subjectOf(event), event.id]));
  const lastOfKind = new Set(newest.values());
  const incidents = foldIncidents(events).filter((incident) => incident.to === null || incident.to >= period.from);
  const told = await countTold(db, incidents);
  const lines = incidents
    .map((incident): NoteLine => {
      const isLast = lastOfKind.has(incident.undoable) && incident.undoneBy === null;
      const undo = isLast ? undoOf(incident, facts) : null;
      return {
        ...incident,
        now: stateNow(incident, facts),
        movedTo: serving(incident, facts),
        told: told.get(incident.id) ?? null,
        undo,
      };
    })
    // What began before and has come to an end unseen (its row is gone, or a wait is over) is no news.
    .filter((line) => line.from >= period.from || line.now === "out" || line.to !== null);
  return { ...period, lines, ...cost };
}

type Facts = Omit<UndoFacts, "models" | "credentials"> & {
  readonly models: ReadonlyMap<string, ModelRow>;
  readonly credentials: ReadonlyMap<string, CredentialFindings>;
};

async function readFacts(db: Db | Tx): Promise<Facts> {
  // One after the other: a transaction has one connection.
  const models = await listModels(db);
  const credentials = await listCredentialFindings(db);
  const channels = await db.channel.findMany({ where: { deletedAt: null }, select: { id: true, isEnabled: true } });
  return {
    models: new Map(models.map((model) => [model.id, model])),
    credentials: new Map(credentials.map((credential) => [credential.credentialId, credential])),
    channels: new Map(channels.map((channel) => [channel.id, channel])),
  };
}

/** From when on events have to be read, so that what is out since before the period is told from its beginning. */
async function findBeginning(db: Db | Tx, from: Date): Promise<Date> {
  const rows = await db.$queryRaw<[{ oldest: Date | null }]>`select min(since) as oldest from (
    select coalesce(first_failed_at, since) as since from deployment_health where state <> 'closed'
    union all select coalesce(first_failed_at, since) from credential_health where state <> 'ready') outages`;
  const oldest = rows[0].oldest?.getTime() ?? from.getTime();
  return new Date(Math.max(Math.min(from.getTime(), oldest - 60_000), from.getTime() - lookbackMs));
}

async function readProbeCost(db: Db | Tx, { from, to }: { from: Date; to: Date }) {
  const rows = await db.$queryRaw<[{ probes: number; cost: bigint }]>`
    select count(*)::int as probes, coalesce(sum(cost_nanos), 0)::bigint as cost from usage_record
      where account_id = ${HOUSE_ACCOUNT_ID}::uuid and id >= id_floor(${from}::timestamptz) and id < id_floor(${to}::timestamptz)`;
  return { probes: rows[0].probes, probeCostNanos: rows[0].cost };
}

function stateNow(incident: Incident, facts: Facts): NoteLine["now"] {
  if (incident.subject === "change") return "done";
  if (incident.subject === "model")
    return facts.models.get(incident.modelId ?? "")?.standing === "lost" ? "out" : "back";
  if (incident.subject === "credential") {
    const credential = facts.credentials.get(incident.credentialId ?? "");
    if (credential === undefined) return "gone";
    return credential.state === "ready" ? "back" : "out";
  }
  const own = facts.models.get(incident.modelId ?? "")?.deployments.find(({ id }) => id === incident.deploymentId);
  if (own === undefined) return "gone";
  return own.standing === "open" || own.standing === "half-open" ? "out" : "back";
}

/** What works instead: other channels of a deployment's model, other credentials of a credential's channel. */
function serving(incident: Incident, facts: Facts): string[] {
  if (incident.subject === "credential") {
    const own = [...facts.credentials.values()].filter(({ channelId }) => channelId === incident.channelId);
    const ready = own.filter(
      (each) => each.isEnabled && each.state === "ready" && each.credentialId !== incident.credentialId,
    );
    return ready.map(({ label, lastFour }) => label || lastFour);
  }
  if (incident.subject !== "deployment") return [];
  const others = facts.models.get(incident.modelId ?? "")?.deployments ?? [];
  return [
    ...new Set(others.flatMap((each) => (each.isUp && each.id !== incident.deploymentId ? each.channelName : []))),
  ];
}

/**
 * Takes back one event of the timeline by the act that undoOf names, and notes on it which event did. Throws `not_found` where nothing is to be
 * undone any more. `masterSecret` opens nothing here: it is what changes of credentials take.
 */
export async function undoEvent(
  tx: Tx,
  actor: Actor,
  masterSecret: string,
  input: { eventId: string },
): Promise<{ undo: Undo }> {
  await lockConfig(tx);
  const event = await lockEvent(tx, input.eventId);
  const isLast = event.undoneBy === null && !(await hasFollower(tx, event));
  const undo = isLast ? undoOf(event, await readFacts(tx)) : null;
  if (undo === null) throw new AppError("not_found");
  await perform(tx, actor, masterSecret, undo, event);
  // Ids are in the order of time: the act's own event is the newest there is about this.
  const written = await tx.healthEvent.findFirst({
    where: { actorId: actor.id, id: { gt: event.id } },
    orderBy: { id: "desc" },
    select: { id: true },
  });
  await tx.healthEvent.update({
    where: { id: event.id },
    data: { undoneBy: written?.id ?? event.id },
    select: { id: true },
  });
  return { undo };
}

type Target = Pick<
  HealthEventRow,
  "id" | "kind" | "modelId" | "channelId" | "deploymentId" | "credentialId" | "undoneBy"
>;

/** Two admins may press at once: one of them finds it undone. */
async function lockEvent(tx: Tx, id: string): Promise<Target> {
  const [event] = await tx.$queryRaw<Target[]>`
    select id, kind, model_id as "modelId", channel_id as "channelId", deployment_id as "deploymentId", credential_id as "credentialId",
      undone_by as "undoneBy" from health_event where id = ${id}::uuid for update`;
  if (event === undefined) throw new AppError("not_found");
  return event;
}

/** Of one kind, about one thing: only the last of these can be taken back; what came before it is no longer what is in force. */
function subjectOf({ kind, modelId, channelId, deploymentId, credentialId }: Omit<Target, "id" | "undoneBy">): string {
  return [kind, deploymentId ?? credentialId ?? modelId ?? channelId].join(" ");
}

async function hasFollower(tx: Tx, event: Target): Promise<boolean> {
  const { id, kind, modelId, channelId, deploymentId, credentialId } = event;
  const own =
    deploymentId !== null
      ? { deploymentId }
      : credentialId !== null
        ? { credentialId }
        : modelId !== null
          ? { modelId }
          : { channelId };
  const later = await tx.healthEvent.findFirst({ where: { kind, ...own, id: { gt: id } }, select: { id: true } });
  return later !== null;
}

async function perform(tx: Tx, actor: Actor, masterSecret: string, undo: Undo, event: Target): Promise<void> {
  const ids = {
    modelId: event.modelId ?? "",
    channelId: event.channelId ?? "",
    deploymentId: event.deploymentId ?? "",
    credentialId: event.credentialId ?? "",
  };
  switch (undo) {
    case "reset-deployment":
      return resetDeployment(tx, actor, ids);
    case "disable-deployment":
    case "enable-deployment":
      return setDeployment(tx, actor, { deploymentId: ids.deploymentId, enabled: undo === "enable-deployment" });
    case "reset-credential":
      return resetCredential(tx, actor, ids);
    case "disable-credential":
      return updateCredential(tx, actor, masterSecret, { credentialId: ids.credentialId, enabled: false });
    case "pause-model":
      return pauseModel(tx, actor, { modelId: ids.modelId, reason: "" });
    case "resume-model":
      return resumeModel(tx, actor, ids);
    case "restore-model":
      return restoreModel(tx, actor, ids);
    case "disable-channel":
    case "enable-channel":
      return setChannelEnabled(tx, actor, { channelId: ids.channelId, enabled: undo === "enable-channel" });
    default:
      return undo satisfies never;
  }
}
