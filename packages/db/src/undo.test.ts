import type { HealthEventKind } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { type UndoFacts, undoOf } from "./undo.ts";
import type { DeploymentStanding } from "./usable.ts";

const when = new Date("2026-11-28T02:00:00Z");
type Facts = { standing?: DeploymentStanding; credential?: "ready" | "refused"; channel?: boolean } & Partial<
  Record<"pausedAt" | "removedAt" | "retiresAt", Date>
>;
const facts = ({ standing = "up", credential = "ready", channel = true, ...dates }: Facts): UndoFacts => {
  const deployment = { id: "d", standing, isEnabled: standing !== "off", isUp: standing === "up" };
  const model = { pausedAt: null, removedAt: null, retiresAt: null, ...dates, deployments: [deployment] };
  return {
    models: new Map([["m", model]]) as unknown as UndoFacts["models"],
    credentials: new Map([["k", { state: credential, isEnabled: true }]]),
    channels: new Map([["c", { isEnabled: channel }]]),
  };
};
const undo = (kind: HealthEventKind, now: Facts = {}) =>
  undoOf({ kind, modelId: "m", channelId: "c", deploymentId: "d", credentialId: "k" }, facts(now));

describe("undoOf", () => {
  it("puts in use at once what the machine took out, and takes out by hand what came back by itself", () => {
    expect(undo("deployment-opened", { standing: "open" })).toBe("reset-deployment");
    expect(undo("deployment-opened", { standing: "half-open" })).toBe("reset-deployment");
    expect(undo("deployment-opened")).toBe("disable-deployment");
    expect(undo("credential-refused", { credential: "refused" })).toBe("reset-credential");
    expect(undo("credential-cooling")).toBe("disable-credential");
  });

  it("knows the inverse of each act by hand, while it is in force", () => {
    expect(undo("model-paused", { pausedAt: when })).toBe("resume-model");
    expect(undo("model-resumed")).toBe("pause-model");
    expect(undo("retirement-planned", { retiresAt: when })).toBe("restore-model");
    expect(undo("model-retired", { removedAt: when })).toBe("restore-model");
    expect(undo("deployment-disabled", { standing: "off" })).toBe("enable-deployment");
    expect(undo("deployment-enabled")).toBe("disable-deployment");
    expect(undo("channel-disabled", { channel: false })).toBe("enable-channel");
    expect(undo("channel-enabled")).toBe("disable-channel");
  });

  it("offers nothing for what is over, gone, or only found", () => {
    for (const kind of ["model-paused", "retirement-planned", "model-retired", "deployment-disabled"] as const)
      expect(undo(kind), kind).toBeNull();
    expect(undo("deployment-opened", { standing: "off" })).toBeNull();
    expect(undo("channel-disabled")).toBeNull();
    for (const kind of [
      "capability-lost",
      "list-changed",
      "deployment-closed",
      "deployment-reset",
      "model-lost",
    ] as const)
      expect(undo(kind), kind).toBeNull();
    const gone = {
      kind: "deployment-opened",
      modelId: "x",
      channelId: "x",
      deploymentId: "x",
      credentialId: null,
    } as const;
    expect(undoOf(gone, facts({}))).toBeNull();
  });
});
