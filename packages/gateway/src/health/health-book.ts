import type { CredentialConfig, DeploymentConfig } from "@lyceum/db/gateway-config";
import type { HealthSnapshot } from "@lyceum/db/gateway-health";
import type { HealthSign } from "@lyceum/domain";
import { canDo } from "../routing/fits.ts";
import { CredentialMemory } from "./credential-memory.ts";
import { DeploymentMemory, type Factors } from "./deployment-memory.ts";
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
  /** From sending to the first output of a stream; null or left out: not known. */
  readonly ttftMs?: number | null;
  /** Whose request it was; left out: nobody's. */
  readonly userId?: string;
};

/** Signs after which nothing is to be expected of a route until somebody has looked: all workers should know at once. */
const urgent: ReadonlySet<HealthSign> = new Set<HealthSign>(["refused", "quota", "denied", "model-missing"]);
/** Observations that wait to be told to the others, while the database is away. */
const MOST_WAITING = 20_000;

/**
 * What a worker knows of the health of deployments and credentials: what all workers share (the snapshot), and what it has seen itself since.
 * Nothing here waits or writes: whoever owns it takes what is to be told to the others with `drain`.
 */
export class HealthBook {
  readonly #clock: () => number;
  readonly #deployments: DeploymentMemory;
  readonly #credentials: CredentialMemory;
  #snapshot: HealthSnapshot | null = null;
  #readAt = 0;
  #waiting: Observation[] = [];
  #onUrgent: (() => void) | null = null;

  /** `clock`: monotonic milliseconds. */
  constructor(clock: () => number) {
    this.#clock = clock;
    this.#deployments = new DeploymentMemory(clock);
    this.#credentials = new CredentialMemory(clock);
  }

  /** Takes what all workers share from now on. */
  takeSnapshot(snapshot: HealthSnapshot): void {
    this.#snapshot = snapshot;
    this.#readAt = this.#clock();
  }

  /** Whether a deployment can be used, as all workers and pages know it: its breaker is closed, and a credential of its channel is ready. */
  isUsable({ id, channel }: DeploymentConfig): boolean {
    return this.#isClosed(id) && channel.credentials.some((credential) => this.#sharedWaitMs(credential.id) <= 0);
  }

  /**
   * The same where a credential only has to wait for a while: who calls a model that is busy is told when to come again, not that it is gone.
   */
  isInService({ id, channel }: DeploymentConfig): boolean {
    return (
      this.#isClosed(id) && channel.credentials.some((credential) => Number.isFinite(this.#sharedWaitMs(credential.id)))
    );
  }

  /** Whether a deployment can do all that a request needs, by what people say of it and what probes found. */
  canDo(deployment: DeploymentConfig, needs: readonly string[]): boolean {
    if (needs.length === 0) return true;
    if (!canDo(deployment, needs)) return false;
    const lacks = this.#snapshot?.lacks.get(deployment.id);
    return lacks === undefined || canDo({ lacks }, needs);
  }

  /** Whether a credential may be used now. */
  isReady(credential: CredentialConfig): boolean {
    return this.readyInMs(credential) === 0;
  }

  /** How long a credential has to wait; infinite where a probe decides. */
  readyInMs({ id }: CredentialConfig): number {
    return Math.max(0, this.#sharedWaitMs(id), this.#credentials.coolingMs(id));
  }

  #isClosed(id: string): boolean {
    return this.#snapshot?.deployments.has(id) !== true;
  }

  #sharedWaitMs(id: string): number {
    const known = this.#snapshot?.credentials.get(id);
    if (known === undefined) return 0;
    return known.untilMs === null ? Number.POSITIVE_INFINITY : known.untilMs - (this.#clock() - this.#readAt);
  }

  /** Whether this worker has just seen that nothing comes of a deployment: it is the last to be tried, for as long as the others don't know. */
  isAvoided(deployment: DeploymentConfig): boolean {
    return this.#deployments.isAvoided(deployment.id);
  }

  /** The same of a credential. */
  isDoubtful(credential: CredentialConfig): boolean {
    return this.#credentials.isDoubtful(credential.id);
  }

  /** By how much the weights of rivals are lessened for what was measured; null: not at all. */
  factorsOf(rivals: readonly DeploymentConfig[]): Factors | null {
    return this.#deployments.factorsOf(rivals);
  }

  /** Takes note of an attempt's ending. Call it exactly once for each. */
  note(observation: Observation): void {
    const { route, sign, retryAfterMs, ttftMs = null } = observation;
    this.#deployments.note(route.deployment.id, sign, ttftMs);
    this.#credentials.note(route.credential.id, sign, retryAfterMs);
    if (this.#waiting.length >= MOST_WAITING) {
      if (sign === "passed" || sign === "request") return;
      this.#waiting.shift();
    }
    this.#waiting.push(observation);
    if (urgent.has(sign)) this.#onUrgent?.();
  }

  /** Calls `listener`, in place of the one before, when something was noted that the others should know at once. */
  whenUrgent(listener: () => void): void {
    this.#onUrgent = listener;
  }

  /** What was noted since the last call. */
  drain(): Observation[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }
}
