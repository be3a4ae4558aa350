import type { CredentialConfig, DeploymentConfig } from "@lyceum/db/gateway-config";

/** Where one attempt goes: a deployment, and the credential of its channel that it goes with. */
export type Route = { readonly deployment: DeploymentConfig; readonly credential: CredentialConfig };
