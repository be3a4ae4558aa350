import { AppError } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Target } from "../../canonical/target.ts";
import { target } from "../../testing/target.ts";
import { PAID_APART } from "./hosted.ts";
import { decodeCall } from "./request.ts";

const sentTo = (body: string | Buffer, changes: Partial<Target>) =>
  decodeCall(Buffer.from(body)).pass(target(changes)).body.toString();
const read = new Set([
  "model",
  "messages",
  "stream",
  "stream_options",
  "max_tokens",
  "max_completion_tokens",
  "n",
  "user",
  "models",
  "provider",
  "service_tier",
  "route",
  "tools",
  ...PAID_APART,
]);

describe("decodeCall", () => {
  it("keeps every field it does not know, byte for byte, in its place", () => {
    const others = fc.dictionary(
      fc.string().filter((key) => !read.has(key.toUpperCase().toLowerCase())),
      fc.jsonValue(),
      { maxKeys: 5 },
    );
    fc.assert(
      fc.property(others, others, fc.string({ minLength: 1 }), (before, after, upstream) => {
        const members = (value: object) => JSON.stringify(value, null, 1).slice(1, -1);
        const parts = [members(before), '"model": "公开"', '"messages": [{}]', members(after)].filter(
          (part) => part.trim() !== "",
        );
        const body = `{${parts.join(",")}}`;
        const sent = sentTo(body, { upstreamModel: upstream });
        expect(sent).toBe(body.replace('"model": "公开"', () => `"model": ${JSON.stringify(upstream)}`));
      }),
    );
  });

  it("takes the tiers that usual prices are for, and refuses others", () => {
    for (const tier of ["null", '"auto"', '"default"']) {
      const body = `{"model":"m","messages":[{}],"service_tier":${tier}}`;
      expect(sentTo(body, {})).toBe(body);
    }
    for (const tier of ['"priority"', '"flex"', '"Auto"', "{}"])
      expect(() => sentTo(`{"model":"m","messages":[{}],"service_tier":${tier}}`, {})).toThrow("service_tier");
  });

  it("refuses a list without messages, however many blanks are in it, and takes one behind as many", () => {
    const blanks = " \r\n\t".repeat(50);
    for (const messages of ["[]", "[ ]", `[${blanks}]`, "{}", "null"])
      expect(() => sentTo(`{"model":"m","messages":${messages}}`, {})).toThrow("messages");
    for (const messages of ["[{}]", `[${blanks}{}${blanks}]`, "[0]"])
      expect(sentTo(`{"model":"m","messages":${messages}}`, {})).toContain(messages);
  });

  it("reads the model's name as JSON has it", () => {
    const named = (json: string) => decodeCall(Buffer.from(`{"model":${json},"messages":[{}]}`)).model;
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (name) => {
        expect(named(JSON.stringify(name))).toBe(name);
      }),
    );
    expect(named('"a\\u002f\\/b"')).toBe("a//b");
    for (const json of ['""', "7", "null"]) expect(() => named(json)).toThrow("model");
  });

  it("hands on the very bytes where nothing is to be changed", () => {
    const body = Buffer.from('{"model":"m","messages":[{}],"stream":false,"user":null}');
    expect(decodeCall(body).pass(target()).body).toBe(body);
  });

  it.each([
    [
      '{"model":"m","messages":[{}],"stream":true}',
      '{"model":"m","messages":[{}],"stream":true,"stream_options":{"include_usage":true}}',
    ],
    [
      '{"stream_options":null,"stream":true,"model":"m","messages":[{}]}',
      '{"stream_options":{"include_usage":true},"stream":true,"model":"m","messages":[{}]}',
    ],
    [
      '{"stream_options":{ },"stream":true,"model":"m","messages":[{}]}',
      '{"stream_options":{"include_usage":true },"stream":true,"model":"m","messages":[{}]}',
    ],
    [
      '{"stream_options":{"x":1},"stream":true,"model":"m","messages":[{}]}',
      '{"stream_options":{"include_usage":true,"x":1},"stream":true,"model":"m","messages":[{}]}',
    ],
    [
      '{"stream_options":{"include_usage":null},"stream":true,"model":"m","messages":[{}]}',
      '{"stream_options":{"include_usage":true},"stream":true,"model":"m","messages":[{}]}',
    ],
    [
      '{"stream_options":{"include_usage":true},"stream":true,"model":"m","messages":[{}]}',
      '{"stream_options":{"include_usage":true},"stream":true,"model":"m","messages":[{}]}',
    ],
    [
      '{"stream_options":{"include_usage":false},"model":"m","messages":[{}]}',
      '{"stream_options":{"include_usage":false},"model":"m","messages":[{}]}',
    ],
  ])("asks for usage on a stream: %s", (body, sent) => {
    expect(sentTo(body, { upstreamModel: "m" })).toBe(sent);
  });

  it.each([
    ['"max_tokens":100', '"max_tokens":30'],
    ['"max_completion_tokens":100', '"max_completion_tokens":30'],
    ['"max_tokens":10,"max_completion_tokens":100', '"max_tokens":10,"max_completion_tokens":30'],
    ['"max_tokens":null', '"max_tokens":30'],
    ['"top_k":1', '"top_k":1,"max_tokens":30'],
  ])("lowers the limit in %s", (given, sent) => {
    const body = Buffer.from(`{"model":"m","messages":[{}],${given}}`);
    expect(sentTo(body, { upstreamModel: "m", outputLimit: 30 })).toBe(`{"model":"m","messages":[{}],${sent}}`);
  });

  it("lets max_completion_tokens win over max_tokens, and counts choices", () => {
    const call = decodeCall(
      Buffer.from('{"model":"\\u6a21型","messages":[{}],"max_tokens":5,"max_completion_tokens":7.0,"n":3}'),
    );
    expect(call).toMatchObject({ model: "模型", outputLimit: 7, choices: 3, isStream: false, wantsStreamUsage: false });
  });

  it("refuses what is not UTF-8", () => {
    const body = Buffer.concat([Buffer.from('{"model":"m'), Buffer.from([0xff]), Buffer.from('","messages":[{}]}')]);
    expect(() => decodeCall(body)).toThrow(AppError);
  });

  it("reads a message list that begins with many blanks", () => {
    const blanks = " ".repeat(200);
    expect(() => decodeCall(Buffer.from(`{"model":"m","messages":[${blanks}]}`))).toThrow(AppError);
    expect(decodeCall(Buffer.from(`{"model":"m","messages":[${blanks}{}]}`)).model).toBe("m");
  });

  it("hides whoever is named, in every field that names people (case 63)", () => {
    const body =
      '{"model":"m","messages":[{}],"user":"2023012345","safety_identifier":"2023012345","metadata":{"a":1.0,"user_id":"2023012345"}}';
    expect(decodeCall(Buffer.from(body)).pass(target()).body.toString("utf8")).toBe(
      '{"model":"m","messages":[{}],"user":"user_1","safety_identifier":"user_1","metadata":{"a":1.0,"user_id":"user_1"}}',
    );
    const hidden = (metadata: string) => sentTo(`{"model":"m","messages":[{}],"metadata":${metadata}}`, {});
    expect(
      hidden('{"course":"CS 101","学号":"2023-01","note":"of 2023012345","us\\u0065r":"x","n":2023012345}'),
    ).toContain('"metadata":{"course":"CS 101","学号":"user_1","note":"user_1","us\\u0065r":"user_1","n":"user_1"}');
    expect(hidden('{"user_id":"a","user\\u005fid":"b","no":"\\u0032023012345"}')).not.toMatch(/"a"|"b"|023012345/);
    const plain = Buffer.from('{"model":"m","messages":[{}],"metadata":{"topic":"user_id"}}');
    expect(decodeCall(plain).pass(target()).body.equals(plain)).toBe(true);
  });
});

