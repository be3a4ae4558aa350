import { describe, expect, it } from "vitest";
import { scanObject } from "../json/json-scanner.ts";
import { mediaPictures } from "./media-pictures.ts";

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

function picturesOf(value: object): number {
  const body = Buffer.from(JSON.stringify(value));
  return mediaPictures(body, scanObject(body).tally);
}
const data = (bytes: Buffer, more: object = {}) => picturesOf({ source: { data: bytes.toString("base64"), ...more } });

describe("mediaPictures", () => {
  it("counts a picture as one, however large, also where slashes are escaped", () => {
    expect(data(Buffer.concat([PNG, Buffer.alloc(3_000_000)]))).toBe(1);
    const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(300_000)]).toString("base64");
    const body = Buffer.from(`{"images":["${jpeg.replaceAll("/", "\\/")}"]}`);
    expect(mediaPictures(body, scanObject(body).tally)).toBe(1);
    expect(picturesOf({ image_url: { url: `data:image/png;base64,${PNG.toString("base64")}` } })).toBe(1);
  });

  it("counts documents, sound and texts by their size", () => {
    const pages = data(Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(1_000_000)]));
    expect(pages).toBeGreaterThan(30);
    const words = data(Buffer.from("校园网络 and words ".repeat(20_000)));
    expect(words).toBeGreaterThan(50);
    expect(data(Buffer.alloc(1_000_000, 1), { media_type: "text/plain" })).toBeGreaterThan(200);
    const sound = data(Buffer.concat([Buffer.from("ID3"), Buffer.alloc(1_000_000)]));
    expect(sound).toBeGreaterThan(5);
    expect(sound).toBeLessThan(20);
  });
});
