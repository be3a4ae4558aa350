import { AppError, MAX_AMOUNT_NANOS } from "@lyceum/domain";

/** A reason of 1 to 200 characters, trimmed. Throws `invalid_request`. */
export function requireReason(text: string): string {
  const reason = text.trim();
  // The database has no NUL in its texts.
  if (reason.length >= 1 && reason.length <= 200 && !reason.includes("\0")) return reason;
  throw refusal("请写明理由（1 到 200 个字符）。", "give a reason of 1 to 200 characters.");
}

/** Throws `invalid_amount` outside of `least` and the most that one act may move. */
export function requireAmount(nanos: bigint, least: bigint): void {
  if (nanos >= least && nanos <= MAX_AMOUNT_NANOS) return;
  throw new AppError("invalid_amount", { parameters: { maximum: "10,000,000" } });
}

/** Throws `invalid_request` for an end that has passed; null: there is none. */
export function requireFuture(endsAt: Date | null): void {
  if (endsAt === null || endsAt.getTime() > Date.now()) return;
  throw refusal("到期时间应在将来。", "the end must lie in the future.");
}

/** `invalid_request` with what is wrong, in both languages. */
export function refusal(reason_zh: string, reason_en: string): AppError {
  return new AppError("invalid_request", { parameters: { reason_zh, reason_en } });
}
