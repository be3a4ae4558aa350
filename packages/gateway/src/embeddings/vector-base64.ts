const BYTES_A_NUMBER = 4;

/** 32-bit floats, least significant byte first: OpenAI's `encoding_format: "base64"`. */
export function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * BYTES_A_NUMBER);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * BYTES_A_NUMBER);
  return bytes.toString("base64");
}

/** The way back. Bytes beyond a whole number are left out. */
export function fromBase64(text: string): number[] {
  const bytes = Buffer.from(text, "base64");
  return Array.from({ length: Math.floor(bytes.length / BYTES_A_NUMBER) }, (_, index) =>
    bytes.readFloatLE(index * BYTES_A_NUMBER),
  );
}
