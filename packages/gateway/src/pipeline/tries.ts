import type { Route } from "../health/route.ts";
import { orderDeployments } from "../routing/order-deployments.ts";
import type { Admitted } from "./admit.ts";
import type { Deps } from "./deps.ts";

/** A client that has seen so many fail is told; trying all of very many would only hold it up. */
const MOST_TRIES = 6;

/** Where one request may still go. No deployment is tried twice. */
export class Tries {
  readonly #routes: Route[];
  readonly #deps: Deps;
  /** How many there have been. */
  count = 0;

  constructor({ choice }: Admitted, deps: Deps) {
    this.#deps = deps;
    this.#routes = orderDeployments(choice.model.deployments, deps.random).flatMap((deployment) => {
      const credential = deployment.channel.credentials.find((each) => deps.health.isReady(each));
      return credential === undefined ? [] : [{ deployment, credential }];
    });
  }

  /** The routes that may be taken now, best first. */
  candidates(): readonly Route[] {
    if (this.count >= MOST_TRIES) return [];
    const { health } = this.#deps;
    return this.#routes.filter(
      ({ deployment, credential }) => health.isUsable(deployment) && health.isReady(credential),
    );
  }

  /** A route has been taken: it is none of those that are left. */
  begin(route: Route): void {
    this.count++;
    this.#routes.splice(this.#routes.indexOf(route), 1);
  }
}
