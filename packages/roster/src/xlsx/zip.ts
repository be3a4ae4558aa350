import { Inflate } from "fflate";
import { rosterLimits } from "../limits.ts";
import { RosterFault } from "../problems.ts";
import { crc32 } from "./crc32.ts";

type Entry = {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly offset: number;
};

/** A zip that was opened: its entries by name, and how many bytes and XML tags may still come out of it. */
export type Zip = {
  readonly bytes: Uint8Array;
  readonly entries: ReadonlyMap<string, Entry>;
  left: number;
  tagsLeft: number;
};

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
/** Deflate expands at most 1032 times: no more than 1 MB exists before it is counted. */
const chunkLength = 1024;
/** Two for each cell that may be. Tags cost the time of reading: so many take two seconds, and 100 MB could hold three times as many. */
const mostTags = rosterLimits.rows * rosterLimits.columns * 2;

/** Reads the directory at the end of a zip, so that one cut short has none. Entries that overlap or have the same name are refused. */
export function openZip(bytes: Uint8Array): Zip {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === null) throw broken("zip");
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries = new Map<string, Entry>();
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > end || view.getUint32(at, true) !== entrySignature) throw broken("zip");
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    if (entries.has(name)) throw broken(name);
    if (view.getUint16(at + 8, true) & 1) throw new RosterFault("xlsx_password");
    entries.set(name, {
      name,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      unpacked: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  refuseOverlap(entries);
  return { bytes, entries, left: rosterLimits.unpackedBytes, tagsLeft: mostTags };
}

function findEnd(view: DataView): number | null {
  for (let at = view.byteLength - 22; at >= 0 && at > view.byteLength - 22 - 0xffff; at -= 1) {
    if (view.getUint32(at, true) === endSignature) return at;
  }
  return null;
}

function refuseOverlap(entries: ReadonlyMap<string, Entry>): void {
  let end = 0;
  for (const entry of [...entries.values()].sort((a, b) => a.offset - b.offset)) {
    if (entry.offset < end) throw broken(entry.name);
    end = entry.offset + 30 + entry.packed;
  }
}

/** Unpacks one entry piece by piece. Sizes are counted, not believed, and the checksum must be right at the end. */
export function unpack(zip: Zip, name: string, onChunk: (chunk: Uint8Array) => void): void {
  const entry = zip.entries.get(name);
  if (entry === undefined) throw broken(name);
  const packed = packedBytes(zip, entry);
  let crc = 0;
  const take = (chunk: Uint8Array) => {
    zip.left -= chunk.length;
    if (zip.left < 0) {
      throw new RosterFault("unpacked_too_large", { limit: rosterLimits.unpackedBytes / 1_000_000 });
    }
    crc = crc32(chunk, crc);
    if (chunk.length > 0) onChunk(chunk);
  };
  if (entry.method === 0) take(packed);
  else if (entry.method === 8) inflate(packed, name, take);
  else throw broken(name);
  if (crc !== entry.crc) throw broken(name);
}

function packedBytes(zip: Zip, entry: Entry): Uint8Array {
  const view = new DataView(zip.bytes.buffer, zip.bytes.byteOffset, zip.bytes.byteLength);
  const { offset } = entry;
  if (offset + 30 > zip.bytes.length || view.getUint32(offset, true) !== localSignature) throw broken(entry.name);
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + entry.packed > zip.bytes.length) throw broken(entry.name);
  return zip.bytes.subarray(start, start + entry.packed);
}

function inflate(packed: Uint8Array, name: string, take: (chunk: Uint8Array) => void): void {
  const pieces: Uint8Array[] = [];
  const inflater = new Inflate((piece) => {
    pieces.push(piece);
  });
  for (let at = 0; at < packed.length; at += chunkLength) {
    try {
      inflater.push(packed.subarray(at, at + chunkLength), at + chunkLength >= packed.length);
    } catch {
      // The library's own errors, all of them about these bytes: the callback above can't fail.
      throw broken(name);
    }
    for (const piece of pieces.splice(0)) take(piece);
  }
}

export function broken(part: string): RosterFault {
  return new RosterFault("xlsx_broken", { part: part.slice(0, 80) });
}
