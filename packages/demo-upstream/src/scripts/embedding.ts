import { createHash } from "node:crypto";

/** Numbers a vector has if nobody asks for another length. */
export const usualDimensions = 64;
const bytesPerNumber = 2;
const bytesPerDigest = 32;

/**
 * A vector of length 1 that depends on every character (or token) of the input and on nothing else, so that a test can tell by the vector
 * which input it belongs to. A shorter one is the beginning of a longer one, brought to length 1 again.
 */
export function embeddingOf(input: string | readonly number[], dimensions = usualDimensions): number[] {
  const seed = typeof input === "string" ? `text:${input}` : `tokens:${input.join(",")}`;
  const digests = Math.ceil((dimensions * bytesPerNumber) / bytesPerDigest);
  const bytes = Buffer.concat(
    Array.from({ length: digests }, (_, index) => createHash("sha256").update(`${index}:${seed}`).digest()),
  );
  const raw = Array.from({ length: dimensions }, (_, index) => bytes.readInt16LE(index * bytesPerNumber) / 32_768);
  const norm = Math.hypot(...raw) || 1;
  // What every protocol can carry: a number that is the same in 32 bits.
  return raw.map((value) => Math.fround(value / norm));
}
