import type { AppError } from "@lyceum/domain";

/** What a request wants of the queue. */
export type Want = {
  readonly userId: string;
  /** Of the user's group. */
  readonly weight: number;
  /** The public name, for what is said to the client. */
  readonly model: string;
  /** Channels with a limit, best first. */
  readonly channelIds: readonly string[];
  /** Or only a slot that is free. */
  readonly waits: boolean;
  /** Whether one of the channels can still be used. Asked now and then while it waits. */
  readonly isWorthWaiting: () => boolean;
};

/** About how many come before, itself included, and how long that may take; null: nobody knows yet. */
export type Place = { readonly place: number; readonly waitMs: number | null };

/**
 * How it ended: a slot on a channel; `none`: no room, or no channel that can be used any more, or the client has left; or the error to
 * tell the client.
 */
export type Turn = { readonly kind: "slot"; readonly channelId: string } | { readonly kind: "none" };

/** One request at the queue: asked for, waiting, holding a slot, or over. */
export class Ticket {
  readonly id: string;
  readonly want: Want;
  /** By the queue's clock. */
  readonly enteredAt: number;
  /** Settled once it is no longer in line. Rejects with an AppError. */
  readonly turn: Promise<Turn>;
  state: "asked" | "waiting" | "held" | "over" = "asked";
  /** Where it stands, as last heard. */
  place: Place | null = null;
  /** Where it holds a slot. */
  channelId: string | null = null;
  readonly #resolve: (turn: Turn) => void;
  readonly #reject: (error: AppError) => void;
  readonly #onLeave: (ticket: Ticket) => void;

  constructor(id: string, want: Want, enteredAt: number, onLeave: (ticket: Ticket) => void) {
    this.id = id;
    this.want = want;
    this.enteredAt = enteredAt;
    this.#onLeave = onLeave;
    const { promise, resolve, reject } = Promise.withResolvers<Turn>();
    this.turn = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Gives the slot back, or the place in line up. Any number of times. */
  leave(): void {
    if (this.state === "over") return;
    this.#onLeave(this);
    this.state = "over";
    this.#resolve({ kind: "none" });
  }

  /** For the queue. */
  grant(channelId: string): void {
    this.state = "held";
    this.channelId = channelId;
    this.#resolve({ kind: "slot", channelId });
  }

  /** For the queue: there is nothing to be given back. */
  end(error: AppError | null): void {
    this.state = "over";
    if (error === null) this.#resolve({ kind: "none" });
    else this.#reject(error);
  }
}
