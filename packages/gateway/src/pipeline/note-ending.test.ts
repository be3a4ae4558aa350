import type { ChannelConfig, DeploymentConfig } from "@lyceum/db/gateway-config";
import { AppError } from "@lyceum/domain";
import { expect, it } from "vitest";
import { HealthBook } from "../health/health-book.ts";
import type { Admitted } from "./admit.ts";
import type { Deps } from "./deps.ts";
import { noteFailure } from "./note-ending.ts";
import type { Failure } from "./upstream-errors.ts";

const channelWith = (secret: string, baseUrl = "https://one") =>
  ({
    id: "channel",
    protocol: "openai",
    baseUrl,
    credentials: [{ id: "k", secret, weight: 1 }],
  }) as unknown as ChannelConfig;

/** What is noted of an attempt that went to one channel, where the configuration has another by then. */
function noted(went: ChannelConfig, now: readonly ChannelConfig[], failure: Partial<Failure> = {}) {
  const health = new HealthBook(() => 0);
  const [credential] = went.credentials;
  if (credential === undefined) throw new Error("a channel without credentials");
  const deployment = { id: "d", upstreamModel: "m", channel: went } as unknown as DeploymentConfig;
  const admitted = { call: { model: "m" }, caller: { userId: "u" }, choice: { model: { id: "m", name: "m" } } };
  const deps = { health, config: () => ({ channels: now }) } as unknown as Deps;
  const error = new AppError("upstream_unavailable", { detail: "no", parameters: { model: "m" } });
  const whole: Failure = { error, sign: "refused", isRetryable: true, ...failure };
  noteFailure(admitted as unknown as Admitted, { deployment, credential }, whole, undefined, deps);
  return health.drain().map(({ sign, userId }) => [sign, userId]);
}

it("tells whose request failed, and nothing where the client had gone or nothing was sent", () => {
  const channel = channelWith("old");
  expect(noted(channel, [channel])).toEqual([["refused", "u"]]);
  expect(noted(channel, [channelWith("old")])).toEqual([["refused", "u"]]);
  expect(noted(channel, [channel], { isAborted: true })).toEqual([]);
  expect(noted(channel, [channel], { sign: null })).toEqual([]);
});

it("says nothing of a secret or an address that has taken the place of the one that it went with", () => {
  expect(noted(channelWith("old"), [channelWith("new")])).toEqual([]);
  expect(noted(channelWith("old"), [channelWith("old", "https://two")], { sign: "denied" })).toEqual([]);
});
