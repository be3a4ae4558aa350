import type { IncomingHttpHeaders } from "node:http";

/** A request as plain data; whoever listens makes it. */
export type GatewayRequest = {
  /** UUIDv7: also the id of the usage record. */
  readonly id: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** What stands behind the question mark, undecoded; "" for nothing. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  /** Address of the client, after trusted proxies. */
  readonly ip: string;
  /** Whether it came from this machine itself, and no proxy says that it passes it on for somebody. */
  isLocal(): boolean;
  /** By deps.clock. */
  readonly receivedAt: number;
  readonly client: ClientPresence;
  /**
   * The body as sent. Rejects with `body_too_large` as soon as it is known to be longer, with `overloaded` if there is no room for a large one
   * in time, or with ClientGone. Room is taken before: for what the headers say, and for the most that is allowed where that is no bound. No
   * promise where it is there already.
   */
  readBody(limitBytes: number): Buffer | Promise<Buffer>;
  /** The memory that the body may take. Whoever listens has it back once the request is answered. */
  readonly room: BodyRoom;
};

/** A body up to this size takes no room: so many of them as there can be connections are no danger. */
export const MOST_WITHOUT_ROOM = 1_048_576;

/** What one request may hold of the memory for large bodies, which all requests share. */
export interface BodyRoom {
  /** Resolves when so many bytes may be held, at once where there is room already. Rejects with `overloaded` or ClientGone. */
  take(bytes: number): Promise<void>;
  /** So many bytes are enough. */
  shrink(bytes: number): void;
}

/** Thrown where work for a client stops because nobody waits for it any more. */
export class ClientGone extends Error {}

/** Whether somebody still waits for the answer. */
export class ClientPresence {
  isGone = false;
  #onGone: (() => void) | null = null;

  /**
   * Calls `listener`, in place of the one before, if the client leaves. A method, because V8 puts a function that is assigned to a
   * property where it is written into old space: there each kept its whole request until the next full garbage collection.
   */
  whenGone(listener: () => void): void {
    this.#onGone = listener;
  }

  /** The client has hung up before its answer was complete. */
  leave(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.#onGone?.();
  }
}

export type GatewayReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | ReplyStream;
};

/** A body that comes in pieces: pushed into the sink, which says with false that it wants no more until `resume`. */
export interface ReplyStream {
  start(sink: ReplySink): void;
  resume(): void;
}

export interface ReplySink {
  write(chunk: Buffer): boolean;
  end(): void;
}
