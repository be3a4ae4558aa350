import { SaxesParser } from "saxes";
import { rosterLimits } from "../limits.ts";
import { RosterFault } from "../problems.ts";
import { broken, unpack, type Zip } from "./zip.ts";

/** Names come without their prefix: some writers put one before every name. */
export type XmlListener = {
  readonly open: (name: string, attribute: (name: string) => string | undefined) => void;
  readonly text?: (text: string) => void;
  readonly close?: (name: string) => void;
};

/** Characters that are written at once, and that may go by without a tag or a text ending: a cell may hold 32,767, escaped seven times that. */
const pieceLength = 65_536;
const longestQuiet = 300_000;
/** Tags within tags; the parser remembers each until it closes. A sheet needs six. */
const deepest = 64;

/**
 * Reads one XML part of a workbook while it is being unpacked, so that neither bytes nor text are ever there as a whole. A document type is
 * refused: without one there are no entities but XML's own five, and nothing external.
 */
export function readXml(zip: Zip, part: string, listener: XmlListener): void {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const parser = new SaxesParser({ xmlns: false, position: false } as const);
  // The parser gathers a text, a comment or an attribute until it ends: bounded here, since it doesn't.
  let quiet = 0;
  let depth = 0;
  const fail = () => {
    throw broken(part);
  };
  parser.on("error", fail);
  parser.on("doctype", fail);
  parser.on("opentag", (tag) => {
    quiet = 0;
    depth += 1;
    if (depth > deepest) fail();
    zip.tagsLeft -= 1;
    if (zip.tagsLeft < 0) throw new RosterFault("too_many_rows", { limit: rosterLimits.rows });
    listener.open(localName(tag.name), (name) => attributeOf(tag.attributes, name));
  });
  const onText = (text: string) => {
    quiet = 0;
    listener.text?.(text);
  };
  parser.on("text", onText);
  parser.on("cdata", onText);
  parser.on("closetag", (tag) => {
    quiet = 0;
    depth -= 1;
    listener.close?.(localName(tag.name));
  });
  const write = (text: string) => {
    for (let at = 0; at < text.length; at += pieceLength) {
      const piece = text.slice(at, at + pieceLength);
      quiet += piece.length;
      if (quiet > longestQuiet) fail();
      parser.write(piece);
    }
  };
  const decode = (chunk?: Uint8Array) => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      // Only bytes that aren't UTF-8 make a fatal decoder throw.
      throw broken(part);
    }
  };
  unpack(zip, part, (chunk) => write(decode(chunk)));
  write(decode());
  parser.close();
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function attributeOf(attributes: Readonly<Record<string, string>>, wanted: string): string | undefined {
  if (Object.hasOwn(attributes, wanted)) return attributes[wanted];
  const prefixed = Object.keys(attributes).find((name) => name.endsWith(`:${wanted}`));
  return prefixed === undefined ? undefined : attributes[prefixed];
}

/** Text of cells spells what XML can't hold as _x000D_. */
export function unescapeCell(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}
