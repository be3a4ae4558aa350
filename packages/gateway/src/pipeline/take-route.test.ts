import type { ChannelConfig, DeploymentConfig } from "@lyceum/db/gateway-config";
import { AppError } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import type { Route } from "../health/route.ts";
import { Ticket, type Want } from "../queue/ticket.ts";
import type { Admitted } from "./admit.ts";
import type { Deps } from "./deps.ts";
import { ClientPresence } from "./gateway-request.ts";
import { takeRoute } from "./take-route.ts";

function routeTo(id: string, parallelLimit: number | null, name = id): Route {
  const channel = { id, parallelLimit } as ChannelConfig;
  return { deployment: { id: name, channel } as DeploymentConfig, credential: { id: name, secret: null, weight: 1 } };
}

/** A queue in which the test decides, and a caller whose group has weight 3. */
function scene() {
  const client = new ClientPresence();
  const tickets: Ticket[] = [];
  const left: Ticket[] = [];
  const out = new Set<Route>();
  const deps = {
    queue: {
      enter(want: Want) {
        const ticket = new Ticket(String(tickets.length), want, 0, (each) => void left.push(each));
        tickets.push(ticket);
        return ticket;
      },
    },
    config: () => ({ groups: new Map([["g", { queueWeight: 3 }]]) }),
  } as unknown as Deps;
  const admitted = {
    request: { client },
    caller: { userId: "u", groupId: "g" },
    choice: { model: { name: "m" } },
  } as unknown as Admitted;
  const heard: string[] = [];
  const line = { enter: () => void heard.push("enter"), leave: () => void heard.push("leave") };
  const take = (...routes: Route[]) => takeRoute(() => routes.filter((route) => !out.has(route)), admitted, deps, line);
  return { client, tickets, left, out, heard, take };
}

/** Lets what waits for promises go on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("takeRoute", () => {
  it("takes the first whose channel has no limit without asking anybody", async () => {
    const { take, tickets, heard } = scene();
    const [open, limited] = [routeTo("a", null), routeTo("b", 2)];
    expect((await take(open, limited))?.route).toBe(open);
    expect(await take()).toBeNull();
    expect([tickets.length, heard]).toEqual([0, []]);
  });

  it("asks for a slot of those before the first without a limit, and takes that one where there is none", async () => {
    const { take, tickets } = scene();
    const [limited, again, open] = [routeTo("a", 1), routeTo("a", 1, "a2"), routeTo("b", null)];
    const taken = take(limited, again, open, routeTo("c", 1));
    await settled();
    expect(tickets[0]?.want).toMatchObject({ userId: "u", weight: 3, model: "m", channelIds: ["a"], waits: false });
    tickets[0]?.end(null);
    expect((await taken)?.route).toBe(open);
  });

  it("waits for whichever of several has room, says so, and gives its slot back once", async () => {
    const { take, tickets, left, heard } = scene();
    const [one, other] = [routeTo("a", 1), routeTo("b", 1)];
    const taken = take(one, other);
    await settled();
    expect(tickets[0]?.want).toMatchObject({ channelIds: ["a", "b"], waits: true });
    expect(heard).toEqual(["enter"]);
    tickets[0]?.grant("b");
    expect((await taken)?.route).toBe(other);
    expect(heard).toEqual(["enter", "leave"]);
    (await taken)?.release();
    (await taken)?.release();
    expect(left).toEqual([tickets[0]]);
  });

  it("asks again without a route that was lost while it waited, and gives up when none is left", async () => {
    const { take, tickets, left, out } = scene();
    const [one, other] = [routeTo("a", 1), routeTo("b", 1)];
    const taken = take(one, other);
    await settled();
    out.add(one);
    expect(tickets[0]?.want.isWorthWaiting()).toBe(true);
    tickets[0]?.grant("a");
    await settled();
    expect(left).toEqual([tickets[0]]);
    expect(tickets[1]?.want.channelIds).toEqual(["b"]);
    out.add(other);
    expect(tickets[1]?.want.isWorthWaiting()).toBe(false);
    tickets[1]?.end(null);
    expect(await taken).toBeNull();
  });

  it("leaves the line with its client, and gives back a slot that comes too late", async () => {
    const { take, tickets, left, client } = scene();
    const taken = take(routeTo("a", 1));
    await settled();
    client.leave();
    expect(await taken).toBeNull();
    expect(left).toEqual([tickets[0]]);
    const late = scene();
    const taking = late.take(routeTo("a", 1));
    await settled();
    late.tickets[0]?.grant("a");
    late.client.isGone = true;
    expect(await taking).toBeNull();
    expect(late.left).toEqual([late.tickets[0]]);
  });

  it("goes with what can be used when its turn comes: another credential, or the one that has replaced it", async () => {
    const { take, tickets, out } = scene();
    const [first, second] = [routeTo("a", 1, "one"), routeTo("a", 1, "two")];
    const taken = take(first, second);
    await settled();
    out.add(first);
    expect(tickets[0]?.want.isWorthWaiting()).toBe(true);
    tickets[0]?.grant("a");
    expect((await taken)?.route).toBe(second);
    expect(tickets).toHaveLength(1);
  });

  it("takes the one without a limit where the queue doesn't work", async () => {
    const { take, tickets } = scene();
    const open = routeTo("b", null);
    const taken = take(routeTo("a", 1), open);
    await settled();
    tickets[0]?.end(new AppError("database_unavailable"));
    expect((await taken)?.route).toBe(open);
  });

  it("fails as the queue does", async () => {
    const { take, tickets, heard } = scene();
    const taken = take(routeTo("a", 1));
    await settled();
    tickets[0]?.end(new AppError("queue_timeout"));
    await expect(taken).rejects.toMatchObject({ code: "queue_timeout" });
    expect(heard).toEqual(["enter", "leave"]);
  });
});
