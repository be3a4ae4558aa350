import type { AppError } from "@lyceum/domain";
import type { Call } from "./call.ts";

/** What a request that stands in line can be told. */
export type SignOfLife = {
  /** The public name. */
  readonly model: string;
  /** UUID. */
  readonly requestId: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
  /** About how many come before, itself included; null: nobody knows yet. */
  readonly place: number | null;
  /** How long that may take; null: nobody knows yet. */
  readonly waitMs: number | null;
};

type Streamed = Pick<Call, "streamContentType">;

/** How a protocol keeps a stream alive in which nothing has begun, so that its official clients and simple loops go on waiting. */
export type Waiting = {
  /** What every stream begins with; sent before the first sign of life, and not again. Absent: nothing. */
  opening?(call: Streamed): string;
  /** One sign of life. Whatever an upstream streams may follow it. */
  sign(about: SignOfLife, call: Streamed): string;
  /** All that a stream says that ends before it has begun. */
  failure(error: AppError, about: SignOfLife, call: Streamed): string;
};

/** The place in line as the member of a JSON object, where the protocol's clients take members that they don't know. */
export function queueMember({ place, waitMs }: SignOfLife): object {
  if (place === null) return {};
  return { queue: { place, ...(waitMs !== null && { wait_seconds: Math.ceil(waitMs / 1_000) }) } };
}
