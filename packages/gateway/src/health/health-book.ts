import type { CredentialConfig, DeploymentConfig } from "@lyceum/db/gateway-config";
import type { HealthSnapshot } from "@lyceum/db/gateway-health";
import type { HealthSign } from "@lyceum/domain";
import type { Route } from "./route.ts";

/** What one attempt says of the health of where it went. */
export type Observation = {
  readonly route: Route;
  readonly model: { readonly id: string; readonly name: string };
  readonly sign: HealthSign;
  /** Scrubbed words for an administrator: no credential, no address, nothing of a prompt. "" where it passed. */
  readonly error: string;
  /** With `rate`: how long the upstream wants us to wait; null: it doesn't say. */
  readonly retryAfterMs: number | null;
};

/**
 * What a worker knows of the health of deployments and credentials: what all workers share (the snapshot), and what it has seen itself since.
 * Nothing here waits or writes: whoever owns it takes what is to be told to the others with `drain`.
 */
export class HealthBook {
  readonly #clock: () => number;
  #snapshot: HealthSnapshot | null = null;
  #readAt = 0;
  #waiting: Observation[] = [];

  /** `clock`: monotonic milliseconds. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Takes what all workers share from now on. */
  takeSnapshot(snapshot: HealthSnapshot): void {
    this.#snapshot = snapshot;
    this.#readAt = this.#clock();
  }

  /** Whether requests may go to a deployment: it is not out, and neither are all credentials of its channel. */
  isUsable(deployment: DeploymentConfig): boolean {
    return (
      this.#snapshot?.deployments.has(deployment.id) !== true &&
      deployment.channel.credentials.some((credential) => this.isReady(credential))
    );
  }

  /** Whether a credential may be used now. */
  isReady(credential: CredentialConfig): boolean {
    const known = this.#snapshot?.credentials.get(credential.id);
    if (known === undefined) return true;
    return known.untilMs !== null && this.#clock() - this.#readAt >= known.untilMs;
  }

  /** Takes note of an attempt's ending. */
  note(observation: Observation): void {
    this.#waiting.push(observation);
  }

  /** What was noted since the last call. */
  drain(): Observation[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }
}
