import { describe, expect, it } from "vitest";
import { readChannelImport } from "./import-channels.ts";

/** As New API's `GET /api/channel/` answers: pages, and keys left out. */
const newApiPage = {
  success: true,
  message: "",
  data: {
    page: 1,
    page_size: 20,
    total: 3,
    items: [
      {
        id: 3,
        type: 43,
        key: "",
        name: "deepseek-main",
        status: 1,
        weight: 5,
        priority: 10,
        base_url: "",
        models: "deepseek-chat,deepseek-reasoner",
        group: "default,vip",
        model_mapping: "",
        status_code_mapping: "",
        auto_ban: 1,
        tag: null,
        param_override: null,
        header_override: null,
        channel_info: { is_multi_key: false },
      },
      {
        id: 2,
        type: 1,
        key: "sk-one-000000000001\nsk-two-000000000002\n",
        name: "自建 vLLM",
        status: 2,
        weight: null,
        priority: 4000,
        base_url: "http://10.8.0.3:8000/",
        models: "qwen3,qwen3-think, 坏名字 ",
        group: "default",
        model_mapping: '{"qwen3":"Qwen/Qwen3-32B","qwen3-think":"Qwen/Qwen3-32B"}',
        status_code_mapping: '{"400":"500"}',
        param_override: '{"temperature":0.6,"chat_template_kwargs.enable_thinking":false,"model":"x"}',
        header_override: '{"X-Team":"physics","Authorization":"Bearer {api_key}"}',
        channel_info: { is_multi_key: true, multi_key_status_list: { "1": 2 } },
      },
      {
        id: 1,
        type: 3,
        key: "k",
        name: "azure",
        status: 1,
        models: "gpt-4o",
        group: "default",
        base_url: "https://x.example",
      },
    ],
  },
};

describe("a New API list", () => {
  const read = readChannelImport(JSON.stringify(newApiPage));
  const [first, second, third] = read?.channels ?? [];

  it("is known by its members, and an empty address means the vendor's", () => {
    expect(read?.source).toBe("new-api");
    expect(first).toMatchObject({
      name: "deepseek-main",
      provider: "deepseek",
      baseUrl: "https://api.deepseek.com/v1",
      credentials: [],
      models: [
        { name: "deepseek-chat", upstreamModel: "deepseek-chat" },
        { name: "deepseek-reasoner", upstreamModel: "deepseek-reasoner" },
      ],
      groups: ["default", "vip"],
      priority: 10,
      weight: 5,
      isEnabled: true,
      notes: [],
      problem: null,
    });
  });

  it("brings several keys with their states, mappings and overrides, and says what it can't", () => {
    expect(second).toMatchObject({
      baseUrl: "http://10.8.0.3:8000/v1",
      credentials: [
        { secret: "sk-one-000000000001", isEnabled: true },
        { secret: "sk-two-000000000002", isEnabled: false },
      ],
      models: [
        { name: "qwen3", upstreamModel: "Qwen/Qwen3-32B" },
        { name: "qwen3-think", upstreamModel: "Qwen/Qwen3-32B" },
      ],
      priority: 1000,
      weight: 1,
      isEnabled: false,
      overrides: {
        headers: [{ name: "x-team", value: "physics" }],
        body: [
          { path: "temperature", value: 0.6, isForced: true },
          { path: "chat_template_kwargs.enable_thinking", value: false, isForced: true },
        ],
      },
    });
    expect([...(second?.notes ?? [])].sort()).toEqual([
      ...["fields-left", "headers-left", "models-left", "off", "ranking-changed", "statuses-left"],
    ]);
  });

  it("has rows that can't be imported, with the reason", () => {
    expect(third).toMatchObject({ name: "azure", problem: "unknown-type" });
  });
});

