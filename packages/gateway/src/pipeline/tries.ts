import type { CredentialConfig, DeploymentConfig, GatewayConfig } from "@lyceum/db/gateway-config";
import type { HealthSign } from "@lyceum/domain";
import type { Route } from "../health/route.ts";
import { isTooLong } from "../routing/fits.ts";
import { combine, hashText } from "../routing/hash.ts";
import { orderByWeight } from "../routing/order-by-weight.ts";
import { orderDeployments } from "../routing/order-deployments.ts";
import type { Admitted } from "./admit.ts";
import type { Deps } from "./deps.ts";

/** A client that has seen so many fail is told; trying all of very many would only hold it up. */
const MOST_TRIES = 6;
/** More than can be tried, so that a queue has a choice among those that have room. */
const MOST_LISTED = 16;

/**
 * Where one request may still go. A deployment is never tried twice with one credential; with another one only where the first had to wait, or
 * was refused for its account's sake.
 */
export class Tries {
  readonly #admitted: Admitted;
  readonly #deps: Deps;
  readonly #seed: number;
  #order: readonly DeploymentConfig[];
  /** What the order was compared with last. */
  #config: GatewayConfig | null = null;
  /** Those that nothing is to be expected of any more. */
  readonly #given: string[] = [];
  readonly #tried: Route[] = [];
  #last = "";
  /** How many there have been. */
  count = 0;

  constructor(admitted: Admitted, deps: Deps) {
    this.#admitted = admitted;
    this.#deps = deps;
    this.#seed = seedOf(admitted, deps);
    this.#order = this.#ordered();
  }

  /** The routes that may be taken now, best first. */
  candidates(): readonly Route[] {
    if (this.count >= MOST_TRIES) return [];
    const routes: Route[] = [];
    for (const deployment of this.#current()) {
      if (this.#given.includes(deployment.id) || !this.#deps.health.isInService(deployment)) continue;
      const credential = this.#credentialFor(deployment);
      if (credential !== null) routes.push({ deployment, credential });
    }
    return routes;
  }

  /** Whether there is somewhere else to go, should the last one come to nothing. */
  hasOthers(): boolean {
    return this.#order.length > 1 && this.candidates().some(({ deployment }) => deployment.id !== this.#last);
  }

  /** A route has been taken. */
  begin(route: Route): void {
    this.count++;
    this.#last = route.deployment.id;
    this.#tried.push(route);
  }

  /** It came to nothing. `sign`: null where it says nothing of the deployment, which could not be told what was wanted. */
  fail({ deployment }: Route, sign: HealthSign | null): void {
    const hasOther = sign === "rate" || sign === "refused" || sign === "quota";
    if (!hasOther) this.#given.push(deployment.id);
  }

  /** When the first of the credentials that have to wait may be used again; null: none is waited for. */
  readyInMs(): number | null {
    const waits = this.#order
      .flatMap(({ channel }) => channel.credentials.map((each) => this.#deps.health.readyInMs(each)))
      .filter((wait) => wait > 0 && Number.isFinite(wait));
    return waits.length === 0 ? null : Math.min(...waits);
  }

  /** The order as the configuration is now: whoever has waited must not come with a credential that was replaced meanwhile, or for a channel that is gone. */
  #current(): readonly DeploymentConfig[] {
    const { model } = this.#admitted.choice;
    const config = this.#deps.config();
    if (config === null || config === this.#config) return this.#order;
    const now = config.models.get(model.name) ?? [...config.models.values()].find(({ id }) => id === model.id);
    this.#config = config;
    if (now === model) return this.#order;
    const known = new Map(now?.deployments.map((each) => [each.id, each]));
    this.#order = this.#order.flatMap(({ id }) => known.get(id) ?? []);
    return this.#order;
  }

  #credentialFor({ id, channel: { credentials } }: DeploymentConfig): CredentialConfig | null {
    const { health } = this.#deps;
    const isTried = (each: CredentialConfig) =>
      this.#tried.some(({ deployment, credential }) => deployment.id === id && credential.id === each.id);
    const isLeft = (each: CredentialConfig) => health.isReady(each) && !isTried(each);
    const [only] = credentials;
    if (only !== undefined && credentials.length === 1) return isLeft(only) ? only : null;
    const [best] = orderByWeight(credentials, this.#seed, 1, (each) => isLeft(each) && !health.isDoubtful(each));
    return best ?? orderByWeight(credentials, this.#seed, 1, isLeft)[0] ?? null;
  }

  /**
   * Those that can do it at all; what this worker has just seen fail comes last, and where a prompt is too long for some, only the others are
   * tried. Where it is too long for all, the upstream's own words are best.
   */
  #ordered(): readonly DeploymentConfig[] {
    const { health } = this.#deps;
    const { call, choice } = this.#admitted;
    const { model } = choice;
    const [only] = model.deployments;
    // Where there is nothing to choose from, what else is known of it makes no difference.
    if (only !== undefined && model.deployments.length === 1)
      return health.canDo(only, call.needs) && health.isInService(only) ? model.deployments : [];
    let hasAvoided = false;
    let hasShort = false;
    const take = (most: number, isWanted: (each: DeploymentConfig) => boolean) =>
      orderDeployments(model.deployments, {
        seed: this.#seed,
        most,
        accepts: (each) => health.canDo(each, call.needs) && health.isInService(each) && isWanted(each),
        factorsOf: (rivals) => health.factorsOf(rivals),
      });
    const isShort = (each: DeploymentConfig) => isTooLong(each, call.size.textTokens, model.contextTokens);
    const order = take(MOST_LISTED, (each) => {
      const [short, avoided] = [isShort(each), health.isAvoided(each)];
      hasShort ||= short;
      hasAvoided ||= avoided && !short;
      return !short && !avoided;
    });
    if (hasAvoided) {
      order.push(...take(MOST_LISTED - order.length, (each) => !isShort(each) && health.isAvoided(each)));
    }
    return order.length === 0 && hasShort ? take(MOST_LISTED, () => true) : order;
  }
}

/** Conversations come back to where their beginning is still in a prompt cache: a cache belongs to a deployment and an account with it. */
function seedOf({ call, caller, choice: { model } }: Admitted, deps: Deps): number {
  const [only] = model.deployments;
  if (only === undefined || (model.deployments.length === 1 && only.channel.credentials.length === 1)) return 0;
  if (call.opening === null) return Math.floor(deps.random() * 2 ** 32);
  return combine(combine(hashText(caller.id ?? caller.accountId), hashText(model.id)), call.opening());
}
