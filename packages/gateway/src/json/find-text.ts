const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Where the text of an outermost member lies in a JSON object, quotes included: the last of that name whose value is a text. Null: there is none, or the
 * object is not whole. `name`: as it is spelled, quotes included. A walk that notes nothing else: for the many frames of a stream, of which
 * `findPath` would list all members.
 */
export function findText(bytes: Buffer, name: Buffer): { valueStart: number; valueEnd: number } | null {
  const { length } = bytes;
  let valueStart = -1;
  let valueEnd = -1;
  let depth = 0;
  let at = 0;
  while (at < length) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      const from = at;
      at = textEnd(bytes, from, length);
      if (at > length) return null;
      const value = depth === 1 && at - from === name.length ? valueAfter(bytes, at) : -1;
      if (value < 0 || !isAt(bytes, from, name)) continue;
      const end = textEnd(bytes, value, length);
      if (end > length) return null;
      valueStart = value;
      valueEnd = end;
      at = end;
      continue;
    }
    if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) depth--;
    at++;
  }
  return valueStart < 0 || depth !== 0 ? null : { valueStart, valueEnd };
}

/** Behind the quote that ends the text which begins at `from`; more than `length` where it never ends. */
function textEnd(bytes: Buffer, from: number, length: number): number {
  let at = from + 1;
  while (at < length) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    at += byte === BACKSLASH ? 2 : 1;
  }
  return length + 1;
}

/** Where the text begins that is the value of a key which ends at `at`; -1: that was no key, or its value is no text. */
function valueAfter(bytes: Buffer, at: number): number {
  const colon = skipBlanks(bytes, at);
  if (bytes[colon] !== 0x3a) return -1;
  const value = skipBlanks(bytes, colon + 1);
  return bytes[value] === QUOTE ? value : -1;
}

function skipBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while ((bytes[at] ?? 0x21) <= 0x20) at++;
  return at;
}

function isAt(bytes: Buffer, from: number, name: Buffer): boolean {
  for (let index = 0; index < name.length; index++) if (bytes[from + index] !== name[index]) return false;
  return true;
}
