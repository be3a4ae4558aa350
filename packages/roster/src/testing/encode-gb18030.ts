/** Bytes of text in GB18030, by the platform's decoder turned round. Only characters of one and two bytes. */
export function encodeGb18030(text: string): Uint8Array<ArrayBuffer> {
  table ??= makeTable();
  return Uint8Array.from(
    [...text].flatMap((character) => {
      const code = character.codePointAt(0) ?? 0;
      if (code < 0x80) return [code];
      const pair = table?.get(character);
      if (pair === undefined) throw new Error(`${character} has no two bytes`);
      return [pair >> 8, pair & 0xff];
    }),
  );
}

let table: Map<string, number> | undefined;

function makeTable(): Map<string, number> {
  const decoder = new TextDecoder("gb18030");
  const pairs = new Map<string, number>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const character = trail === 0x7f ? "" : decoder.decode(Uint8Array.of(lead, trail));
      if ([...character].length === 1 && !pairs.has(character)) pairs.set(character, (lead << 8) | trail);
    }
  }
  return pairs;
}

export function encodeUtf16(text: string, littleEndian: boolean, mark = true): Uint8Array<ArrayBuffer> {
  const units = mark ? `\uFEFF${text}` : text;
  const view = new DataView(new ArrayBuffer(units.length * 2));
  for (let at = 0; at < units.length; at += 1) view.setUint16(at * 2, units.charCodeAt(at), littleEndian);
  return new Uint8Array(view.buffer);
}

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
