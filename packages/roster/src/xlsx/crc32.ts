const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The checksum of zip files, continued over chunks: start with 0. */
export function crc32(chunk: Uint8Array, before: number): number {
  let value = ~before;
  for (let at = 0; at < chunk.length; at += 1) {
    value = (value >>> 8) ^ (table[(value ^ (chunk[at] ?? 0)) & 0xff] ?? 0);
  }
  return ~value >>> 0;
}
