import { AppError, cutText, MAX_AMOUNT_NANOS, storableText } from "@lyceum/domain";

const REASON_LENGTH = 200;

/** A reason of 1 to 200 characters, trimmed. Throws `invalid_request`. */
export function requireReason(text: string): string {
  const reason = text.trim();
  if (storableText(reason) !== reason) {
    throw refusal("理由中有无法保存的字符，请重新输入。", "give a reason without characters that can't be kept.");
  }
  if (reason.length >= 1 && reason.length <= REASON_LENGTH) return reason;
  throw refusal("请写明理由（1 到 200 个字符）。", "give a reason of 1 to 200 characters.");
}

/** Of an act that takes another back: which one it was, as far as there is room. */
export function undoReason(reason: string): string {
  return cutText(`撤销 Undo: ${reason}`, REASON_LENGTH);
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
