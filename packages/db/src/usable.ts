import type { DeploymentState } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";

/** What is out by what the machine found, as of now by the database's clock: a few rows, whatever the number of deployments. */
export type Outages = {
  readonly deployments: ReadonlyMap<string, Exclude<DeploymentState, "closed">>;
  readonly credentials: ReadonlySet<string>;
};

/** Reads what is out. A credential that only has to wait for a while is not: calls are told when to come again, and no list changes. */
export async function readOutages(db: Db | Tx): Promise<Outages> {
  // One after the other: a transaction has one connection.
  const deployments = await db.$queryRaw<{ id: string; state: Exclude<DeploymentState, "closed"> }[]>`
    select deployment_id as id, state from deployment_health where state <> 'closed'`;
  const credentials = await db.$queryRaw<{ id: string }[]>`
    select credential_id as id from credential_health where state = 'refused'`;
  return {
    deployments: new Map(deployments.map(({ id, state }) => [id, state])),
    credentials: new Set(credentials.map(({ id }) => id)),
  };
}

/**
 * How a deployment stands. By people: off, channel-off, no-credential (none is enabled). By the machine: open, half-open,
 * credentials-out (all enabled ones are). up: requests may go to it.
 */
export type DeploymentStanding =
  | "up"
  | "off"
  | "channel-off"
  | "no-credential"
  | "open"
  | "half-open"
  | "credentials-out";

export type Judgeable = {
  readonly id: string;
  readonly isEnabled: boolean;
  readonly channel: {
    readonly isEnabled: boolean;
    readonly credentials: readonly { id: string; isEnabled: boolean }[];
  };
};

/** The one rule of every page by which a deployment can be used: the gateway's own for its lists (HealthBook.isInService, loadGatewayConfig). */
export function standingOf({ id, isEnabled, channel }: Judgeable, outages: Outages): DeploymentStanding {
  if (!isEnabled) return "off";
  if (!channel.isEnabled) return "channel-off";
  const enabled = channel.credentials.filter((credential) => credential.isEnabled);
  if (enabled.length === 0) return "no-credential";
  const state = outages.deployments.get(id);
  if (state !== undefined) return state;
  return enabled.some((credential) => !outages.credentials.has(credential.id)) ? "up" : "credentials-out";
}

/** Whether it was people who took a deployment out, not the machine. */
export function isOutByHand(standing: DeploymentStanding): boolean {
  return standing === "off" || standing === "channel-off" || standing === "no-credential";
}

/**
 * How a model stands. removed, paused: by hand. off: people left it without a deployment. lost: the machine took out all it had.
 * up: at least one deployment can be used.
 */
export const modelStandings = ["up", "lost", "off", "paused", "removed"] as const;
export type ModelStanding = (typeof modelStandings)[number];

/** The one rule by which a model is in the lists of the gateway and of every page: only where this says "up". */
export function modelStandingOf(model: {
  readonly removedAt: Date | null;
  readonly pausedAt: Date | null;
  readonly deployments: readonly { standing: DeploymentStanding }[];
}): ModelStanding {
  if (model.removedAt !== null) return "removed";
  if (model.pausedAt !== null) return "paused";
  if (model.deployments.some(({ standing }) => standing === "up")) return "up";
  return model.deployments.every(({ standing }) => isOutByHand(standing)) ? "off" : "lost";
}
