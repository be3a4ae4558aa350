import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonBreak, scanObject } from "./json-scanner.ts";
import { positionOf } from "./position.ts";
import { applySplices } from "./splice.ts";

const anyObject = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 5 }), { maxKeys: 6 });
/** Blanks, escapes and long strings as clients write them. */
const written = fc
  .tuple(anyObject, fc.constantFrom(undefined, 2, "\t"), fc.boolean())
  .map(([value, indent, escaped]) => {
    const text = JSON.stringify(value, null, indent);
    return escaped
      ? text.replace(/[^\x20-\x7e\n\t]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
      : text;
  });

function accepts(text: string): boolean {
  try {
    scanObject(Buffer.from(text));
    return true;
  } catch (error) {
    if (error instanceof JsonBreak) return false;
    throw error;
  }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false; // the verdict asked for
  }
}

describe("scanObject", () => {
  it("finds every outermost member, key and value, in any JSON object", () => {
    fc.assert(
      fc.property(written, (text) => {
        const bytes = Buffer.from(text);
        const { members, end } = scanObject(bytes);
        const found = members.map((member) => [
          JSON.parse(`"${bytes.toString("utf8", member.keyStart, member.keyEnd)}"`),
          JSON.parse(bytes.toString("utf8", member.valueStart, member.valueEnd)),
        ]);
        expect(Object.fromEntries(found)).toEqual(JSON.parse(text));
        expect(bytes[end - 1]).toBe(0x7d);
      }),
      { numRuns: 500 },
    );
  });

  it("accepts what JSON.parse accepts and nothing else", () => {
    const damaged = fc
      .tuple(
        written,
        fc.nat(),
        fc.nat(3),
        fc.constantFrom("", ",", '"', "\\", "}", "[", "0", "-", ".", "\n", "\u0001", "e", "tru", "\\x"),
      )
      .map(([text, place, gone, put]) => {
        const at = place % (text.length + 1);
        return text.slice(0, at) + put + text.slice(at + gone);
      });
    fc.assert(
      fc.property(damaged, (text) => {
        // A cut in the middle of a pair of surrogates changes the text on its way to bytes.
        const arrived = Buffer.from(text).toString();
        expect(accepts(arrived)).toBe(isJsonObject(arrived));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    '{"a":01}',
    '{"a":1.}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":1e}',
    '{"a":nul}',
    "{'a':1}",
    '{"a":1,}',
    '{"a":[1,]}',
    '{"a" 1}',
    '{"a":"\\u12g4"}',
    "",
    "[]",
    '"a"',
    '{"a":1}x',
    "\ufeff{}",
  ])("refuses %j", (text) => expect(accepts(text)).toBe(false));

  it("finds a control character anywhere in a long string", () => {
    for (let length = 60; length < 140; length++) {
      for (const place of [0, 1, 59, 63, 64, 65, 70, length - 1]) {
        const text = `${"x".repeat(place)}\u0001${"x".repeat(Math.max(0, length - place - 1))}`;
        expect(accepts(`{"${"k".repeat(length % 5)}":"${text}"}`)).toBe(false);
        expect(accepts(`{"${"k".repeat(length % 5)}":"${text.replace("\u0001", "\u007f")}"}`)).toBe(true);
      }
    }
  });

  it("refuses nesting that would exhaust a stack, and says that it is that", () => {
    const deep = (depth: number) => Buffer.from(`{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`);
    expect(() => scanObject(deep(200))).not.toThrow();
    expect(() => scanObject(deep(100_000))).toThrow(expect.objectContaining({ isTooDeep: true }));
  });

  it("tells where texts lie, and counts images instead of their data, at any depth", () => {
    const url = `data:image/png;base64,${"A".repeat(5_000)}`;
    const content = [
      { type: "image_url", image_url: { url } },
      { type: "image_url", image_url: { url: "https://x/y.png" } },
      { type: "text", text: "你好" },
    ];
    const bytes = Buffer.from(JSON.stringify({ messages: [{ content }], stop: ["\n"] }));
    const { texts, media, addresses } = scanObject(bytes).tally;
    const found = texts.flatMap((start, index) =>
      index % 2 === 0 ? [bytes.toString("utf8", start, texts[index + 1])] : [],
    );
    expect(found).toEqual(["image_url", "image_url", "https://x/y.png", "text", "你好", "\\n"]);
    expect(bytes.toString("utf8", media[0], media[1])).toBe("A".repeat(5_000));
    expect([media.length, addresses]).toEqual([2, 1]);
  });

  const words = "a text of several words, said again and again. ".repeat(40);
  const base64 = Buffer.from(words).toString("base64");
  const tallyOf = (value: object) => {
    const bytes = Buffer.from(JSON.stringify({ messages: [value] }));
    const { texts, media, textMedia, addresses } = scanObject(bytes).tally;
    let characters = 0;
    for (let index = 0; index < texts.length; index += 2) characters += (texts[index + 1] ?? 0) - (texts[index] ?? 0);
    return { characters, media: media.length / 2, textMedia: textMedia.size, addresses };
  };

  it.each([
    ["a text that begins as a picture does", { content: `data:image/png;base64,${words}` }],
    ["base64 where texts stand", { content: `data:image/png;base64,${base64}` }],
    ["a data URL that is no base64", { image_url: { url: `data:text/plain,${words}` } }],
    ["words where media stand", { source: { type: "text", data: words } }],
    ["words in a list of pictures", { images: [words] }],
    ["words behind media", { content: [{ data: base64 }, words] }],
    ["a url that belongs to nothing", { citations: [{ url: base64 }] }],
    ["arguments that are called data", { type: "tool_use", input: { data: base64 } }],
    ["pictures in results", { functionResponse: { response: { images: [base64], image_url: { url: "https://x" } } } }],
  ])("takes for text %s", (_, value) => {
    expect(tallyOf(value).characters).toBeGreaterThanOrEqual(words.length);
    expect(tallyOf(value).addresses).toBe(0);
  });

  it("reads arguments and results of tools as the JSON that they are: names and numbers too", () => {
    for (const name of ["input", "args", "arguments", "response"]) {
      const value = { [words]: Array.from({ length: 500 }, (_, index) => index) };
      expect(tallyOf({ [name]: value }).characters).toBeGreaterThanOrEqual(JSON.stringify(value).length);
    }
  });

  it.each([
    ["of Anthropic", { source: { type: "base64", media_type: "image/png", data: base64 } }],
    ["of Gemini", { inlineData: { mimeType: "image/png", data: base64 } }],
    ["of Ollama", { images: [base64] }],
    ["of OpenAI", { type: "input_audio", input_audio: { data: base64, format: "wav" } }],
    ["in files", { file: { file_data: `data:application/pdf;base64,${base64}` } }],
    ["with line ends and escapes", { images: [base64.replace(/(.{76})/g, "$1\n")] }],
  ])("finds media %s", (_, value) => {
    expect(tallyOf(value)).toMatchObject({ media: 1, textMedia: 0 });
    expect(tallyOf(value).characters).toBeLessThan(40);
  });

  it("knows media that are said to be a text, whichever stands first", () => {
    for (const source of [
      { media_type: "text/plain", data: base64 },
      { data: base64, mimeType: "text/csv" },
    ])
      expect(tallyOf({ source })).toMatchObject({ media: 1, textMedia: 1 });
  });

  it("weighs addresses by what may lie behind them", () => {
    const url = "https://example.org/x";
    const weight = (value: object) => tallyOf(value).addresses;
    expect(weight({ image_url: { url } })).toBe(1);
    expect(weight({ type: "input_image", image_url: url })).toBe(1);
    expect(weight({ type: "image", source: { type: "url", url } })).toBe(1);
    for (const heavy of [
      { type: "document", source: { type: "url", url } },
      { fileData: { fileUri: url } },
      { type: "input_file", file_url: url },
      { video_url: { url } },
      { image_url: { url: `${url}.PDF?x` } },
    ])
      expect(weight(heavy)).toBeGreaterThanOrEqual(16);
    expect(weight({ file_data: { file_uri: "https://www.youtube.com/watch?v=x" } })).toBe(64);
    expect(weight({ annotations: [{ type: "url_citation", url }] })).toBe(0);
  });
});

describe("the texts of a body of very many strings", () => {
  it("are not more than thousands, and leave out images all the same", () => {
    const image = "data:image/png;base64,AAAA";
    const strings = Array.from({ length: 50_000 }, (_, index) => (index === 40_000 ? image : "ab"));
    const bytes = Buffer.from(JSON.stringify({ images: strings, last: "z" }));
    const { texts, media } = scanObject(bytes).tally;
    expect(media).toHaveLength(2);
    expect(texts.length).toBeLessThan(20_000);
    expect(bytes.toString("utf8", texts.at(-2), texts.at(-1))).toMatch(/^ab",.*,"ab"\],"last":"z$/);
    const inImage = bytes.indexOf(image);
    for (let index = 0; index < texts.length; index += 2) {
      const [start = 0, end = 0] = texts.slice(index, index + 2);
      expect(start < inImage + image.length && end > inImage).toBe(false);
    }
  });
});

describe("positionOf", () => {
  it("counts lines and characters from 1", () => {
    const bytes = Buffer.from('{\n  "名": 好}');
    expect(positionOf(bytes, bytes.indexOf("好"))).toEqual({ line: 2, column: 8 });
    expect(positionOf(bytes, 0)).toEqual({ line: 1, column: 1 });
  });
});

describe("applySplices", () => {
  it("keeps every byte outside the splices", () => {
    const cut = fc.tuple(fc.nat(200), fc.nat(5), fc.string({ unit: "binary", maxLength: 8 }));
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 220, maxLength: 300 }), fc.array(cut, { maxLength: 6 }), (array, cuts) => {
        const original = Buffer.from(array);
        const splices = [];
        let from = 0;
        let expected = Buffer.alloc(0);
        for (const [gap, length, text] of cuts) {
          // Two insertions at one place would have no order.
          const start = from + 1 + (gap % 30);
          splices.push({ start, end: start + length, text });
          expected = Buffer.concat([expected, original.subarray(from, start), Buffer.from(text)]);
          from = start + length;
        }
        expected = Buffer.concat([expected, original.subarray(from)]);
        expect(applySplices(original, splices.toReversed()).equals(expected)).toBe(true);
      }),
    );
  });
});
