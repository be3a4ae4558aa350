/** What can be known of an upstream's single answer, for its health. See docs/channels.md. */
export const healthSigns = [
  /** It worked. */
  "passed",
  /** It failed in a way that may be over with the next request: 5xx, a time-out, a broken connection. Opens the breaker by its rate. */
  "failure",
  /** The request itself was at fault (400, 413, 422, …): says that the upstream is there. */
  "request",
  /** 429: this credential has to wait. */
  "rate",
  /** 401, or words to that effect: this credential is not taken. */
  "refused",
  /** Our account with the upstream is spent. */
  "quota",
  /** This model is not open to us (403). */
  "denied",
  /** The upstream does not have this model. */
  "model-missing",
] as const;
export type HealthSign = (typeof healthSigns)[number];

/** Why a deployment is out. */
export const deploymentCauses = ["failures", "denied", "model-missing", "probe"] as const;
export type DeploymentCause = (typeof deploymentCauses)[number];
export const deploymentStates = ["closed", "open", "half-open"] as const;
export type DeploymentState = (typeof deploymentStates)[number];

/** Why a credential is out. */
export const credentialCauses = ["rate", "refused", "quota"] as const;
export type CredentialCause = (typeof credentialCauses)[number];
export const credentialStates = ["ready", "cooling", "refused"] as const;
export type CredentialState = (typeof credentialStates)[number];

/** What the timeline of channels and models tells. */
export const healthEventKinds = [
  // By the machine.
  "deployment-opened",
  "deployment-half-opened",
  "deployment-closed",
  "credential-cooling",
  "credential-refused",
  "credential-ready",
  /** No deployment of a model is left: it is paused. */
  "model-lost",
  "model-back",
  /** A probe found that a deployment can't do what its model can, or can again. `detail.capability`. */
  "capability-lost",
  "capability-back",
  /** The upstream's own list of models changed. `detail.added`, `detail.gone`. */
  "list-changed",
  "model-retired",
  // By hand.
  "model-paused",
  "model-resumed",
  "retirement-planned",
  "model-restored",
  "deployment-reset",
  "credential-reset",
  "deployment-disabled",
  "deployment-enabled",
  "channel-disabled",
  "channel-enabled",
] as const;
export type HealthEventKind = (typeof healthEventKinds)[number];
