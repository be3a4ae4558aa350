import { describe, expect, it } from "vitest";
import { type CanonicalRequest, noSampling } from "../canonical/canonical-request.ts";
import { ToolNames } from "./tool-names.ts";

const rule = { maximum: 64, pattern: /^[a-zA-Z0-9_-]+$/ };
const long = `mcp__${"a_very_long_server_name".repeat(4)}__search`;
const tool = (name: string) => ({ name, description: null, parameters: null, isStrict: null });
const request = (names: readonly string[]): CanonicalRequest => ({
  model: "m",
  messages: [
    {
      role: "assistant",
      parts: names.map((name, index) => ({ type: "tool-call", id: `${index}`, name, arguments: "{}" })),
    },
    {
      role: "tool",
      parts: names.map((name, index) => ({ type: "tool-result", callId: `${index}`, name, parts: [], isError: false })),
    },
  ],
  tools: names.map(tool),
  toolChoice: names[0] === undefined ? null : { kind: "named", name: names[0] },
  parallelToolCalls: null,
  sampling: noSampling,
  stop: [],
  outputLimit: null,
  choices: 1,
  reasoning: null,
  outputFormat: null,
  topLogprobs: null,
  isStream: false,
  namesUser: false,
  unmapped: [],
});

describe("ToolNames", () => {
  it("gives long and odd names legal ones everywhere, and puts the originals back (case 13)", () => {
    const names = [long, `${long}2`, "查询.天气", "fine"];
    const renames = ToolNames.for(request(names), rule);
    const sent = renames?.apply(request(names));
    const short = sent?.tools.map(({ name }) => name) ?? [];
    expect(new Set(short).size).toBe(4);
    for (const name of short) expect(name.length <= 64 && rule.pattern.test(name)).toBe(true);
    expect(short[3]).toBe("fine");
    expect(sent?.toolChoice).toEqual({ kind: "named", name: short[0] });
    expect(sent?.messages.flatMap(({ parts }) => parts.map((part) => "name" in part && part.name))).toEqual([
      ...short,
      ...short,
    ]);
    const back = short.map((name) =>
      renames?.restoreEvent({ type: "tool-input-start", choice: 0, block: 0, id: "1", name }),
    );
    expect(back.map((event) => event?.type === "tool-input-start" && event.name)).toEqual(names);
  });

  it("is the same in every turn, and none where nothing needs it", () => {
    const first = ToolNames.for(request([long]), rule)?.apply(request([long])).tools[0]?.name;
    expect(ToolNames.for(request(["x", long]), rule)?.apply(request(["x", long])).tools[1]?.name).toBe(first);
    expect(ToolNames.for(request(["a", "b-c_1"]), rule)).toBeNull();
    expect(ToolNames.for(request([long]), null)).toBeNull();
  });
});
