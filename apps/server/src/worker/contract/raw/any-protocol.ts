import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { eventsType, greeting, jsonType, linesType, type RawCase, streamed, whole } from "./frames.ts";

/** What a protocol has to be told for the cases that all have in common. */
export type Sample = {
  readonly streamed: string;
  readonly whole: unknown;
  readonly isLines: boolean;
  /** The first event of a stream, and the status that it stands for. */
  readonly errors: readonly (readonly [id: string, stream: string, status: number])[];
};

const PAGE = "<!doctype html><html>Please sign in</html>";
const htmlType = { "content-type": "text/html" };
const encodings = [
  ["gzip", "gzip", gzipSync],
  ["deflate", "deflate", deflateSync],
  ["bare-deflate", "deflate", deflateRawSync],
  ["br", "br", brotliCompressSync],
  ["zstd", "zstd", zstdCompressSync],
] as const;

/** Framings, encodings and faults that servers of every protocol are seen with (cases 46, 48, 49, 51, 64). */
export function commonCases(sample: Sample): RawCase[] {
  const stream = sample.streamed;
  const json = JSON.stringify(sample.whole);
  const type = sample.isLines ? linesType : eventsType;
  const headers = type;
  const half = stream.slice(0, Math.floor(stream.length * 0.6));
  const broken = { error: 502 } as const;
  return [
    streamed("plain", stream, greeting, { headers }),
    whole("plain", json),
    ...documentsAndStreams(stream, json, type),
    streamed("mark-first", `\ufeff${stream}`, greeting, { headers }),
    streamed(
      "mark-in-pieces",
      [...Buffer.from(`\ufeff${stream}`)].map((byte) => Buffer.from([byte])),
      greeting,
      { headers },
    ),
    whole("mark-first", `\ufeff${json}`),
    whole("blanks-around", `\n\n  ${json}\n\n`),
    streamed("blanks-before", `\n\n${stream}`, greeting, { headers }),
    streamed("crlf", stream.replaceAll("\n", "\r\n"), greeting, { headers }),
    ...(sample.isLines ? [] : [streamed("cr", stream.replaceAll("\n", "\r"))]),
    streamed("page", PAGE, broken, { headers: htmlType }),
    whole("page", PAGE, broken, { headers: htmlType }),
    streamed("words", "upstream connect error", broken, { headers: { "content-type": "text/plain" } }),
    streamed("empty", "", broken, { headers }),
    whole("empty", "", broken),
    streamed("204", [], broken, { status: 204, headers: {} }),
    whole("204", "", broken, { status: 204, headers: {}, body: [] }),
    streamed("redirect", [], broken, { status: 302, headers: { location: "http://127.0.0.1:1/" } }),
    whole("redirect", "", broken, { status: 302, headers: { location: "http://127.0.0.1:1/" } }),
    streamed("huge-headers", stream, broken, { headers: { ...type, "x-large": "a".repeat(100_000) } }),
    whole("too-short", json, broken, {
      headers: { ...jsonType, "content-length": String(Buffer.byteLength(json) + 50) },
      ending: "tear",
    }),
    streamed("torn-before-headers", [], broken, { serve: (response) => response.destroy() }),
    streamed("torn-behind-headers", [], broken, { headers, ending: "tear" }),
    streamed("torn-in-the-middle", [half], { error: "in stream" }, { headers, ending: "tear" }),
    streamed("ends-in-the-middle", [half], { error: "in stream" }, { headers }),
    ...encodings.flatMap(([id, name, compress]) => compressed(id, name, compress, stream, json, type)),
    ...sample.errors.map(([id, body, status]) => streamed(id, body, { error: status }, { headers })),
  ];
}

/** Servers that don't heed whether a stream was asked for, and such as name their answers wrongly. */
function documentsAndStreams(stream: string, json: string, type: Readonly<Record<string, string>>): RawCase[] {
  return [
    streamed("one-piece", json, greeting, { headers: jsonType }),
    streamed("one-piece-unnamed", json, greeting, { headers: {} }),
    streamed("one-piece-named-stream", json, greeting, { headers: type }),
    streamed("one-piece-pretty", JSON.stringify(JSON.parse(json), null, 2), greeting, { headers: jsonType }),
    streamed("stream-named-json", stream, greeting, { headers: jsonType }),
    whole("stream", stream, greeting, { headers: type }),
    whole("stream-named-json", stream),
  ];
}

function compressed(
  id: string,
  name: string,
  compress: (bytes: Buffer) => Buffer,
  stream: string,
  json: string,
  type: Readonly<Record<string, string>>,
): RawCase[] {
  const bytes = compress(Buffer.from(stream));
  const wholeBytes = compress(Buffer.from(json));
  const of = (headers: Readonly<Record<string, string>>) => ({ headers: { ...headers, "content-encoding": name } });
  return [
    streamed(id, [bytes.subarray(0, 40), bytes.subarray(40)], greeting, of(type)),
    streamed(`${id}-cut`, [bytes.subarray(0, -30)], { error: "in stream" }, of(type)),
    whole(id, "", greeting, { ...of(jsonType), body: [wholeBytes] }),
    whole(`${id}-cut`, "", { error: 502 }, { ...of(jsonType), body: [wholeBytes.subarray(0, -20)] }),
  ];
}
