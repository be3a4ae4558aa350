import type {
  ChannelConfig,
  CredentialConfig,
  DeploymentConfig,
  GatewayConfig,
  ModelConfig,
} from "@lyceum/db/gateway-config";

export type Candidate = { readonly model: ModelConfig; readonly deployment: DeploymentConfig };

/** Finds what is to be probed in the configuration in force. Null: people have taken it out, or this worker does not know it yet. */
export function findDeployment(config: GatewayConfig, id: string): Candidate | null {
  return candidates(config).find(({ deployment }) => deployment.id === id) ?? null;
}

/** A credential, and the deployments of its channel, best first: `isOut` ones only where there is no other. */
export function findCredential(
  config: GatewayConfig,
  id: string,
  isOut: (deployment: DeploymentConfig) => boolean,
): { readonly credential: CredentialConfig; readonly candidate: Candidate } | null {
  const channel = config.channels.find(({ credentials }) => credentials.some((credential) => credential.id === id));
  const credential = channel?.credentials.find((each) => each.id === id);
  if (channel === undefined || credential === undefined) return null;
  const own = candidates(config).filter(({ deployment }) => isOf(deployment, channel));
  const candidate = own.find(({ deployment }) => !isOut(deployment)) ?? own[0];
  return candidate === undefined ? null : { credential, candidate };
}

function candidates({ models }: GatewayConfig): Candidate[] {
  return [...models.values()]
    .filter((model) => !model.isRemoved && !model.isPaused)
    .flatMap((model) => model.deployments.map((deployment) => ({ model, deployment })));
}

function isOf({ channel }: DeploymentConfig, { id }: ChannelConfig): boolean {
  return channel.id === id;
}
