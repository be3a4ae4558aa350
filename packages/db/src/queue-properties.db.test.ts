import { newId } from "@lyceum/domain";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { QueueAnswer, QueueArrival } from "./gateway-queue.ts";
import { createQueueScene, type QueueScene } from "./testing/queue-scene.ts";

let scene: QueueScene;
beforeAll(async () => {
  scene = await createQueueScene();
});
afterAll(() => scene.close());

const arrive = fc.record({
  kind: fc.constant("arrive" as const),
  tickets: fc.array(
    fc.record({
      user: fc.nat(3),
      channels: fc.constantFrom([0], [1], [0, 1], [1, 0], [2, 0], [0, 1, 2]),
      waits: fc.integer({ min: 0, max: 4 }).map((each) => each > 0),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});
const leave = fc.record({ kind: fc.constant("leave" as const), which: fc.nat(), knows: fc.boolean() });
const look = fc.constant({ kind: "look" as const });
const sync = fc.constant({ kind: "sync" as const });
const act = fc.oneof(
  { weight: 5, arbitrary: arrive },
  { weight: 6, arbitrary: leave },
  { weight: 2, arbitrary: look },
  { weight: 1, arbitrary: sync },
);
const limit = fc.record({
  kind: fc.constant("limit" as const),
  channel: fc.nat(2),
  limit: fc.integer({ min: 1, max: 4 }),
});
type Act = typeof act extends fc.Arbitrary<infer Each> ? Each : never;

/** A worker as the queue sees it, with what it has been told. */
class Actor {
  readonly id = newId();
  readonly open = new Map<string, { readonly arrival: QueueArrival; channelId: string | null }>();
  readonly #channels: readonly string[];
  readonly #users: readonly string[];

  constructor(channels: readonly string[], users: readonly string[]) {
    this.#channels = channels;
    this.#users = users;
  }

  async run(act: Act): Promise<void> {
    switch (act.kind) {
      case "arrive": {
        const arrivals = act.tickets.map(({ user, channels, waits }) => ({
          id: newId(),
          user: this.#users[user] ?? "",
          weight: user + 1,
          channels: channels.map((each) => this.#channels[each] ?? ""),
          waits,
        }));
        for (const arrival of arrivals) this.open.set(arrival.id, { arrival, channelId: null });
        const channels = [...new Set(arrivals.flatMap((arrival) => arrival.channels))];
        return this.#hear(await scene.step(this.id, { channels, arrivals }));
      }
      case "leave": {
        const ids = [...this.open.keys()];
        const id = ids[act.which % Math.max(1, ids.length)];
        const ticket = id === undefined ? undefined : this.open.get(id);
        if (id === undefined || ticket === undefined) return;
        this.open.delete(id);
        // Who knows where it runs need not name the others.
        const { channelId, arrival } = ticket;
        const channels = channelId !== null && act.knows ? [channelId] : arrival.channels;
        return this.#hear(await scene.step(this.id, { channels, gone: [id] }));
      }
      case "look":
        return this.#hear(await scene.step(this.id, { channels: this.#channels }));
      case "sync": {
        const answers = await scene.step(this.id, { channels: this.#channels, isSync: true });
        expect(answers.map(({ id }) => id).toSorted()).toEqual([...this.open.keys()].toSorted());
        return this.#hear(answers);
      }
      default:
        return act satisfies never;
    }
  }

  #hear(answers: readonly QueueAnswer[]): void {
    for (const { id, outcome, channelId } of answers) {
      const ticket = this.open.get(id);
      expect(ticket, `an answer about ${id}, which is not open`).toBeDefined();
      if (ticket === undefined) continue;
      if (outcome === "none") {
        expect(ticket.arrival.waits).toBe(false);
        this.open.delete(id);
      } else if (outcome === "granted") {
        expect(ticket.arrival.channels).toContain(channelId);
        expect([null, channelId]).toContain(ticket.channelId);
        ticket.channelId = channelId;
      } else expect(outcome).toBe("waiting");
    }
  }
}

async function setting() {
  await scene.query("delete from queue_ticket; delete from queue_place; delete from queue_lease");
  const channels = [await scene.channel(1), await scene.channel(2), await scene.channel(3)];
  const users = [newId(), newId(), newId(), newId()];
  return { channels, users, actors: [new Actor(channels, users), new Actor(channels, users)] as const };
}

/** What the database holds is what the workers think, and no slot is free that somebody waits for. */
async function expectWhole(channels: readonly string[], actors: readonly Actor[]): Promise<void> {
  const tickets = await scene.tickets();
  expect(tickets.map(({ id }) => id).toSorted()).toEqual(actors.flatMap(({ open }) => [...open.keys()]).toSorted());
  const idle = await scene.query(
    "select c from unnest($1::uuid[]) c where queue_room(c) > 0 and exists (select from queue_place p where p.channel_id = c)",
    [channels],
  );
  expect(idle).toEqual([]);
  // A place for each that waits and none for others.
  const places = await scene.query<{ ticket_id: string }>("select distinct ticket_id from queue_place");
  const waiting = tickets.filter(({ channel_id }) => channel_id === null).map(({ id }) => id);
  expect(places.map(({ ticket_id }) => ticket_id).toSorted()).toEqual(waiting.toSorted());
}

/** Everybody who holds a slot gives it back, until nobody is left: each that waited got one. */
async function drain(actors: readonly Actor[]): Promise<void> {
  for (let left = 1; left > 0; ) {
    for (const actor of actors) await actor.run({ kind: "look" });
    const before = actors.reduce((sum, { open }) => sum + open.size, 0);
    for (const actor of actors) {
      const held = [...actor.open].findIndex(([, { channelId }]) => channelId !== null);
      if (held >= 0) await actor.run({ kind: "leave", which: held, knows: true });
    }
    left = actors.reduce((sum, { open }) => sum + open.size, 0);
    if (before > 0) expect(left, "nobody who is left holds a slot").toBeLessThan(before);
  }
}

it("in any order of what workers do: never more than the limit, no slot idle, no ticket lost, and everybody's turn comes", async () => {
  const steps = fc.array(
    fc.tuple(fc.nat(1), fc.oneof({ weight: 9, arbitrary: act }, { weight: 1, arbitrary: limit })),
    {
      minLength: 1,
      maxLength: 40,
    },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const { channels, actors } = await setting();
      for (const [who, step] of steps) {
        if (step.kind === "limit") {
          await scene.setLimit(channels[step.channel] ?? "", step.limit);
          await actors[0].run({ kind: "look" });
        } else await (who === 0 ? actors[0] : actors[1]).run(step);
        await expectWhole(channels, actors);
      }
      await drain(actors);
      await expectWhole(channels, actors);
    }),
    { numRuns: 40 },
  );
}, 120_000);

it("the same while two workers act at once, and one of them dies", async () => {
  const run = fc.array(act, { minLength: 5, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(run, run, async (mine, theirs) => {
      const { channels, actors } = await setting();
      await Promise.all(
        [mine, theirs].map(async (steps, who) => {
          for (const step of steps) await actors[who]?.run(step);
        }),
      );
      // A ticket that both ends had locked at one moment is found by the next look.
      for (const actor of actors) await actor.run({ kind: "look" });
      await expectWhole(channels, actors);
      await scene.endLease(actors[0].id);
      actors[0].open.clear();
      await actors[1].run({ kind: "look" });
      await expectWhole(channels, actors);
      await drain(actors);
      await expectWhole(channels, actors);
    }),
    { numRuns: 40 },
  );
}, 120_000);
