import type { TokenUsage } from "@lyceum/domain";

/** How a request ended. Everything but `finished` counts as a failure on charts. */
export type Outcome = "finished" | "failed" | "cut" | "client-gone" | "killed";

/** All that a usage record says, but for what the ledger fills in (charge, entries, times of admission and settlement). */
export type UsageDraft = {
  readonly requestId: string;
  readonly accountId: string;
  readonly userId: string | null;
  readonly keyId: string | null;
  readonly groupId: string;
  /** The client's protocol, for example "openai-chat". */
  readonly protocol: string;
  readonly requestedModel: string;
  readonly model: string;
  readonly channelId: string | null;
  readonly deploymentId: string | null;
  readonly upstreamModel: string | null;
  readonly isStream: boolean;
  readonly attempts: number;
  readonly usage: TokenUsage;
  readonly priceId: string | null;
  readonly multiplierPpm: number;
  /** What the usage costs by price and multiplier; the ledger splits it into charge and uncollected. */
  readonly costNanos: bigint;
  readonly outcome: Outcome;
  readonly errorCode: string | null;
  readonly httpStatus: number;
  readonly isEstimated: boolean;
  readonly queueMs: number;
  readonly ttftMs: number | null;
  readonly totalMs: number;
  /** The upstream's own figures, as it sent them. */
  readonly upstreamUsage: unknown;
  readonly client: string;
  readonly ip: string;
};

export type AdmissionRequest = {
  readonly requestId: string;
  readonly accountId: string;
  readonly keyId: string | null;
  /** The version of the key row that the worker knows; another one there refuses with `key_changed`. */
  readonly keyVersion: number;
  /** Must be covered whole. */
  readonly inputNanos: bigint;
  /** May be lowered to what the balance and the cap can pay, but not below minimumNanos. */
  readonly outputNanos: bigint;
  readonly minimumNanos: bigint;
  /** What the sweeper writes if this worker dies: outcome `killed`, cost of the input estimate. */
  readonly draft: UsageDraft;
};

export type Refusal =
  | "account_frozen"
  | "key_missing"
  | "key_changed"
  | "key_disabled"
  | "key_expired"
  | "insufficient_balance"
  | "key_cap_exceeded";

export type Admission =
  | { readonly admitted: true; readonly grantedNanos: bigint; readonly admittedAt: Date }
  | { readonly admitted: false; readonly refusal: Refusal; readonly availableNanos: bigint };

export type Settlement = {
  readonly outcome: "settled" | "adjusted" | "duplicate";
  readonly chargeNanos: bigint;
  readonly uncollectedNanos: bigint;
};

/** The ledger as the request path sees it. */
export interface Ledger {
  /**
   * Reserves for one request; batched with whatever else waits. Rejects with AppError `database_unavailable` where the database
   * can't answer: then nothing is reserved, or the reservation is swept later.
   */
  admit(request: AdmissionRequest): Promise<Admission>;
  /**
   * Adds up to so many nanos to the reservation of a running request; resolves to what was added, 0 if nothing could be. Rejects
   * where the database can't answer.
   */
  extend(requestId: string, amountNanos: bigint): Promise<bigint>;
  /** Charges one ended request, durably, once. Resolves after the commit; retries until it succeeds or close() gives up. */
  settle(draft: UsageDraft): Promise<Settlement>;
  /** Waits for what is under way, at most `limitMs`. */
  close(limitMs: number): Promise<void>;
}
