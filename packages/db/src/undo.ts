import type { HealthEventRow } from "./health-events.ts";
import type { CredentialFindings } from "./health-matrix.ts";
import type { ModelRow } from "./model-list.ts";

/** What takes back an event of the timeline. */
export type Undo =
  | "reset-deployment"
  | "disable-deployment"
  | "enable-deployment"
  | "reset-credential"
  | "disable-credential"
  | "pause-model"
  | "resume-model"
  | "restore-model"
  | "disable-channel"
  | "enable-channel";

/** How things stand now. */
export type UndoFacts = {
  readonly models: ReadonlyMap<string, Pick<ModelRow, "pausedAt" | "removedAt" | "retiresAt" | "deployments">>;
  readonly credentials: ReadonlyMap<string, Pick<CredentialFindings, "state" | "isEnabled">>;
  /** Those not deleted. */
  readonly channels: ReadonlyMap<string, { readonly isEnabled: boolean }>;
};

type Undoable = Pick<HealthEventRow, "kind" | "modelId" | "channelId" | "deploymentId" | "credentialId">;

/**
 * The one act that takes an event back as things stand now; null: none, because it is over, undone or gone. What the machine took out is put in
 * use at once; what came back by itself is taken out by hand; an act by hand has its inverse.
 */
export function undoOf(event: Undoable, facts: UndoFacts): Undo | null {
  const model = event.modelId === null ? undefined : facts.models.get(event.modelId);
  const deployment = model?.deployments.find(({ id }) => id === event.deploymentId);
  const credential = event.credentialId === null ? undefined : facts.credentials.get(event.credentialId);
  const channel = event.channelId === null ? undefined : facts.channels.get(event.channelId);
  switch (event.kind) {
    case "deployment-opened":
    case "deployment-half-opened":
      if (deployment?.isEnabled !== true) return null;
      if (deployment.standing === "open" || deployment.standing === "half-open") return "reset-deployment";
      return "disable-deployment";
    case "credential-cooling":
    case "credential-refused":
      if (credential?.isEnabled !== true) return null;
      return credential.state === "ready" ? "disable-credential" : "reset-credential";
    case "deployment-disabled":
      return deployment !== undefined && !deployment.isEnabled ? "enable-deployment" : null;
    case "deployment-enabled":
      return deployment?.isEnabled === true ? "disable-deployment" : null;
    case "model-paused":
      return model?.pausedAt == null ? null : "resume-model";
    case "model-resumed":
      return model !== undefined && model.pausedAt === null && model.removedAt === null ? "pause-model" : null;
    case "retirement-planned":
      return model?.retiresAt == null ? null : "restore-model";
    case "model-retired":
      return model?.removedAt == null ? null : "restore-model";
    case "channel-disabled":
      return channel !== undefined && !channel.isEnabled ? "enable-channel" : null;
    case "channel-enabled":
      return channel?.isEnabled === true ? "disable-channel" : null;
    default:
      // Findings and endings: what they say is true, whatever one would like.
      return null;
  }
}
