import { constants, deflateRawSync } from "node:zlib";
import { strToU8, Zip, ZipPassThrough } from "fflate";
import { xlsxParts } from "./make-xlsx.ts";

/**
 * A workbook whose part is `head`, then `repeat` as often as makes `bytes`. Made of one block that is packed once, so that making it takes
 * neither the time nor the memory that reading it would.
 */
export function zipBomb(part: string, head: string, repeat: string, bytes: number): Uint8Array<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    chunks.push(chunk);
  });
  for (const [name, text] of Object.entries(xlsxParts({ sheets: [{ name: "S", rows: [["x"]] }] }))) {
    if (name === part) continue;
    const entry = new ZipPassThrough(name);
    zip.add(entry);
    entry.push(strToU8(text), true);
  }
  const block = strToU8(repeat.repeat(Math.ceil(1_000_000 / repeat.length)));
  const bomb = new Packed(part, block);
  zip.add(bomb);
  bomb.push(strToU8(head));
  for (let done = 0; done < bytes; done += block.length) bomb.push(block);
  bomb.push(new Uint8Array(0), true);
  zip.end();
  return new Uint8Array(Buffer.concat(chunks));
}

const pack = (chunk: Uint8Array, final: boolean) =>
  deflateRawSync(chunk, { finishFlush: final ? constants.Z_FINISH : constants.Z_FULL_FLUSH });

class Packed extends ZipPassThrough {
  readonly #block: Uint8Array;
  readonly #packedBlock: Uint8Array;
  constructor(name: string, block: Uint8Array) {
    super(name);
    this.compression = 8;
    this.#block = block;
    this.#packedBlock = pack(block, false);
  }
  protected override process(chunk: Uint8Array, final: boolean): void {
    this.ondata(null, chunk === this.#block ? this.#packedBlock.slice() : pack(chunk, final), final);
  }
}
