import { describe, expect, it } from "vitest";
import { encodeShow, encodeTags, type ListedModel } from "./models.ts";

const model: ListedModel = {
  id: "01a20184-7886-7bfc-9e7b-46e93c23be29",
  name: "minicpm4-8b",
  vendor: "Open BMB",
  capabilities: ["vision", "reasoning", "tools", "realtime"],
  contextTokens: 32_768,
  createdAt: new Date("2026-09-01T00:00:00Z"),
  constraints: { recommended: { top_k: 20, top_p: 0.95, temperature: 0.6, repeat_penalty: 1 } },
};

describe("encodeTags", () => {
  it("has every field that clients read (case 34)", () => {
    expect(encodeTags([model])).toEqual({
      models: [
        {
          name: "minicpm4-8b",
          model: "minicpm4-8b",
          modified_at: "2026-09-01T00:00:00.000Z",
          size: 0,
          digest: expect.stringMatching(/^[0-9a-f]{64}$/),
          details: {
            parent_model: "",
            format: "",
            family: "open-bmb",
            families: ["open-bmb"],
            parameter_size: "",
            quantization_level: "",
            context_length: 32_768,
          },
          capabilities: ["completion", "vision", "thinking", "tools"],
        },
      ],
    });
  });
});

describe("encodeShow", () => {
  it("shows the course's parameters and the context, and leaves no field out (case 34)", () => {
    expect(encodeShow(model)).toMatchObject({
      license: "",
      template: "{{ .Prompt }}",
      system: "",
      modelfile:
        "FROM minicpm4-8b\nPARAMETER repeat_penalty 1\nPARAMETER temperature 0.6\nPARAMETER top_k 20\nPARAMETER top_p 0.95",
      parameters: [
        "repeat_penalty                 1",
        "temperature                    0.6",
        "top_k                          20",
        "top_p                          0.95",
      ].join("\n"),
      model_info: { "general.architecture": "open-bmb", "open-bmb.context_length": 32_768 },
      capabilities: ["completion", "vision", "thinking", "tools"],
      details: { family: "open-bmb" },
    });
  });

  it("says nothing of a context that nobody knows, and gives a nameless vendor a word", () => {
    const shown = encodeShow({ ...model, vendor: "", contextTokens: null, capabilities: ["embedding"] });
    expect(shown).toMatchObject({ details: { family: "lyceum" }, capabilities: ["embedding"] });
    expect(JSON.stringify(shown)).not.toContain("context_length");
    expect(encodeShow({ ...model, vendor: "智谱" })).toMatchObject({ details: { family: "智谱" } });
  });
});
