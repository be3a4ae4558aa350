import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { UpstreamCall } from "../canonical/call.ts";
import { fold } from "../canonical/fold.ts";
import type { ReplyEvent } from "../canonical/reply-event.ts";
import { openaiResponses } from "../protocols/openai-responses/index.ts";
import { chatRequest } from "../testing/chat-request.ts";
import { occasion, target } from "../testing/target.ts";
import { FreeTextReader, freeTextOf } from "./free-text-reader.ts";
import { FreeTextTools } from "./free-text-tools.ts";
import { chatFace } from "./prepare-call.ts";

const format = { type: "grammar", syntax: "lark", definition: "start: /.+/" };
const patch = { name: "patch", description: "d", parameters: null, isStrict: null, custom: { format } };
const plain = { name: "f", description: null, parameters: { type: "object" }, isStrict: null };

describe("FreeTextTools", () => {
  it("tells a tool with free text as a function with one text, and its calls in the history likewise", () => {
    const request = chatRequest({
      tools: [patch, plain],
      messages: [
        {
          role: "assistant",
          parts: [
            { type: "tool-call", id: "1", name: "patch", arguments: 'a "b"\n', isCustom: true },
            { type: "tool-call", id: "2", name: "f", arguments: "{}" },
          ],
        },
        {
          role: "tool",
          parts: [{ type: "tool-result", callId: "1", name: null, parts: [], isError: false, isCustom: true }],
        },
      ],
    });
    const told = FreeTextTools.for(request, false)?.apply(request);
    expect(told?.tools[0]).toMatchObject({
      name: "patch",
      description: "d",
      parameters: { properties: { input: { type: "string" } }, required: ["input"] },
    });
    expect(JSON.stringify(told?.tools[0]?.parameters)).toContain("start: /.+/");
    expect(told?.tools[1]).toEqual(plain);
    expect(told?.messages[0]?.parts).toEqual([
      { type: "tool-call", id: "1", name: "patch", arguments: '{"input":"a \\"b\\"\\n"}' },
      { type: "tool-call", id: "2", name: "f", arguments: "{}" },
    ]);
    expect(JSON.stringify(told)).not.toContain("isCustom");
  });

  it("leaves alone what needs nothing", () => {
    expect(FreeTextTools.for(chatRequest({ tools: [plain] }), false)).toBeNull();
    expect(FreeTextTools.for(chatRequest({ tools: [patch] }), true)).toBeNull();
  });

  it("makes free text of calls again, whole and streamed in any pieces", () => {
    const tools = FreeTextTools.for(chatRequest({ tools: [patch, plain] }), false);
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.constant('*** Begin\n\t"x" \\ 😀'));
    fc.assert(
      fc.property(text, fc.array(fc.nat(60)), fc.boolean(), (input, cuts, isEscaped) => {
        const compact = JSON.stringify({ input });
        const json = isEscaped
          ? compact.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
          : compact;
        const events: ReplyEvent[] = [
          { type: "tool-input-start", choice: 0, block: 0, id: "a", name: "patch" },
          { type: "tool-input-start", choice: 0, block: 1, id: "b", name: "f" },
        ];
        let from = 0;
        for (const to of [...cuts, json.length].toSorted((one, other) => one - other)) {
          events.push({ type: "tool-input-delta", choice: 0, block: 0, text: json.slice(from, to) });
          from = Math.max(from, to);
        }
        events.push(
          { type: "tool-input-delta", choice: 0, block: 1, text: '{"input":"x"}' },
          { type: "tool-input-end", choice: 0, block: 0 },
          { type: "tool-input-end", choice: 0, block: 1 },
          { type: "finish", choice: 0, reason: "tool-calls", stopSequence: null },
        );
        const restored: ReplyEvent[] = [];
        const emit = tools?.restoring((event) => restored.push(event));
        for (const event of events) emit?.(event);
        expect(fold(restored).choices[0]?.parts).toEqual([
          { type: "tool-call", id: "a", name: "patch", arguments: input, isCustom: true },
          { type: "tool-call", id: "b", name: "f", arguments: '{"input":"x"}' },
        ]);
        expect(tools?.restoreReply(fold(events)).choices).toEqual(fold(restored).choices);
      }),
    );
  });

  it("takes for the text what is no such JSON, and an empty object for none", () => {
    expect(freeTextOf("just text")).toBe("just text");
    expect(freeTextOf('{"other":1}')).toBe('{"other":1}');
    expect(freeTextOf("{}")).toBe("");
    expect(freeTextOf(' { "input" : "cut sho')).toBe("cut sho");
    const reader = new FreeTextReader();
    expect([
      reader.add('{"input":"a\\'),
      reader.add("n\\ud83d"),
      reader.add('\\ude00b"} trailing'),
      reader.end(),
    ]).toEqual(["a", "\n", "😀b", ""]);
  });

  it("gives a client of responses the kind of call it knows, from an upstream that knows only functions", () => {
    const body = {
      model: "m",
      input: "edit",
      stream: true,
      store: false,
      tools: [{ type: "custom", name: "patch", description: "d", format }],
    };
    const route = { captures: [], query: new URLSearchParams(), headers: {} };
    const call = chatFace(openaiResponses).decodeCall(Buffer.from(JSON.stringify(body)), route);
    const upstreamCall = call.prepare(target(), occasion()) as UpstreamCall;
    expect(JSON.parse(upstreamCall.body.toString("utf8")).tools[0]).toMatchObject({
      type: "function",
      function: { name: "patch", parameters: { required: ["input"] } },
    });
    const listener = upstreamCall.listen();
    const piece = (text: string) => ({ tool_calls: [{ index: 0, function: { arguments: text } }] });
    const deltas = [
      { tool_calls: [{ index: 0, id: "c1", function: { name: "patch", arguments: "" } }] },
      piece('{"input":"*** Be'),
      piece('gin\\n"}'),
    ];
    const frames = [
      ...deltas.map((delta) => JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })),
      '{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}',
      "[DONE]",
    ];
    let text = "";
    for (const frame of frames) {
      const bytes = Buffer.from(frame);
      if (listener.judge(bytes, 0, bytes.length) !== "withhold") text += listener.replacement?.toString("utf8");
    }
    expect([...text.matchAll(/input\.delta".*?"delta":("[^"]*")/g)].map((match) => match[1])).toEqual([
      '"*** Be"',
      '"gin\\n"',
    ]);
    expect(text).toContain('"type":"custom_tool_call"');
    expect(text).toContain('"input":"*** Begin\\n"');
    expect(text).not.toContain("function_call_arguments");
  });
});
