import type { Route } from "../health/route.ts";
import type { Admitted } from "./admit.ts";
import type { Deps } from "./deps.ts";

/** A route with a place on it, which is to be given back when the attempt is over. */
export type Taken = { readonly route: Route; release(): void };

/**
 * Takes one of the routes that are left, best first. Resolves to null if the client leaves before it has one, or if there is none; rejects with
 * an AppError where the request can't have one.
 */
export async function takeRoute(candidates: readonly Route[], _admitted: Admitted, _deps: Deps): Promise<Taken | null> {
  const [route] = candidates;
  return route === undefined ? null : { route, release: nothing };
}

function nothing(): void {}
