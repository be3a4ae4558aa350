import type { PlannedChannel } from "@lyceum/db";
import { describe, expect, it } from "vitest";
import { chosenOf, proposedChoices, stateOf } from "./choices.ts";

const planned = (at: number, changes: Partial<PlannedChannel> = {}): PlannedChannel => ({
  ...{ at, name: `c${at}`, type: 1, typeName: "OpenAI", provider: "openai", baseUrl: "https://a", credentials: 1 },
  ...{ models: [], groups: ["default"], priority: 0, weight: 1, isEnabled: true, overrides: 0, notes: [] },
  ...{ problem: null, sameAddressAs: "", ...changes },
});

describe("what an import proposes", () => {
  const channels = [
    planned(0, { groups: ["default", "课程"] }),
    planned(1, { sameAddressAs: "here" }),
    planned(2, { problem: "exists", groups: ["unknown"] }),
    planned(3, { problem: "unknown-type" }),
  ];
  const ours = [
    { id: "default", name: "默认" },
    { id: "course", name: "课程" },
  ];

  it("is everything that can be and stands nowhere yet, in groups of the same id or name", () => {
    const choices = proposedChoices(channels, ours);
    expect(choices.groups).toEqual({ default: "default", 课程: "course", unknown: "" });
    expect(chosenOf(channels, choices)).toEqual([0]);
    expect(chosenOf(channels, { ...choices, unticked: new Set([0]) })).toEqual([1]);
    expect(channels.map(stateOf)).toEqual(["ready", "double", "exists", "bad"]);
  });
});
