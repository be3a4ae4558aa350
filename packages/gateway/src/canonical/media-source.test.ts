import { AppError } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressSource, bytesSource } from "./media-source.ts";

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const png = { kind: "base64", mediaType: "image/png", data: PNG };

describe("media as clients write them", () => {
  it.each([
    `data:image/png;base64,${PNG}`,
    `data:image/png;charset=utf-8;base64,${PNG}`,
    `DATA:IMAGE/PNG;BASE64,${PNG}`,
    `data:image/*;base64,${PNG}`,
    `data:;base64,${PNG}`,
    `data:image/jpg;base64,${PNG}`,
    `data:image/png; base64, ${PNG}`,
    ` data:image/png;base64,${PNG.slice(0, 40)}\r\n${PNG.slice(40)}\n`,
    `data:image/png;base64,${encodeURIComponent(PNG)}`,
    `data:image/png;base64,${PNG.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`,
  ])("are the same bytes under their own type, case 25: %s", (url) => {
    expect(addressSource(url, null, "f")).toEqual(png);
    expect(bytesSource(url, "image/jpeg", "f")).toEqual(png);
    expect(
      bytesSource(
        url
          .slice(url.indexOf(",") + 1)
          .replaceAll("%2B", "+")
          .replaceAll("%2F", "/")
          .replaceAll("%3D", "="),
        null,
        "f",
      ),
    ).toEqual(png);
  });

  it("keep the type that their client names where the bytes show none, and the rate of sound", () => {
    expect(bytesSource("AAAA", "Text/Plain; charset=utf-8", "f").mediaType).toBe("text/plain");
    expect(bytesSource("AAAA", "audio/pcm;rate=24000", "f").mediaType).toBe("audio/pcm;rate=24000");
    expect(addressSource("data:text/plain;charset=utf-8,a%20b", null, "f")).toEqual({
      kind: "base64",
      mediaType: "text/plain",
      data: Buffer.from("a b").toString("base64"),
    });
  });

  it("are addresses on the web, without the blanks around them", () => {
    expect(addressSource(" HTTPS://a.example/b.png\n", null, "f")).toEqual({
      kind: "url",
      url: "HTTPS://a.example/b.png",
    });
  });

  it.each([
    "gs://bucket/a.png",
    "file:///etc/passwd",
    "files/abc",
    "",
    "ftp://a/b",
    "data:image/png",
    "data:image/png;base64,",
    "data:image/png;base64,!!",
    "data:,%zz",
  ])("are refused with the field where they are neither: %s", (written) => {
    expect(() => addressSource(written, null, "messages[0].content[1]")).toThrow("messages[0].content[1]");
  });

  it("come out as written or are refused, whatever they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.string(), (bytes, text) => {
        expect(bytesSource(Buffer.from(bytes).toString("base64url"), null, "f").data).toBe(
          Buffer.from(bytes).toString("base64"),
        );
        for (const written of [text, `data:${text}`, `data:image/png;base64,${text}`]) {
          try {
            const { data } = bytesSource(written, null, "f");
            expect(Buffer.from(data, "base64").toString("base64")).toHaveLength(data.length);
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
          }
        }
      }),
    );
  });
});
