import type { Route } from "../health/route.ts";
import type { Place, Ticket, Turn } from "../queue/ticket.ts";
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
 * AppError where the request can't have one. `candidates`: as they are now; while it waits a credential may be replaced, or have to rest.
 */
export async function takeRoute(
  candidates: () => readonly Route[],
  admitted: Admitted,
  deps: Deps,
  line: Line | null,
): Promise<Taken | null> {
  const routes = candidates();
  const [first] = routes;
  if (first === undefined) return null;
  if (isOpen(first)) return { route: first, release: nothing };
  return queueFor(routes, candidates, admitted, deps, line);
}

async function queueFor(
  routes: readonly Route[],
  candidates: () => readonly Route[],
  admitted: Admitted,
  deps: Deps,
  line: Line | null,
): Promise<Taken | null> {
  const { client } = admitted.request;
  /** Channels that nothing came of: each round rules some out, or takes one. */
  const hopeless = new Set<string>();
  for (let left = routes; !client.isGone; left = candidates().filter((route) => !hopeless.has(channelOf(route)))) {
    const open = left.findIndex(isOpen);
    const limited = open < 0 ? left : left.slice(0, open);
    const alternative = left[open];
    if (limited.length === 0) return alternative === undefined ? null : { route: alternative, release: nothing };
    const channels = new Set(limited.map(channelOf));
    const ticket = enter([...channels], alternative === undefined, admitted, deps, () =>
      candidates().some((route) => channels.has(channelOf(route))),
    );
    client.whenGone(() => ticket.leave());
    line?.enter(ticket);
    const turn = await turnOf(ticket, alternative !== undefined).finally(() => line?.leave());
    if (turn.kind === "slot") {
      const route = candidates().find((each) => channelOf(each) === turn.channelId);
      if (route !== undefined && !client.isGone) return { route, release: () => ticket.leave() };
      ticket.leave();
      hopeless.add(turn.channelId);
    } else if (alternative !== undefined) {
      return client.isGone ? null : { route: alternative, release: nothing };
    } else for (const channel of channels) hopeless.add(channel); // can't be used now, or gone altogether
  }
  return null;
}

/** A queue that doesn't work is no reason to fail where nobody has to stand in it. */
async function turnOf(ticket: Ticket, hasAlternative: boolean): Promise<Turn> {
  try {
    return await ticket.turn;
  } catch (error) {
    if (!hasAlternative) throw error;
    return { kind: "none" };
  }
}

function enter(
  channelIds: readonly string[],
  waits: boolean,
  { caller, choice }: Admitted,
  deps: Deps,
  isWorthWaiting: () => boolean,
): Ticket {
  return deps.queue.enter({
    userId: caller.userId,
    weight: deps.config()?.groups.get(caller.groupId)?.queueWeight ?? 1,
    model: choice.model.name,
    channelIds,
    waits,
    isWorthWaiting,
  });
}

function channelOf({ deployment }: Route): string {
  return deployment.channel.id;
}

function isOpen({ deployment }: Route): boolean {
  return deployment.channel.parallelLimit === null;
}

function nothing(): void {}
