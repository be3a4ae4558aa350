import type { PlaceInLine, QueueAnswer, QueueStep } from "@lyceum/db/gateway-queue";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ChannelQueue } from "./channel-queue.ts";
import type { Want } from "./ticket.ts";

type Step = Omit<QueueStep, "workerId">;

/** A queue whose database is a function of the test's. */
function queueOf(answer: (step: Step) => readonly QueueAnswer[] | Promise<readonly QueueAnswer[]>) {
  const steps: Step[] = [];
  let places: PlaceInLine[] = [];
  let stoodStillMs = 0;
  const logged: string[] = [];
  const queue = new ChannelQueue({
    step: async (step) => {
      steps.push(step);
      return answer(step);
    },
    line: async () => places,
    bounds: () => ({ mostWaiting: 10, mostPerUser: 5, mostSeconds: 20 }),
    clock: () => performance.now() + stoodStillMs,
    log: (_level, message) => void logged.push(message),
  });
  const standStill = (ms: number) => {
    stoodStillMs += ms;
  };
  return { queue, steps, logged, standStill, setPlaces: (value: PlaceInLine[]) => (places = value) };
}

const want = (more: Partial<Want> = {}): Want => ({
  userId: "u",
  weight: 2,
  model: "m",
  channelIds: ["a", "b"],
  waits: true,
  isWorthWaiting: () => true,
  ...more,
});
const granted = (id: string, channelId = "a"): QueueAnswer => ({ id, outcome: "granted", channelId });
const waiting = (id: string): QueueAnswer => ({ id, outcome: "waiting", channelId: null });
const arrivals = ({ arrivals }: Step, answer = waiting) => arrivals.map(({ id }) => answer(id));

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate", "performance"] }));
afterEach(() => void vi.useRealTimers());

