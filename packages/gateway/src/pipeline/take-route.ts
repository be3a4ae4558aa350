import type { Route } from "../health/route.ts";
import type { Place, Ticket } from "../queue/ticket.ts";
import type { Admitted } from "./admit.ts";
import type { Deps } from "./deps.ts";

/** A route with a place on it, which is to be given back when the attempt is over. */
export type Taken = { readonly route: Route; release(): void };

/** A request in line: where it stands, as far as that is known. */
export type InLine = { readonly place: Place | null };

/** Hears that a request stands in line, and no longer does. */
export interface Line {
  enter(inLine: InLine): void;
  leave(): void;
}

/**
 * Takes one of the routes that are left, best first: the first whose channel takes as many requests as come, or has a slot free. Where all are
 * full it waits for whichever has one first. Resolves to null if the client leaves before it has one, or if none can be used any more; rejects with an
 * AppError where the request can't have one.
 */
export async function takeRoute(
  candidates: readonly Route[],
  admitted: Admitted,
  deps: Deps,
  line: Line | null,
): Promise<Taken | null> {
  const [first] = candidates;
  if (first === undefined) return null;
  if (isOpen(first)) return { route: first, release: nothing };
  return queueFor(candidates, admitted, deps, line);
}

async function queueFor(
  candidates: readonly Route[],
  admitted: Admitted,
  deps: Deps,
  line: Line | null,
): Promise<Taken | null> {
  const { client } = admitted.request;
  const isUsable = ({ deployment, credential }: Route) =>
    deps.health.isUsable(deployment) && deps.health.isReady(credential);
  // What changes while it waits may make it worth asking again: each round rules a route out, or takes one.
  for (let left = candidates; left.length > 0 && !client.isGone; left = left.filter(isUsable)) {
    const open = left.findIndex(isOpen);
    const limited = open < 0 ? left : left.slice(0, open);
    const alternative = left[open];
    if (limited.length === 0) return alternative === undefined ? null : { route: alternative, release: nothing };
    const ticket = enter(limited, alternative === undefined, admitted, deps, () => limited.some(isUsable));
    client.whenGone(() => ticket.leave());
    line?.enter(ticket);
    const turn = await ticket.turn.finally(() => line?.leave());
    if (turn.kind === "slot") {
      const route = limited.find((each) => each.deployment.channel.id === turn.channelId && isUsable(each));
      if (route !== undefined && !client.isGone) return { route, release: () => ticket.leave() };
      ticket.leave();
    } else if (alternative !== undefined) {
      return client.isGone ? null : { route: alternative, release: nothing };
    } else if (limited.every(isUsable)) return null; // its channels are gone altogether
  }
  return null;
}

function enter(
  routes: readonly Route[],
  waits: boolean,
  { caller, choice }: Admitted,
  deps: Deps,
  isWorthWaiting: () => boolean,
): Ticket {
  return deps.queue.enter({
    userId: caller.userId,
    weight: deps.config()?.groups.get(caller.groupId)?.queueWeight ?? 1,
    model: choice.model.name,
    channelIds: [...new Set(routes.map(({ deployment }) => deployment.channel.id))],
    waits,
    isWorthWaiting,
  });
}

function isOpen({ deployment }: Route): boolean {
  return deployment.channel.parallelLimit === null;
}

function nothing(): void {}
