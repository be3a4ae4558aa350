import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoUpstream, startDemoUpstream } from "../server.ts";
import { complete, contentOf, streamChunks, type ToolDelta } from "../testing/chat-client.ts";
import { campusModels } from "./campus.ts";

let upstream: DemoUpstream;
beforeAll(async () => {
  upstream = await startDemoUpstream();
});
afterAll(() => upstream.close());

const user = (content: unknown) => ({ role: "user", content });

describe("demo-echo", () => {
  it("answers with the last user text, across its parts", async () => {
    const messages = [
      user("first"),
      user([
        { type: "text", text: "量子🎓" },
        { type: "text", text: " second" },
      ]),
      { role: "assistant", content: "no" },
    ];
    expect((await complete(upstream.url, "demo-echo", { messages })).choices[0]?.message.content).toBe("量子🎓 second");
    expect(contentOf(await streamChunks(upstream.url, "demo-echo", { messages }))).toBe("量子🎓 second");
  });
});

describe("demo-chunks-N", () => {
  it("sends exactly N chunks, numbered", async () => {
    const expected = Array.from({ length: 200 }, (_, index) => `${index} `).join("");
    expect(contentOf(await streamChunks(upstream.url, "demo-chunks-200"))).toBe(expected);
    expect(upstream.requests().at(-1)).toMatchObject({ chunksSent: 200, finished: true, closedEarly: false });
  });

  it("with every-MSms takes that long for each chunk", async () => {
    const startedAt = performance.now();
    const chunks = await streamChunks(upstream.url, "demo-chunks-5-every-20ms");
    expect(contentOf(chunks)).toBe("0 1 2 3 4 ");
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(5 * 20 - 5);
  });
});

describe("demo-tools", () => {
  const weather = {
    name: "get_weather",
    parameters: { properties: { city: { type: "string" }, days: { type: "integer" }, unit: { enum: ["C", "F"] } } },
  };
  const tools = [
    { type: "function", function: weather },
    { type: "function", function: { name: "get_time" } },
  ];
  const first = { city: "北京", days: 1, unit: "C" };

  it("calls the first tool with arguments after its schema, streamed in pieces", async () => {
    const whole = await complete(upstream.url, "demo-tools", { tools });
    expect(whole.choices[0]).toMatchObject({ finish_reason: "tool_calls", message: { content: null } });
    const calls = whole.choices[0]?.message.tool_calls;
    expect(calls?.map((call) => [call.function.name, JSON.parse(call.function.arguments)])).toEqual([
      ["get_weather", first],
    ]);

    const chunks = await streamChunks(upstream.url, "demo-tools", { tools });
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("tool_calls");
    const deltas = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(deltas[0]).toMatchObject({ index: 0, id: "call_demo_0", function: { name: "get_weather", arguments: "" } });
    expect(deltas.length).toBeGreaterThan(5);
    expect(JSON.parse(argumentsOf(deltas, 0))).toEqual(first);
  });

  it('makes two parallel calls when the text contains "two"', async () => {
    const body = { tools, messages: [user("compare two places")] };
    const deltas = (await streamChunks(upstream.url, "demo-tools", body)).flatMap(
      (chunk) => chunk.choices[0]?.delta.tool_calls ?? [],
    );
    const opened = deltas.filter((delta) => delta.id).map((delta) => [delta.index, delta.id, delta.function.name]);
    expect(opened).toEqual([
      [0, "call_demo_0", "get_weather"],
      [1, "call_demo_1", "get_time"],
    ]);
    expect([argumentsOf(deltas, 0), argumentsOf(deltas, 1)].map((text) => JSON.parse(text))).toEqual([first, {}]);
    const one = await complete(upstream.url, "demo-tools", { ...body, parallel_tool_calls: false });
    expect(one.choices[0]?.message.tool_calls).toHaveLength(1);
  });

  it("answers in text after a tool result, without tools and with tool_choice none", async () => {
    const result = { role: "tool", tool_call_id: "call_demo_0", content: "sunny" };
    const called = { id: "call_demo_0", type: "function", function: { name: "get_time", arguments: "{}" } };
    const messages = [user("two"), { role: "assistant", tool_calls: [called] }, result];
    for (const body of [{ tools, messages }, {}, { tools, tool_choice: "none" }]) {
      const choice = (await complete(upstream.url, "demo-tools", body)).choices[0];
      expect(choice?.finish_reason).toBe("stop");
      expect(choice?.message.content).toBeTruthy();
    }
  });

  function argumentsOf(deltas: readonly ToolDelta[], index: number): string {
    return deltas
      .filter((delta) => delta.index === index)
      .map((delta) => delta.function.arguments)
      .join("");
  }
});

describe("demo-image", () => {
  it("digests the decoded bytes of each image, a megabyte included", async () => {
    const small = Buffer.from([0, 255, 16]);
    const large = Buffer.alloc(1024 * 1024, "large");
    const part = (mime: string, bytes: Buffer) => ({
      type: "image_url",
      image_url: { url: `data:${mime};base64,${bytes.toString("base64")}` },
    });
    const content = [part("image/png", small), { type: "text", text: "?" }, part("image/jpeg", large)];
    const whole = await complete(upstream.url, "demo-image", {
      messages: [user([part("image/gif", small)]), user(content)],
    });
    const hex = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
    expect(whole.choices[0]?.message.content).toBe(
      `sha256:${hex(small)} bytes:3 type:image/png\nsha256:${hex(large)} bytes:1048576 type:image/jpeg\n`,
    );
    expect(whole.usage?.completion_tokens).toBe(2);
  });

  it("says so where there is no image or no data", async () => {
    expect((await complete(upstream.url, "demo-image")).choices[0]?.message.content).toBe("no image");
    const content = [{ type: "image_url", image_url: { url: "https://example.org/cat.png" } }];
    const whole = await complete(upstream.url, "demo-image", { messages: [user(content)] });
    expect(whole.choices[0]?.message.content).toBe("not a base64 data URL\n");
  });
});

describe("the campus models", () => {
  it.concurrent.each(campusModels)("%s answers several Chinese sentences on what was asked", async (model) => {
    const messages = [user("什么是熵？")];
    const chunks = await streamChunks(upstream.url, model, { messages });
    const text = contentOf(chunks);
    expect(text).toContain("熵");
    expect(text.split("。").length).toBeGreaterThan(4);
    const reasons = chunks.some((chunk) => chunk.choices[0]?.delta.reasoning_content);
    expect(reasons).toBe(model === "deepseek-r1");
  });
});
