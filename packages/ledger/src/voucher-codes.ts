import { createHash, randomInt } from "node:crypto";

/** Without letters and digits that look alike: 5 bits each. */
const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const LENGTH = 16;
/** What lists show, to recognise a code by: 60 bits stay unknown. */
const SHOWN = 4;

/** Sixteen letters in fours, of which the first four are no secret. */
export function newVoucherCode(): { code: string; prefix: string; hash: Buffer } {
  const letters = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)] ?? "").join("");
  const code = (letters.match(/.{4}/g) ?? []).join("-");
  return { code, prefix: letters.slice(0, SHOWN), hash: hashOfVoucher(code) };
}

/** As people type it: any case, full width or not, with or without hyphens; 1 and I can only be a misread L. */
export function hashOfVoucher(typed: string): Buffer {
  const plain = typed
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, "")
    .replace(/[1I]/g, "L");
  return createHash("sha256").update(`voucher:${plain}`).digest();
}
