import type { GatewayConfig } from "@lyceum/db/gateway-config";
import type { GatewayKey } from "@lyceum/db/gateway-keys";
import type { GatewayPerson } from "@lyceum/db/gateway-people";
import type { Conversation, NewStoredResponse, StoredResponse } from "@lyceum/db/stored-responses";
import type { SessionClaims } from "@lyceum/domain";
import type { Ledger } from "@lyceum/ledger";
import type { Occasion } from "../canonical/call.ts";
import type { HealthBook } from "../health/health-book.ts";
import type { ChannelQueue } from "../queue/channel-queue.ts";
import type { Upstream } from "../upstream/upstream.ts";
import type { KeyCache } from "./key-cache.ts";
import type { KeyRefusal } from "./key-refusal.ts";
import type { Proposal } from "./proposal.ts";
import type { SpeedNote } from "./speed-note.ts";

/** Writes one line; never waits for it. `fields` hold no prompt, key or credential. */
export type Log = (
  level: "info" | "warn" | "error",
  message: string,
  fields: Readonly<Record<string, unknown>>,
) => void;

/** Every edge to the world. Tests replace these, never modules. */
export type Deps = {
  readonly ledger: Ledger;
  readonly upstream: Upstream;
  /** What is in force; null until it has been loaded for the first time. */
  readonly config: () => GatewayConfig | null;
  readonly keys: KeyCache;
  /** What is out, and what this worker has seen. */
  readonly health: HealthBook;
  /** Where requests wait for channels that take only so many at a time. */
  readonly queue: Pick<ChannelQueue, "enter">;
  readonly findKey: (hash: Buffer) => Promise<GatewayKey | null>;
  /** What a session credential says; null where it is worth nothing. */
  readonly openSession: (secret: string) => SessionClaims | null;
  readonly findPerson: (userId: string, groupId: string) => Promise<GatewayPerson | null>;
  /** Resolves if the database answers. */
  readonly pingDatabase: () => Promise<void>;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** A stable name of a user for upstreams, which tells them nothing. */
  readonly pseudonym: (userId: string) => string;
  /** Fetches media for upstreams that can't do it themselves, under the address guard, within size and time limits. */
  readonly fetchMedia: Occasion["fetchMedia"];
  /** Takes note of what an upstream's refusal suggests; never waits and never throws. */
  readonly propose: (proposal: Proposal) => void;
  /** Takes note of how fast an upstream was; never waits and never throws. */
  readonly noteSpeed: (note: SpeedNote) => void;
  /** Takes note of a refusal, for whoever waits for the first request of a new key; never waits and never throws. */
  readonly noteRefusal: (refusal: KeyRefusal) => void;
  /** Answers that clients asked to be kept, each for its own account only. */
  readonly responses: ResponseStore;
  readonly log: Log;
  /** A proxy in front sets the forwarded headers, so that they say where clients have asked. */
  readonly trustsProxy: boolean;
};

/** See @lyceum/db/stored-responses. */
export type ResponseStore = {
  insert(accountId: string, response: NewStoredResponse, turns: readonly string[], days: number): Promise<void>;
  find(accountId: string, id: string): Promise<StoredResponse | null>;
  conversation(accountId: string, id: string, mostBytes: number): Promise<Conversation>;
  items(accountId: string, ids: readonly string[], mostBytes: number): Promise<ReadonlyMap<string, string> | null>;
  delete(accountId: string, id: string): Promise<boolean>;
};
