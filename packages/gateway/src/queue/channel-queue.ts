import type { PlaceInLine, QueueAnswer, QueueStep } from "@lyceum/db/gateway-queue";
import { AppError, newId, type Settings } from "@lyceum/domain";
import { BatchLane } from "@lyceum/ledger";
import type { Log } from "../pipeline/deps.ts";
import { Ticket, type Want } from "./ticket.ts";

export type QueueOptions = {
  /** One round trip to the database. */
  readonly step: (step: Omit<QueueStep, "workerId">) => Promise<readonly QueueAnswer[]>;
  /** Where this worker's waiting tickets stand. */
  readonly line: () => Promise<readonly PlaceInLine[]>;
  readonly bounds: () => Settings["queue"];
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  readonly log: Log;
};

/** A worker that is not heard of for so long has lost its slots and places. */
const LEASE_MS = 15_000;
/** Who waits looks so often whether another worker has given a slot. */
const LOOK_MS = 30;
/** What concerns those who wait, and nobody else, is seen to so often. */
const ROUND_MS = 1_000;
/** The same after a step that failed. */
const RETRY_MS = 250;
/** A database that is away for longer ends the waiting. */
const PATIENCE_MS = 5_000;
const MAXIMUM_BATCH = 128;

type Item = { readonly kind: "arrive" | "leave"; readonly ticket: Ticket } | { readonly kind: "look" };

/**
 * The queue as one worker sees it. What is true stands in the database (see docs/channels.md): requests that arrive and slots that are given
 * back share round trips there, and each tells which of this worker's tickets have got a slot. Only a worker with somebody in line looks
 * without having anything to say.
 */
