import type { ModelRow } from "@lyceum/db";
import { describe, expect, it } from "vitest";
import { readHealthView } from "./filter.ts";
import { cellState, filterRows, matrixRows } from "./matrix.ts";

const model = (name: string, standing: string, changes: Partial<ModelRow> = {}): ModelRow =>
  ({
    ...{ id: name, name, vendor: "智谱", standing: "up", retiresAt: null },
    deployments: [{ id: `d-${name}`, channelId: "c", channelName: "campus", standing, isUp: standing === "up" }],
    ...changes,
  }) as ModelRow;
const rows = (models: ModelRow[]) => matrixRows(models, new Map(), new Map());

describe("the matrix", () => {
  it("puts what is broken first and leaves out what is retired or on no channel", () => {
    const models = [
      model("a", "up"),
      model("gone", "up", { standing: "removed" }),
      model("b", "open"),
      model("bare", "up", { deployments: [] }),
      model("c", "off"),
    ];
    expect(rows(models).map(({ name }) => name)).toEqual(["b", "a", "c"]);
  });

  it("tells a deployment that nobody asked from one that answers", () => {
    expect(cellState({ standing: "up", traffic: null })).toBe("idle");
    expect(cellState({ standing: "up", traffic: { requests: 1, failures: 0, ttftMs: 10 } })).toBe("up");
    expect(cellState({ standing: "credentials-out", traffic: null })).toBe("credentials-out");
  });

  it("filters by words, vendor, channel and what is broken", () => {
    const all = rows([model("glm-4", "open"), model("qwen", "up", { vendor: "通义" })]);
    const names = (search: Record<string, string>) => filterRows(all, readHealthView(search)).map(({ name }) => name);
    expect(names({ q: "GLM 智谱" })).toEqual(["glm-4"]);
    expect(names({ broken: "1" })).toEqual(["glm-4"]);
    expect(names({ vendor: "通义" })).toEqual(["qwen"]);
    expect(filterRows(all, { ...readHealthView({}), channel: "other" })).toEqual([]);
    expect(filterRows(all, { ...readHealthView({}), channel: "c" })).toHaveLength(2);
  });
});
