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
  readonly userId: string | null;
  readonly keyId: string | null;
  /** The version of the key row that the worker knows; another one there refuses with `key_changed`. */
  readonly keyVersion: number;
  /** Counts where there is no key; with one, the key row's group does. */
  readonly groupId: string;
  /** Must be covered whole. */
  readonly inputNanos: bigint;
  /** May be lowered to what the balance and the caps can pay, but not below minimumNanos. */
  readonly outputNanos: bigint;
  readonly minimumNanos: bigint;
  /** Input and output tokens that count toward tokens a minute until the true figure is known. */
  readonly tokenEstimate: number;
  // What the sweeper writes if this worker dies: outcome `killed`, cost of the input estimate.
  readonly protocol: string;
  readonly requestedModel: string;
  readonly model: string;
  readonly isStream: boolean;
  readonly inputTokens: number;
  readonly inputCostNanos: bigint;
  readonly priceId: string | null;
  readonly multiplierPpm: number;
  readonly client: string;
  readonly ip: string;
};

/** Whose limit: of the key, of its user over all keys, or of the user as member of the key's group. */
export type LimitScope = "key" | "user" | "member";

export type Refusal =
  | "account_frozen"
  | "key_missing"
  | "key_changed"
  | "key_disabled"
  | "key_expired"
  | "insufficient_balance"
  | LimitRefusal;

/** `tpm_too_small`: this one request counts more tokens than the limit allows in a minute, so that waiting is of no use. */
export type LimitRefusal = "cap_exceeded" | "rpm_exceeded" | "tpm_exceeded" | "tpm_too_small" | "parallel_exceeded";

/** A limit that failed. `limit`: nanos for a cap, else a count; `waitMs`: until it frees up, null where nobody knows. */
export type FailedLimit = { readonly scope: LimitScope; readonly limit: bigint; readonly waitMs: number | null };

/** The tightest limit a minute of those that apply, and what it leaves after this request; null: there is none. */
export type Rates = {
  readonly requests: { readonly limit: number; readonly left: number } | null;
  readonly tokens: { readonly limit: number; readonly left: number } | null;
};

export type Admission =
  | { readonly admitted: true; readonly grantedNanos: bigint; readonly rates: Rates }
  | {
      readonly admitted: false;
      readonly refusal: Refusal;
      readonly availableNanos: bigint;
      /** The limit that failed, where it is one. */
      readonly failed: FailedLimit | null;
      /** With `insufficient_balance`: when the account's next allowance comes, where one does. */
      readonly nextAllowanceInMs: number | null;
      readonly rates: Rates;
    };

export type Settlement = {
  /** `spooled`: durable on this machine's disk, and told to the database when it answers again; the amounts are not known yet. */
  readonly outcome: "settled" | "adjusted" | "duplicate" | "spooled";
  readonly chargeNanos: bigint;
  readonly uncollectedNanos: bigint;
};

/** The ledger as the request path sees it. */
export interface Ledger {
  /**
   * Reserves for one request; batched with whatever else waits. Rejects with AppError `database_unavailable` where the database
   * can't answer: then nothing is reserved, or what was reserved is given back by the spool.
   */
  admit(request: AdmissionRequest): Promise<Admission>;
  /**
   * Adds up to so many nanos to the reservation of a running request; resolves to what was added, 0 if nothing could be. Rejects
   * where the database can't answer.
   */
  extend(requestId: string, amountNanos: bigint): Promise<bigint>;
  /**
   * Charges one ended request, durably, once. Resolves after the commit, or once it stands on the disk where the database can't answer.
   * Rejects only where the disk fails too.
   */
  settle(draft: UsageDraft): Promise<Settlement>;
  /** Waits for what is under way, at most `limitMs`. What stands in the spool then is delivered by the next process. */
  close(limitMs: number): Promise<void>;
}