export class ChannelQueue {
  readonly #options: QueueOptions;
  readonly #lane: BatchLane<Item, null>;
  readonly #waiting = new Map<string, Ticket>();
  readonly #held = new Set<Ticket>();
  /** Those of steps that failed, who may or may not be in the database: they are taken away with the next. */
  #stray: Ticket[] = [];
  /** Since when steps fail; null: they don't. */
  #failsSince: number | null = null;
  /** When the step that is on its way left. */
  #steppedAt: number | null = null;
  /** When the last one left that was answered. */
  #renewedAt = 0;
  #lookedAt = 0;
  #roundAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#lane = new BatchLane<Item, null>((items) => this.#run(items), MAXIMUM_BATCH);
  }

  /** Asks for a slot. Whoever has a ticket gives it back with `leave`, whatever came of it. */
  enter(want: Want): Ticket {
    const ticket = new Ticket(newId(), want, this.#options.clock(), (left) => this.#left(left));
    if (this.#isStopped) ticket.end(shuttingDown());
    else void this.#lane.add({ kind: "arrive", ticket });
    return ticket;
  }

  /** Sends everybody away who waits. Slots can still be given back. */
  stop(): void {
    this.#isStopped = true;
    for (const ticket of this.#waiting.values()) this.#dismiss(ticket, shuttingDown());
  }

  /** Resolves once all that was given back is known in the database, as far as it can be reached. */
  async close(): Promise<void> {
    this.stop();
    clearTimeout(this.#timer);
    await this.#lane.whenIdle();
    clearTimeout(this.#timer);
  }

  #left(ticket: Ticket): void {
    this.#waiting.delete(ticket.id);
    this.#held.delete(ticket);
    // What is still on its way is given back when its answer comes.
    if (ticket.state !== "asked") void this.#lane.add({ kind: "leave", ticket });
  }

  #dismiss(ticket: Ticket, error: AppError | null): void {
    this.#left(ticket);
    ticket.end(error);
  }

  async #run(items: readonly Item[]): Promise<{ value: null }[]> {
    const now = this.#options.clock();
    const stray = this.#stray;
    this.#stray = [];
    const arriving = new Map<string, Ticket>();
    const gone: string[] = [];
    const channels = new Set<string>();
    for (const ticket of stray) {
      gone.push(ticket.id);
      for (const channel of ticket.want.channelIds) channels.add(channel);
    }
    let isLook = this.#failsSince !== null || now - this.#lookedAt >= LOOK_MS;
    for (const item of items) {
      if (item.kind === "look") {
        isLook = true;
        continue;
      }
      const { ticket } = item;
      if (item.kind === "arrive") {
        // Nobody has heard of one that has left already.
        if (ticket.state === "over") continue;
        arriving.set(ticket.id, ticket);
      } else gone.push(ticket.id);
      for (const channel of ticket.channelId === null ? ticket.want.channelIds : [ticket.channelId])
        channels.add(channel);
    }
    // After a standstill the lease may have ended, and others been let in.
    const wasStill = this.#waiting.size > 0 && now - this.#renewedAt >= LEASE_MS / 2;
    const isSync = this.#failsSince !== null || wasStill;
    if (isLook) {
      this.#lookedAt = now;
      for (const ticket of this.#waiting.values()) for (const channel of ticket.want.channelIds) channels.add(channel);
    }
    const { mostWaiting, mostPerUser } = this.#options.bounds();
    this.#steppedAt = now;
    try {
      const arrivals = [...arriving.values()].map(({ id, want }) => ({
        id,
        user: want.userId,
        weight: want.weight,
        channels: want.channelIds,
        waits: want.waits,
      }));
      const step = { leaseMs: LEASE_MS, channels: [...channels], gone, arrivals, mostWaiting, mostPerUser, isSync };
      this.#hear(await this.#options.step(step), arriving, isSync);
      this.#renewedAt = now;
      if (this.#failsSince !== null) this.#options.log("info", "the queue's database answers again", {});
      this.#failsSince = null;
    } catch (error) {
      if (this.#failsSince === null) this.#options.log("warn", "a step of the queue failed", { error });
      this.#failsSince ??= now;
      this.#stray = [...stray, ...items.flatMap((item) => (item.kind === "look" ? [] : [item.ticket]))];
      for (const ticket of arriving.values()) ticket.end(unavailable(error));
    }
    this.#steppedAt = null;
    this.#schedule();
    return items.map(() => ({ value: null }));
  }

  #hear(answers: readonly QueueAnswer[], arriving: ReadonlyMap<string, Ticket>, isSync: boolean): void {
    for (const { id, outcome, channelId } of answers) {
      const ticket = arriving.get(id) ?? this.#waiting.get(id);
      if (ticket === undefined) continue; // it has left: the next step says so
      if (outcome === "granted" && channelId !== null) this.#granted(ticket, channelId);
      else if (outcome === "waiting") this.#placed(ticket);
      else if (ticket.state !== "over") ticket.end(outcome === "none" ? null : this.#full(ticket, outcome));
    }
    if (!isSync) return;
    const known = new Set(answers.map(({ id }) => id));
    // The lease had ended, and others were let in meanwhile.
    for (const ticket of this.#waiting.values())
      if (!known.has(ticket.id)) this.#dismiss(ticket, unavailable(new Error("the place in line is lost")));
  }

  #granted(ticket: Ticket, channelId: string): void {
    this.#waiting.delete(ticket.id);
    if (ticket.state === "held") return;
    if (ticket.state === "over") {
      // It has left while it asked.
      ticket.channelId = channelId;
      void this.#lane.add({ kind: "leave", ticket });
      return;
    }
    this.#held.add(ticket);
    ticket.grant(channelId);
  }

  #placed(ticket: Ticket): void {
    if (ticket.state === "over") void this.#lane.add({ kind: "leave", ticket });
    else if (ticket.state === "asked") {
      ticket.state = "waiting";
      if (this.#isStopped) this.#dismiss(ticket, shuttingDown());
      else this.#waiting.set(ticket.id, ticket);
    }
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.size === 0 && this.#held.size === 0 && this.#stray.length === 0) return;
    const isFailing = this.#failsSince !== null;
    const delayMs = isFailing ? RETRY_MS : this.#waiting.size > 0 ? LOOK_MS : LEASE_MS / 3;
    this.#timer = setTimeout(() => this.#look(), delayMs).unref();
  }

  #look(): void {
    const now = this.#options.clock();
    if (this.#waiting.size > 0 && now - this.#roundAt >= ROUND_MS) {
      this.#roundAt = now;
      this.#round(now);
    }
    if (this.#steppedAt === null) void this.#lane.add({ kind: "look" });
    else this.#timer = setTimeout(() => this.#look(), ROUND_MS).unref();
  }

  /** Sends away whose time is over, or who waits for nothing, and finds out where the others stand. */
  #round(now: number): void {
    const { mostSeconds } = this.#options.bounds();
    const isHopeless = now - (this.#failsSince ?? this.#steppedAt ?? now) >= PATIENCE_MS;
    for (const ticket of this.#waiting.values()) {
      if (isHopeless) this.#dismiss(ticket, unavailable(new Error("the database is away")));
      else if (now - ticket.enteredAt >= mostSeconds * 1_000) this.#dismiss(ticket, tookTooLong(ticket, mostSeconds));
      else if (!ticket.want.isWorthWaiting()) this.#dismiss(ticket, null);
    }
    if (this.#failsSince !== null || this.#steppedAt !== null || this.#waiting.size === 0) return;
    this.#options.line().then(
      (places) => {
        for (const { id, place, waitMs } of places) {
          const ticket = this.#waiting.get(id);
          if (ticket !== undefined) ticket.place = { place, waitMs };
        }
      },
      (error: unknown) => this.#options.log("warn", "the places in line can't be read", { error }),
    );
  }

  #full({ want: { model } }: Ticket, outcome: QueueAnswer["outcome"]): AppError {
    const { mostWaiting, mostPerUser } = this.#options.bounds();
    const parameters =
      outcome === "user-full"
        ? { model, limit: mostPerUser, scope_zh: "每人", scope_en: "each person" }
        : { model, limit: mostWaiting, scope_zh: "所有人合计", scope_en: "all people together" };
    return new AppError("queue_full", { parameters, retryAfterMs: 5_000 });
  }
}

function tookTooLong({ want }: Ticket, seconds: number): AppError {
  return new AppError("queue_timeout", { parameters: { model: want.model, seconds }, retryAfterMs: 30_000 });
}

function shuttingDown(): AppError {
  return new AppError("overloaded", { detail: "the worker is shutting down", retryAfterMs: 1_000 });
}

function unavailable(cause: unknown): AppError {
  return new AppError("database_unavailable", { cause, retryAfterMs: 2_000 });
}