describe("ChannelQueue", () => {
  it("takes slots and gives them back in shared round trips, naming only the channel where a slot was held", async () => {
    const { queue, steps } = queueOf((step) => arrivals(step, (id) => granted(id, "b")));
    const tickets = [queue.enter(want()), queue.enter(want({ channelIds: ["b"] }))];
    await vi.advanceTimersByTimeAsync(1);
    expect(await Promise.all(tickets.map(({ turn }) => turn))).toEqual([
      { kind: "slot", channelId: "b" },
      { kind: "slot", channelId: "b" },
    ]);
    for (const ticket of tickets) ticket.leave();
    tickets[0]?.leave();
    await vi.advanceTimersByTimeAsync(1);
    expect(steps.map(({ arrivals, gone, channels }) => [arrivals.length, gone.length, channels])).toEqual([
      [2, 0, ["a", "b"]],
      [0, 2, ["b"]],
    ]);
    expect(steps[0]?.arrivals[0]).toMatchObject({ user: "u", weight: 2, channels: ["a", "b"], waits: true });
    // With nobody in line and nothing held there is nothing to ask.
    await vi.advanceTimersByTimeAsync(60_000);
    expect(steps).toHaveLength(2);
  });

  it("looks for slots that other workers give while somebody waits, and tells them where they stand", async () => {
    let turn = false;
    const { queue, steps, setPlaces } = queueOf((step) =>
      turn ? [granted(step.arrivals[0]?.id ?? ticket.id)] : arrivals(step),
    );
    const ticket = queue.enter(want());
    await vi.advanceTimersByTimeAsync(1);
    setPlaces([{ id: ticket.id, place: 3, waitMs: 900 }]);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(steps.length).toBeGreaterThan(50);
    expect(steps.length).toBeLessThan(100);
    expect(ticket.place).toEqual({ place: 3, waitMs: 900 });
    turn = true;
    await vi.advanceTimersByTimeAsync(100);
    expect(await ticket.turn).toEqual({ kind: "slot", channelId: "a" });
  });

  it("keeps its lease alive while slots are held", async () => {
    const { queue, steps } = queueOf((step) => arrivals(step, granted));
    queue.enter(want());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(steps.length).toBeGreaterThanOrEqual(12);
    expect(steps.length).toBeLessThan(20);
  });

  it("gives back what comes for somebody who has left meanwhile, and asks nothing for who left before", async () => {
    const answered = Promise.withResolvers<void>();
    const { queue, steps } = queueOf(async (step) => {
      if (step.arrivals.length > 0) await answered.promise;
      return arrivals(step, granted);
    });
    const early = queue.enter(want());
    early.leave();
    await vi.advanceTimersByTimeAsync(1);
    expect(steps[0]?.arrivals).toEqual([]);
    const late = queue.enter(want());
    await vi.advanceTimersByTimeAsync(1);
    late.leave();
    answered.resolve();
    expect(await late.turn).toEqual({ kind: "none" });
    await vi.advanceTimersByTimeAsync(5);
    const told = steps.flatMap(({ arrivals }) => arrivals.map(({ id }) => id));
    expect(steps.flatMap(({ gone }) => gone)).toEqual(told);
  });

  it("sends away who has waited for too long or waits for nothing, and whoever finds no place", async () => {
    const { queue } = queueOf((step) => arrivals(step));
    const patient = queue.enter(want());
    const refused = expect(patient.turn).rejects.toMatchObject({ code: "queue_timeout", retryAfterMs: 30_000 });
    let isWorth = true;
    const hopeless = queue.enter(want({ isWorthWaiting: () => isWorth }));
    await vi.advanceTimersByTimeAsync(2_000);
    isWorth = false;
    await vi.advanceTimersByTimeAsync(1_100);
    expect(await hopeless.turn).toEqual({ kind: "none" });
    await vi.advanceTimersByTimeAsync(20_000);
    await refused;
    const full = queueOf((step) => arrivals(step, (id) => ({ id, outcome: "user-full", channelId: null })));
    const ticket = full.queue.enter(want());
    const crowded = expect(ticket.turn).rejects.toMatchObject({ code: "queue_full", parameters: { limit: 5 } });
    await vi.advanceTimersByTimeAsync(1);
    await crowded;
  });

  it("outlasts a short failure of the database: what may have been told is taken away, and those in line stay", async () => {
    let isDown = false;
    const { queue, steps, logged } = queueOf((step) => {
      if (isDown) throw new Error("gone");
      return step.isSync ? [waiting(stayed.id)] : arrivals(step);
    });
    const stayed = queue.enter(want());
    await vi.advanceTimersByTimeAsync(1);
    isDown = true;
    const lost = queue.enter(want());
    const failed = expect(lost.turn).rejects.toMatchObject({ code: "database_unavailable" });
    await vi.advanceTimersByTimeAsync(1_000);
    await failed;
    isDown = false;
    await vi.advanceTimersByTimeAsync(300);
    const synced = steps.find((step) => step.isSync && step.gone.includes(lost.id));
    expect(synced).toBeDefined();
    expect(stayed.state).toBe("waiting");
    expect(logged).toEqual(["a step of the queue failed", "the queue's database answers again"]);
    await vi.advanceTimersByTimeAsync(100);
    expect(steps.at(-1)?.isSync).toBe(false);
  });

  it("ends the waiting when the database stays away, or has forgotten who waits", async () => {
    let isDown = true;
    const { queue } = queueOf((step) => {
      if (step.arrivals.length > 0) return arrivals(step);
      if (isDown) throw new Error("gone");
      return [];
    });
    const ticket = queue.enter(want());
    const failed = expect(ticket.turn).rejects.toMatchObject({ code: "database_unavailable" });
    await vi.advanceTimersByTimeAsync(7_000);
    await failed;
    isDown = false;
    await vi.advanceTimersByTimeAsync(1_000);
    isDown = true;
    const other = queue.enter(want());
    const forgotten = expect(other.turn).rejects.toMatchObject({ code: "database_unavailable" });
    await vi.advanceTimersByTimeAsync(100);
    isDown = false;
    await vi.advanceTimersByTimeAsync(300);
    await forgotten;
  });

  it("asks after a standstill who is still known, for its lease may have ended", async () => {
    const { queue, steps, standStill } = queueOf((step) => arrivals(step));
    const ticket = queue.enter(want());
    await vi.advanceTimersByTimeAsync(100);
    expect(steps.some(({ isSync }) => isSync)).toBe(false);
    const lost = expect(ticket.turn).rejects.toMatchObject({ code: "database_unavailable" });
    standStill(16_000);
    await vi.advanceTimersByTimeAsync(100);
    await lost;
    expect(steps.filter(({ isSync }) => isSync)).toHaveLength(1);
  });

  it("sends everybody away when its worker stops, and gives back what is held until the end", async () => {
    const { queue, steps } = queueOf((step) =>
      arrivals(step, (id) => (step.arrivals[0]?.id === id ? granted(id) : waiting(id))),
    );
    const [held, waits] = [queue.enter(want()), queue.enter(want())];
    await vi.advanceTimersByTimeAsync(1);
    const dismissed = expect(waits.turn).rejects.toMatchObject({ code: "overloaded" });
    queue.stop();
    await dismissed;
    const late = expect(queue.enter(want()).turn).rejects.toMatchObject({ code: "overloaded" });
    await late;
    held.leave();
    const closed = queue.close();
    await vi.advanceTimersByTimeAsync(10);
    await closed;
    expect(steps.flatMap(({ gone }) => gone).toSorted()).toEqual([held.id, waits.id].toSorted());
  });
});