describe("pass", () => {
  const passed = (more: string, changes: Partial<Target> = {}) =>
    sentTo(`{"model":"m","messages":[{}],${more}}`, changes);
  const covers: Partial<Target> = { provider: { ...target().provider, serverTools: ["web_search"] } };

  it.each([
    '"web_search_options":{}',
    '"enable_search":true',
    '"plugins":[{"id":"web"}]',
    '"search_parameters":{"mode":"on"}',
    '"tools":[{"type":"function","function":{"name":"f"}},{"type":"web_search"}]',
    '"tools":[{"type":"builtin_function","function":{"name":"$web_search"}}]',
  ])("refuses what the upstream would do by itself and bill apart: %s (case 14)", (more) => {
    expect(() => passed(more)).toThrow(expect.objectContaining({ code: "invalid_request" }));
  });

  it.each([
    '"tools":[{"type":"web_search","type":"function"}]',
    '"tools":[{"type":"function","Type":"web_search"}]',
    '"tools":[{"type":"function","t\\u0079pe":"web_search"}]',
    '"Enable_search":true',
    '"tools":[],"tools":[]',
  ])("never lets two parsers see two requests: %s", (more) => {
    expect(() => passed(more)).toThrow(expect.objectContaining({ code: "invalid_request" }));
  });

  it("passes it where the provider's prices cover it, and what is switched off", () => {
    for (const more of ['"web_search_options":{}', '"tools":[{"type":"web_search"}]'])
      expect(passed(more, covers)).toContain(more);
    for (const more of ['"enable_search":false', '"plugins":[]', '"tools":[{"type":"custom"},{"type":"function"},{}]'])
      expect(passed(more)).toContain(more);
  });

  it.each(['{"type":"file","file":{"file_id":"file-1"}}', '{"type":"file","f\\u0069le":{"file\\u005fid":"file-1"}}'])(
    "finds no file that is stored under the channel's credential: %s (case 27)",
    (part) => {
      const body = `{"model":"m","messages":[{"role":"user","content":[${part}]}]}`;
      expect(() => sentTo(body, {})).toThrow(expect.objectContaining({ code: "not_found" }));
      expect(() => sentTo(body.replace("file-1", ""), {})).not.toThrow();
      // Media, within which nothing is looked for, may stand before and behind it.
      const picture = `{"type":"image_url","image_url":{"url":"data:image/png;base64,${"file_id0".repeat(40)}"}}`;
      const among = (...parts: readonly string[]) =>
        `{"model":"m","messages":[{"role":"user","content":[${parts.join()}]}]}`;
      for (const parts of [
        [picture, part],
        [part, picture],
        [picture, part, picture],
      ])
        expect(() => sentTo(among(...parts), {})).toThrow(expect.objectContaining({ code: "not_found" }));
      expect(() => sentTo(among(picture, picture), {})).not.toThrow();
    },
  );
});
