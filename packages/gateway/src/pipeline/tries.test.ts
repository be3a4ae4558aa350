import type { GatewayConfig, ModelConfig } from "@lyceum/db/gateway-config";
import { describe, expect, it } from "vitest";
import { HealthBook } from "../health/health-book.ts";
import type { Admitted } from "./admit.ts";
import type { Deps } from "./deps.ts";
import { Tries } from "./tries.ts";

const ORDER = ["d1", "d2"];

function modelWith(secrets: Readonly<Record<string, string[]>>, name = "m"): ModelConfig {
  const deployments = Object.entries(secrets).map(([id, list]) => {
    const credentials = list.map((secret, index) => ({ id: `${id}-k${index}`, secret, weight: 1 }));
    return {
      id,
      lacks: [],
      contextTokens: null,
      priority: -ORDER.indexOf(id),
      weight: 1,
      channel: { id, credentials },
    };
  });
  return { id: "model", name, contextTokens: null, deployments } as unknown as ModelConfig;
}

function scene(model: ModelConfig) {
  const configOf = (each: ModelConfig) => ({ models: new Map([[each.name, each]]) }) as unknown as GatewayConfig;
  let config = configOf(model);
  const health = new HealthBook(() => 0);
  const call = { needs: [], size: { textTokens: 1 }, opening: null };
  const admitted = { call, caller: { id: "key" }, choice: { model } } as unknown as Admitted;
  const tries = new Tries(admitted, { health, random: () => 0, config: () => config } as unknown as Deps);
  const secrets = () => tries.candidates().map(({ credential }) => credential.secret);
  const change = (each: ModelConfig) => {
    config = configOf(each);
  };
  return { tries, health, secrets, change };
}

describe("Tries", () => {
  it("goes with the configuration as it is when its turn comes: a new secret, a channel that is gone, a model renamed", () => {
    const { secrets, change } = scene(modelWith({ d1: ["old"], d2: ["other"] }));
    expect(secrets()).toEqual(["old", "other"]);
    change(modelWith({ d1: ["new"], d2: ["other"] }));
    expect(secrets()).toEqual(["new", "other"]);
    change(modelWith({ d2: ["other"] }, "renamed"));
    expect(secrets()).toEqual(["other"]);
  });

  it("knows a deployment and a credential that it has tried, whatever changed about them", () => {
    const { tries, secrets, change } = scene(modelWith({ d1: ["old"], d2: ["other"] }));
    const [first] = tries.candidates();
    if (first === undefined) throw new Error("nowhere to go");
    tries.begin(first);
    tries.fail(first, "failure");
    change(modelWith({ d1: ["new"], d2: ["other"] }));
    expect(secrets()).toEqual(["other"]);
  });
});
