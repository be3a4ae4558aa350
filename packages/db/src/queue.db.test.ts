import { newId } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type QueueArrival, readPlacesInLine, runQueueStep } from "./gateway-queue.ts";
import { queueState } from "./queue.ts";
import { createPatientPrisma } from "./testing/patient-clients.ts";
import { createQueueScene, type QueueScene } from "./testing/queue-scene.ts";

let scene: QueueScene;
let url: string;
beforeAll(async () => {
  scene = await createQueueScene();
  url = String(scene.pool.options.connectionString);
});
afterAll(() => scene.close());

const arrival = (user: string, channels: readonly string[], more: Partial<QueueArrival> = {}): QueueArrival => ({
  id: newId(),
  user,
  weight: 1,
  channels,
  waits: true,
  ...more,
});
const many = (count: number, user: string, channel: string, weight = 1) =>
  Array.from({ length: count }, () => arrival(user, [channel], { weight }));

/** Lets one holder of a channel go at a time, oldest first, and tells whose tickets came in their place. */
async function serve(worker: string, channel: string, times: number): Promise<string[]> {
  const served: string[] = [];
  for (let each = 0; each < times; each++) {
    const running = (await scene.tickets()).filter((ticket) => ticket.channel_id === channel);
    const answers = await scene.step(worker, { channels: [channel], gone: running.slice(0, 1).map(({ id }) => id) });
    const all = await scene.tickets();
    served.push(...answers.map(({ id }) => all.find((ticket) => ticket.id === id)?.user_id ?? "nobody"));
  }
  return served;
}

const countOf = (served: readonly string[], user: string) => served.filter((each) => each === user).length;

