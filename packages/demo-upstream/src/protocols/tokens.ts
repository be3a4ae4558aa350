const bytesPerToken = 4;

/** Tokens of one image or file. */
export const tokensPerImage = 85;

/** ⌈UTF-8 bytes / 4⌉. */
export function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}
