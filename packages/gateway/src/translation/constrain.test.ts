import { type ModelConstraints, noConstraints } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Notes } from "../canonical/notes.ts";
import { openaiChat } from "../protocols/openai-chat/index.ts";
import { openai } from "../providers/openai.ts";
import { target } from "../testing/target.ts";
import { constrain } from "./constrain.ts";

const nested = { parameterPaths: { top_p: ["options", "top_p"], max_tokens: ["options", "num_predict"] } } as const;

function constrained(
  json: string,
  constraints: Partial<ModelConstraints>,
  protocol: Parameters<typeof constrain>[1] = openaiChat,
  rejects: readonly string[] = [],
) {
  const notes = new Notes();
  const where = target({ provider: { ...openai, rejects }, constraints: { ...noConstraints, ...constraints } });
  const body = constrain(Buffer.from(json), protocol, where, notes).toString("utf8");
  return { body, dropped: notes.dropped, clamped: notes.clamped };
}

describe("constrain", () => {
  it("moves a value to the nearest end of its range, names it, and leaves every other byte", () => {
    const json = '{"n":1,  "top_p" : 1.0 ,"seed":12345678901234567890,"temperature":-0, "s":"\\u00e9"}';
    const { body, clamped, dropped } = constrained(json, {
      ranges: { top_p: { maximum: 0.95 }, temperature: { minimum: 0.01, maximum: 2 } },
    });
    expect(body).toBe('{"n":1,  "top_p" : 0.95 ,"seed":12345678901234567890,"temperature":0.01, "s":"\\u00e9"}');
    expect(clamped).toEqual(["temperature=0.01", "top_p=0.95"]);
    expect(dropped).toEqual([]);
  });

  it("takes out what the model or its vendor refuses, by a parameter's name or a path, and names it", () => {
    const json = '{"logprobs":true,"seed":1,"a":{"b":1,"c":2},"top_p":2}';
    const ranges = { seed: { maximum: 0 } };
    const result = constrained(json, { ranges, rejected: ["seed", "a.b", "absent"] }, openaiChat, ["logprobs"]);
    expect(result).toEqual({ body: '{"a":{"c":2},"top_p":2}', dropped: ["logprobs", "seed", "a.b"], clamped: [] });
  });

  it("finds a parameter where the protocol has it", () => {
    const json = '{"top_p":1,"options":{"top_p":1,"num_predict":9000}}';
    const constraints = { ranges: { top_p: { maximum: 0.9 }, max_tokens: { maximum: 4096 } } };
    expect(constrained(json, constraints, nested)).toEqual({
      body: '{"top_p":1,"options":{"top_p":0.9,"num_predict":4096}}',
      dropped: [],
      clamped: ["top_p=0.9", "max_tokens=4096"],
    });
    expect(constrained(json, { rejected: ["top_p"] }, nested).dropped).toEqual(["options.top_p"]);
  });

  it("invents nothing, forces nothing that is recommended, and leaves what is no number to the upstream", () => {
    const constraints = { ranges: { top_p: { minimum: 0.5 }, n: { maximum: 1 } }, recommended: { temperature: 0.6 } };
    for (const json of ['{"model":"m"}', '{"top_p":null}', '{"top_p":"0.1"}', '{"top_p":0.5,"n":1}']) {
      expect(constrained(json, constraints)).toEqual({ body: json, dropped: [], clamped: [] });
    }
  });

  it("keeps every value within its range, whatever stands around it", () => {
    const value = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), value, (others, top_p) => {
        const sent = { ...others, top_p };
        const { body, clamped } = constrained(JSON.stringify(sent), {
          ranges: { top_p: { minimum: 0.1, maximum: 0.9 } },
        });
        const kept = Math.min(0.9, Math.max(0.1, top_p));
        expect(JSON.parse(body)).toEqual(JSON.parse(JSON.stringify({ ...others, top_p: kept })));
        expect(clamped).toEqual(kept === top_p ? [] : [`top_p=${kept}`]);
      }),
    );
  });
});
