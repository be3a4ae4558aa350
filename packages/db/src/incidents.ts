import type { HealthEventKind } from "@lyceum/domain";
import type { HealthEventRow } from "./health-events.ts";

/** What happened to one thing, from when it broke until it was back: what a line of the morning note tells. */
export type Incident = {
  /** That of its first event. */
  readonly id: string;
  /** deployment, credential: out, by the machine. model: lost without a deployment or credential of it that went before. change: one act or finding. */
  readonly subject: "deployment" | "credential" | "model" | "change";
  /** The kind of the first event. */
  readonly kind: HealthEventKind;
  readonly modelId: string | null;
  readonly modelName: string;
  readonly channelId: string | null;
  readonly channelName: string;
  readonly deploymentId: string | null;
  readonly credentialId: string | null;
  readonly cause: string;
  readonly from: Date;
  /** Null: it still is. */
  readonly to: Date | null;
  /** What ended it; null: nothing yet. */
  readonly endedBy: HealthEventKind | null;
  readonly firstError: string;
  readonly lastError: string;
  /** How often it went out: more than once where it came back only to break again soon. */
  readonly times: number;
  /** Models that had nothing left meanwhile. */
  readonly lost: readonly {
    readonly modelId: string | null;
    readonly modelName: string;
    readonly backAt: Date | null;
  }[];
  /** People who had used those models in the day before; null: none was lost. */
  readonly affectedUsers: number | null;
  /** Who acted; null: the machine. */
  readonly actorName: string | null;
  readonly detail: HealthEventRow["detail"];
  /** The event that an undo would undo: the one that took it out last, or the act. */
  readonly undoable: string;
  /** What undid that one. */
  readonly undoneBy: string | null;
  /** Oldest first. */
  readonly eventIds: readonly string[];
};

type Open = { -readonly [Key in keyof Incident]: Incident[Key] } & {
  lost: { modelId: string | null; modelName: string; backAt: Date | null }[];
  eventIds: string[];
};

/** Out again within so long of being back is the same incident. */
export const flappingMs = 15 * 60_000;

const openings: readonly HealthEventKind[] = ["deployment-opened", "credential-cooling", "credential-refused"];
const endings: readonly HealthEventKind[] = [
  "deployment-closed",
  "deployment-reset",
  "credential-ready",
  "credential-reset",
];
/** They end what the machine found, and are told by themselves too. */
const removals: readonly HealthEventKind[] = ["deployment-disabled"];

/** Folds events, oldest first, into incidents in the order in which they began. */
export function foldIncidents(events: readonly HealthEventRow[]): Incident[] {
  const incidents: Open[] = [];
  const newest = (matches: (incident: Open) => boolean) => incidents.findLast(matches);
  const begin = (event: HealthEventRow, subject: Incident["subject"]) => {
    const incident = fromEvent(event, subject);
    incidents.push(incident);
    return incident;
  };
  for (const event of events) {
    const subject = event.deploymentId !== null ? "deployment" : "credential";
    const own = (incident: Open) =>
      incident.subject === subject && subjectId(incident, subject) === subjectId(event, subject);
    if (openings.includes(event.kind)) {
      const last = newest(own);
      const isSame = last !== undefined && (last.to === null || event.at.getTime() - last.to.getTime() <= flappingMs);
      if (isSame) goOutAgain(last, event);
      else begin(event, subject);
    } else if (event.kind === "deployment-half-opened") {
      newest((incident) => own(incident) && incident.to === null)?.eventIds.push(event.id);
    } else if (endings.includes(event.kind)) {
      const last = newest((incident) => own(incident) && incident.to === null);
      if (last !== undefined) end(last, event);
    } else if (event.kind === "model-lost") {
      const cause = newest((incident) => isCauseOf(incident, event)) ?? begin(event, "model");
      if (cause.eventIds.at(-1) !== event.id) cause.eventIds.push(event.id);
      cause.lost = [...cause.lost.filter(({ modelId }) => modelId !== event.modelId), lostModel(event)];
      if (event.affectedUsers !== null) cause.affectedUsers = Math.max(cause.affectedUsers ?? 0, event.affectedUsers);
    } else if (event.kind === "model-back") {
      for (const incident of incidents) comeBack(incident, event);
    } else {
      if (removals.includes(event.kind)) {
        const last = newest((incident) => own(incident) && incident.to === null);
        if (last !== undefined) end(last, event);
      }
      begin(event, "change");
    }
  }
  return incidents;
}

function fromEvent(event: HealthEventRow, subject: Incident["subject"]): Open {
  const { id, kind, modelId, modelName, channelId, channelName, deploymentId, credentialId, cause, error } = event;
  const isInstant = subject === "change";
  return {
    ...{ id, subject, kind, modelId, modelName, channelId, channelName, deploymentId, credentialId, cause },
    from: event.at,
    to: isInstant ? event.at : null,
    endedBy: isInstant ? kind : null,
    firstError: error,
    lastError: error,
    times: 1,
    lost: [],
    affectedUsers: event.affectedUsers,
    actorName: event.actorName,
    detail: event.detail,
    undoable: id,
    undoneBy: event.undoneBy,
    eventIds: [id],
  };
}

function goOutAgain(incident: Open, event: HealthEventRow): void {
  // A credential that cools and is then refused is out all the while; only what was back goes out once more.
  if (incident.to !== null) incident.times += 1;
  incident.to = null;
  incident.endedBy = null;
  incident.cause = event.cause;
  if (incident.firstError === "") incident.firstError = event.error;
  if (event.error !== "") incident.lastError = event.error;
  incident.undoable = event.id;
  incident.undoneBy = event.undoneBy;
  incident.eventIds.push(event.id);
}

function end(incident: Open, event: HealthEventRow): void {
  incident.to = event.at;
  incident.endedBy = event.kind;
  if (event.error !== "") incident.lastError = event.error;
  incident.eventIds.push(event.id);
}

/** What took a model's last deployment: its own one that went out last, else a credential of a channel. */
function isCauseOf(incident: Open, event: HealthEventRow): boolean {
  if (incident.to !== null) return false;
  if (incident.subject === "deployment") return incident.modelId === event.modelId;
  return incident.subject === "credential" && isSoonAfter(incident, event);
}

/** The machine tells of a loss in the same breath as of its cause. */
function isSoonAfter(incident: Open, event: HealthEventRow): boolean {
  return event.at.getTime() - incident.from.getTime() <= 10_000;
}

function lostModel({ modelId, modelName }: HealthEventRow) {
  return { modelId, modelName, backAt: null };
}

function comeBack(incident: Open, event: HealthEventRow): void {
  if (!incident.lost.some(({ modelId, backAt }) => modelId === event.modelId && backAt === null)) return;
  incident.lost = incident.lost.map((lost) =>
    lost.modelId === event.modelId && lost.backAt === null ? { ...lost, backAt: event.at } : lost,
  );
  if (incident.subject === "model") end(incident, event);
  else incident.eventIds.push(event.id);
}

function subjectId(of: { deploymentId: string | null; credentialId: string | null }, subject: string): string | null {
  return subject === "deployment" ? of.deploymentId : of.credentialId;
}