describe("a One API list", () => {
  const row = { type: 36, key: "sk-a", name: "a", status: 1, models: "m", group: "default", config: "", base_url: "" };
  const one = (changes: object) => readChannelImport(JSON.stringify([{ ...row, ...changes }]))?.channels[0];

  it("has numbers of its own", () => {
    expect(readChannelImport(JSON.stringify([row]))?.source).toBe("one-api");
    expect(one({})).toMatchObject({ provider: "deepseek", baseUrl: "https://api.deepseek.com/v1" });
    expect(one({ type: 30, base_url: "http://10.0.0.4:11434" })).toMatchObject({
      provider: "ollama",
      baseUrl: "http://10.0.0.4:11434",
    });
    expect(one({ type: 50 })).toMatchObject({ problem: "no-address" });
    expect(readChannelImport(JSON.stringify([row]), "new-api")?.channels[0]?.problem).toBe("unknown-type");
  });

  it.each([
    [8, "https://x.example/v1/chat/completions", "https://x.example/v1"],
    [8, "https://x.example/api/paas/v4", "https://x.example/api/paas/v4"],
    [1, "https://x.example/v1/", "https://x.example/v1"],
    [14, "", "https://api.anthropic.com"],
    [17, "", "https://dashscope.aliyuncs.com/compatible-mode/v1"],
    [24, "", "https://generativelanguage.googleapis.com"],
  ])("of type %i at %j calls %s", (type, base_url, expected) => {
    expect(one({ type, base_url })?.baseUrl).toBe(expected);
  });

  it("says of each row what is wrong with it, and gives every channel a name of its own", () => {
    const rows = [row, row, { name: "a" }, 5, { ...row, model_mapping: "{" }];
    const read = readChannelImport(JSON.stringify({ data: rows }), "one-api");
    expect(read?.channels.map(({ name, problem }) => [name, problem])).toEqual([
      ["a", null],
      ["a 2", null],
      ["channel 3", "unreadable"],
      ["channel 4", "unreadable"],
      ["a 3", null],
    ]);
    expect(read?.channels[4]?.notes).toEqual(["mapping-left"]);
  });
});

it("what is no list of channels is none", () => {
  for (const json of ["", "{", "[]", "5", '{"data":null}', '{"data":{"items":[]}}', '"text"'])
    expect(readChannelImport(json), json).toBeNull();
});

describe("a list that means harm", () => {
  const read = (row: object) =>
    readChannelImport(
      JSON.stringify([{ type: 1, key: "k", name: "n", status: 1, models: "m", group: "default", ...row }]),
    )?.channels[0];
  const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

  it("is refused, not followed, where it is wrapped without end", () => {
    expect(readChannelImport(`${'{"data":'.repeat(100_000)}[]${"}".repeat(100_000)}`)).toBeNull();
    expect(readChannelImport(deep(100_000))?.channels[0]?.problem).toBe("unreadable");
  });

  it("leaves behind fields that nothing could hold: too deep, a NUL, half a character", () => {
    const found = read({ param_override: `{"a":${deep(100_000)},"b":"\\u0000","c":"\\ud800","d":1}` });
    expect(found?.overrides.body).toEqual([{ path: "d", value: 1, isForced: true }]);
    expect(found?.notes).toContain("fields-left");
  });

  it("takes names that every object has for names", () => {
    expect(read({ models: "constructor,toString,m", model_mapping: '{"m":"there"}' })?.models).toEqual([
      { name: "constructor", upstreamModel: "constructor" },
      { name: "toString", upstreamModel: "toString" },
      { name: "m", upstreamModel: "there" },
    ]);
  });

  it("leaves behind models that no upstream calls so, and what is more than a channel can have", () => {
    const odd = read({ models: "a,b,c", model_mapping: JSON.stringify({ a: "x\u0000y", b: "x".repeat(257) }) });
    expect(odd?.models).toEqual([{ name: "c", upstreamModel: "c" }]);
    const many = Array.from({ length: 5_000 }, (_, index) => `m${index}`);
    const huge = read({ models: many.join(","), key: many.join("\n") });
    expect([huge?.models.length, huge?.credentials.length]).toEqual([2_000, 500]);
    expect(huge?.notes).toEqual(expect.arrayContaining(["models-left", "keys-left"]));
    expect(read({ key: "sk-good\nsk-schlecht-ü" })).toMatchObject({
      credentials: [{ secret: "sk-good" }],
      notes: ["keys-left"],
    });
  });

  it("writes nothing to a terminal but text", () => {
    const found = read({ name: "\u001b[2Jn", base_url: "https://a.example/\u001b[31m", group: "a\u0007" });
    expect(JSON.stringify(found)).not.toMatch(/\\u00/);
  });
});
