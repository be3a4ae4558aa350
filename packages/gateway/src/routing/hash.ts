// Spreads keys evenly, the same way in every worker and on every server. Nothing secret hangs on it.

/** A number below 2^32 of a text. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return mixed(hash);
}

/** The same of bytes, going on from `hash`. */
export function hashBytes(bytes: Uint8Array, start: number, end: number, hash = 0x811c9dc5): number {
  let sum = hash;
  for (let index = start; index < end; index++) sum = Math.imul(sum ^ (bytes[index] ?? 0), 0x01000193);
  return sum >>> 0;
}

/** Two of these numbers together. */
export function combine(one: number, other: number): number {
  return mixed(one ^ Math.imul(other, 0x9e3779b1));
}

/** Every bit of the result hangs on every bit that goes in. */
function mixed(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
