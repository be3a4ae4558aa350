import { SaxesParser } from "saxes";
import { broken, unpack, type Zip } from "./zip.ts";

/** Names come without their prefix: some writers put one before every name. */
export type XmlListener = {
  readonly open: (name: string, attribute: (name: string) => string | undefined) => void;
  readonly text?: (text: string) => void;
  readonly close?: (name: string) => void;
};

/**
 * Reads one XML part of a workbook while it is being unpacked, so that neither bytes nor text are ever there as a whole. A document type is
 * refused: without one there are no entities but XML's own five, and nothing external.
 */
export function readXml(zip: Zip, part: string, listener: XmlListener): void {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const parser = new SaxesParser({ position: false });
  const fail = () => {
    throw broken(part);
  };
  parser.on("error", fail);
  parser.on("doctype", fail);
  parser.on("opentag", (tag) => {
    listener.open(localName(tag.name), (name) => attributeOf(tag.attributes as Record<string, string>, name));
  });
  parser.on("text", (text) => listener.text?.(text));
  parser.on("cdata", (text) => listener.text?.(text));
  parser.on("closetag", (tag) => listener.close?.(localName(tag.name)));
  const decode = (chunk?: Uint8Array) => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      // Only bytes that aren't UTF-8 make a fatal decoder throw.
      throw broken(part);
    }
  };
  unpack(zip, part, (chunk) => parser.write(decode(chunk)));
  parser.write(decode()).close();
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
