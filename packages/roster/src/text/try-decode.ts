/** Null where bytes aren't valid in this encoding. */
export function tryDecode(encoding: string, bytes: Uint8Array): string | null {
  try {
    return decodeWith(encoding, bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** Throws a TypeError where bytes aren't valid in this encoding. Byte order marks stay. */
export function decodeWith(encoding: string, bytes: Uint8Array): string {
  return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
}