describe("the queue of a channel", () => {
  it("grants up to the limit in order of arrival, and tells who must wait", async () => {
    const worker = newId();
    const channel = await scene.channel(2);
    const arrivals = many(3, newId(), channel);
    const answers = await scene.step(worker, { channels: [channel], arrivals });
    expect(answers.map(({ outcome }) => outcome)).toEqual(["granted", "granted", "waiting"]);
    const after = await scene.step(worker, { channels: [channel], gone: [arrivals[0]?.id ?? ""] });
    expect(after).toEqual([{ id: arrivals[2]?.id, outcome: "granted", channelId: channel }]);
  });

  it("takes the first of several channels that has room, and waits for none where the caller has another way", async () => {
    const worker = newId();
    const channels = [await scene.channel(1), await scene.channel(1)];
    const arrivals = [1, 2, 3].map(() => arrival(newId(), channels));
    const late = arrival(newId(), channels, { waits: false });
    const answers = await scene.step(worker, { channels, arrivals: [...arrivals, late] });
    expect(answers.map(({ outcome, channelId }) => [outcome, channelId])).toEqual([
      ["granted", channels[0]],
      ["granted", channels[1]],
      ["waiting", null],
      ["none", null],
    ]);
    // Waits at both: whichever is free first.
    const after = await scene.step(worker, { channels, gone: [arrivals[1]?.id ?? ""] });
    expect(after).toEqual([{ id: arrivals[2]?.id, outcome: "granted", channelId: channels[1] }]);
  });

  it("serves a single call next, however many a greedy person has waiting", async () => {
    const worker = newId();
    const channel = await scene.channel(8);
    const [greedy, single] = [newId(), newId()];
    await scene.step(worker, { channels: [channel], arrivals: many(500, greedy, channel) });
    for (let round = 0; round < 5; round++) {
      await serve(worker, channel, 3);
      await scene.step(worker, { channels: [channel], arrivals: many(1, single, channel) });
      expect(await serve(worker, channel, 1)).toEqual([single]);
    }
  });

  it("never lets a person who calls again and again pass one who has been served less", async () => {
    const worker = newId();
    const channel = await scene.channel(1);
    const people = Array.from({ length: 5 }, () => newId());
    await scene.step(worker, { channels: [channel], arrivals: people.flatMap((user) => many(20, user, channel)) });
    const served = await serve(worker, channel, 50);
    for (const user of people) expect(countOf(served, user)).toBeGreaterThanOrEqual(9);
  });

  it.each([1, 2, 3, 7, 12])("shares %i slots by weight", async (limit) => {
    const worker = newId();
    const channel = await scene.channel(limit);
    const [one, two, three] = [newId(), newId(), newId()];
    const arrivals = [...many(80, one, channel, 1), ...many(80, two, channel, 2), ...many(80, three, channel, 3)];
    await scene.step(worker, { channels: [channel], arrivals });
    await serve(worker, channel, 24); // what the first took before anybody waited has gone
    const served = await serve(worker, channel, 60);
    expect(served).toHaveLength(60);
    expect(Math.abs(countOf(served, one) - 10)).toBeLessThanOrEqual(2);
    expect(Math.abs(countOf(served, two) - 20)).toBeLessThanOrEqual(3);
    expect(Math.abs(countOf(served, three) - 30)).toBeLessThanOrEqual(4);
  });

  it("gives somebody with long calls no more than their share of slots while others wait", async () => {
    const worker = newId();
    const channel = await scene.channel(8);
    const [slow, quick] = [newId(), newId()];
    await scene.step(worker, {
      channels: [channel],
      arrivals: [...many(50, quick, channel), ...many(50, slow, channel)],
    });
    for (let round = 0; round < 20; round++) {
      // Only the quick ones end.
      const running = (await scene.tickets()).filter((ticket) => ticket.channel_id === channel);
      const ended = running.find(({ user_id }) => user_id === quick) ?? running[0];
      await scene.step(worker, { channels: [channel], gone: [ended?.id ?? ""] });
    }
    const running = (await scene.tickets()).filter((ticket) => ticket.channel_id === channel);
    expect(running.filter(({ user_id }) => user_id === slow).length).toBeLessThanOrEqual(5);
  });

  it("is bounded for all and for each person", async () => {
    const worker = newId();
    const channel = await scene.channel(1);
    const [user, other] = [newId(), newId()];
    const arrivals = [...many(4, user, channel), ...many(3, other, channel)];
    const answers = await scene.step(worker, { channels: [channel], arrivals, mostWaiting: 3, mostPerUser: 2 });
    expect(answers.map(({ outcome }) => outcome)).toEqual([
      ...["granted", "waiting", "waiting", "user-full"],
      ...["waiting", "full", "full"],
    ]);
  });

  it("gives what a dead worker held, and its places, to others when its lease has ended", async () => {
    const [dead, alive] = [newId(), newId()];
    const channel = await scene.channel(1);
    const elsewhere = await scene.channel(1);
    await scene.step(dead, {
      channels: [channel, elsewhere],
      arrivals: [...many(3, newId(), channel), ...many(2, newId(), elsewhere)],
    });
    const [mine] = many(1, newId(), channel);
    if (mine === undefined) throw new Error("none");
    expect(await scene.step(alive, { channels: [channel], arrivals: [mine] })).toMatchObject([{ outcome: "waiting" }]);
    expect(await scene.step(alive, { channels: [channel] })).toEqual([]);
    await scene.endLease(dead);
    expect(await scene.step(alive, { channels: [channel] })).toMatchObject([{ id: mine.id, outcome: "granted" }]);
    expect((await scene.tickets()).filter(({ worker_id }) => worker_id === dead)).toEqual([]);
    expect(await scene.query("select from queue_lease where worker_id = $1", [dead])).toEqual([]);
    expect(await scene.query("select from queue_place where channel_id = $1", [elsewhere])).toEqual([]);
  });

  it("follows a limit that changes: nobody is cut, and what is freed is given out at once", async () => {
    const worker = newId();
    const channel = await scene.channel(4);
    const arrivals = many(9, newId(), channel);
    await scene.step(worker, { channels: [channel], arrivals });
    await scene.setLimit(channel, 2);
    const gone = arrivals.slice(0, 2).map(({ id }) => id);
    expect(await scene.step(worker, { channels: [channel], gone })).toEqual([]);
    await scene.setLimit(channel, 4);
    expect(await scene.step(worker, { channels: [channel] })).toHaveLength(2);
    await scene.setLimit(channel, null);
    expect(await scene.step(worker, { channels: [channel] })).toHaveLength(3);
  });

  it("tells a worker once of slots that another gave it, and of all after an answer was lost", async () => {
    const [mine, other] = [newId(), newId()];
    const channel = await scene.channel(1);
    const [held] = many(1, newId(), channel);
    const waiting = many(2, newId(), channel);
    await scene.step(other, { channels: [channel], arrivals: held === undefined ? [] : [held] });
    await scene.step(mine, { channels: [channel], arrivals: waiting });
    await scene.step(other, { channels: [channel], gone: [held?.id ?? ""] });
    expect(await scene.step(mine, { channels: [channel] })).toMatchObject([{ id: waiting[0]?.id, outcome: "granted" }]);
    expect(await scene.step(mine, { channels: [channel] })).toEqual([]);
    const all = await scene.step(mine, { channels: [channel], isSync: true });
    expect(all.map(({ outcome }) => outcome).toSorted()).toEqual(["granted", "waiting"]);
  });

  it("never gives one ticket two slots, though two workers find one free for it at the same moment", async () => {
    const [mine, other] = [newId(), newId()];
    const [one, two] = [await scene.channel(1), await scene.channel(1)];
    const [first] = many(1, newId(), one);
    const [second] = many(1, newId(), two);
    const both = arrival(newId(), [one, two]);
    const [last] = many(1, newId(), two);
    if (first === undefined || second === undefined || last === undefined) throw new Error("none");
    await scene.step(other, { channels: [one, two], arrivals: [first, second] });
    await scene.step(mine, { channels: [one, two], arrivals: [both, last] });
    const slow = await scene.pool.connect();
    try {
      await slow.query("begin");
      const stepped = {
        workerId: other,
        leaseMs: 3_600_000,
        channels: [one],
        gone: [first.id],
        arrivals: [],
        isSync: false,
      };
      await runQueueStep(slow, { ...stepped, mostWaiting: 10, mostPerUser: 10 });
      // It neither waits for the other step nor takes what that one is giving a slot.
      expect(await scene.step(mine, { channels: [two] })).toEqual([]);
      await scene.step(other, { channels: [two], gone: [second.id] });
      await slow.query("commit");
    } finally {
      slow.release();
    }
    const got = await scene.step(mine, { channels: [one, two] });
    expect(new Map(got.map(({ id, channelId }) => [id, channelId]))).toEqual(
      new Map([
        [both.id, one],
        [last.id, two],
      ]),
    );
  });

  it("says who stands where, and how long it may take", async () => {
    const worker = newId();
    const channel = await scene.channel(1);
    const [greedy, single] = [newId(), newId()];
    const first = many(4, greedy, channel);
    await scene.step(worker, { channels: [channel], arrivals: first });
    const [last] = many(1, single, channel);
    if (last === undefined) throw new Error("none");
    await scene.step(worker, { channels: [channel], arrivals: [last], gone: [first[0]?.id ?? ""] });
    const line = new Map((await readPlacesInLine(scene.pool, worker)).map(({ id, ...rest }) => [id, rest]));
    expect([...line.values()].map(({ place }) => place).toSorted()).toEqual([1, 2, 3].slice(0, line.size));
    expect(line.size).toBe(3);
    expect(line.get(last.id)?.place ?? 0).toBeLessThanOrEqual(1);
    expect(line.get(last.id)?.waitMs).toBeGreaterThanOrEqual(0);
  });

  it("shows administrators what runs and waits", async () => {
    const worker = newId();
    const channel = await scene.channel(2);
    await scene.step(worker, { channels: [channel], arrivals: many(5, newId(), channel) });
    const db = createPatientPrisma(url);
    try {
      const state = (await queueState(db)).find(({ channelId }) => channelId === channel);
      expect(state).toMatchObject({ limit: 2, running: 2, waiting: 3, people: 1, serviceMs: null });
      expect(state?.longestMs).toBeGreaterThanOrEqual(0);
    } finally {
      await db.$disconnect();
    }
  });
});
