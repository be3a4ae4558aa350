import type { HealthEventKind } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import type { HealthEventRow } from "./health-events.ts";
import { foldIncidents } from "./incidents.ts";

const start = Date.parse("2026-11-28T02:00:00Z");
let counter = 0;
/** An event `minutes` after two in the night, about deployment d of model m on channel c unless said otherwise. */
function event(kind: HealthEventKind, minutes: number, changes: Partial<HealthEventRow> = {}): HealthEventRow {
  counter += 1;
  const at = new Date(start + minutes * 60_000);
  const isCredential = kind.startsWith("credential");
  return {
    ...{ id: `e${counter}`, at, kind, modelId: "m", modelName: "glm", channelId: "c", channelName: "campus" },
    deploymentId: kind.startsWith("deployment") ? "d" : null,
    credentialId: isCredential ? "k" : null,
    ...{ cause: "", error: "", affectedUsers: null, detail: {}, actorId: null, actorName: null, undoneBy: null },
    ...changes,
  };
}
const minutes = (incident: { from: Date; to: Date | null }) =>
  [incident.from, incident.to].map((at) => (at === null ? null : (at.getTime() - start) / 60_000));

describe("foldIncidents", () => {
  it("makes one incident of an outage, with its first and last error", () => {
    const [incident, ...rest] = foldIncidents([
      event("deployment-opened", 0, { cause: "failures", error: "500 out of memory" }),
      event("deployment-half-opened", 30),
      event("deployment-opened", 31, { cause: "probe", error: "502 refused" }),
      event("deployment-half-opened", 50),
      event("deployment-closed", 52),
    ]);
    expect(rest).toEqual([]);
    expect(incident).toMatchObject({ subject: "deployment", times: 1, endedBy: "deployment-closed" });
    expect(incident).toMatchObject({ firstError: "500 out of memory", lastError: "502 refused" });
    expect(incident && minutes(incident)).toEqual([0, 52]);
  });

  it("leaves what is still out open, and tells overlapping outages apart", () => {
    const incidents = foldIncidents([
      event("deployment-opened", 0),
      event("deployment-opened", 5, { deploymentId: "other", modelId: "m2" }),
      event("deployment-closed", 9),
    ]);
    expect(incidents.map(minutes)).toEqual([
      [0, 9],
      [5, null],
    ]);
  });

  it("counts what flaps as one incident, and what breaks hours later as another", () => {
    const incidents = foldIncidents([
      event("deployment-opened", 0),
      event("deployment-closed", 10),
      event("deployment-opened", 20),
      event("deployment-closed", 30),
      event("deployment-opened", 200),
    ]);
    expect(incidents.map(({ times }) => times)).toEqual([2, 1]);
    expect(incidents.map(minutes)).toEqual([
      [0, 30],
      [200, null],
    ]);
  });

  it("keeps several credentials of one channel apart; one that cools and is then refused is out once", () => {
    const incidents = foldIncidents([
      event("credential-cooling", 0, { cause: "rate" }),
      event("credential-refused", 1, { credentialId: "k2", cause: "refused" }),
      event("credential-refused", 2, { cause: "quota" }),
      event("credential-ready", 9, { credentialId: "k2" }),
    ]);
    expect(incidents.map(({ credentialId, cause, times }) => [credentialId, cause, times])).toEqual([
      ["k", "quota", 1],
      ["k2", "refused", 1],
    ]);
    expect(incidents.map(minutes)).toEqual([
      [0, null],
      [1, 9],
    ]);
  });

  it("says which models an outage took away, how many people that concerned, and when they were back", () => {
    const [deployment, credential, alone] = foldIncidents([
      event("deployment-opened", 0),
      event("model-lost", 0, { affectedUsers: 23 }),
      event("model-back", 7),
      event("deployment-closed", 8),
      event("credential-refused", 20, { modelId: null, modelName: "" }),
      event("model-lost", 20, { modelId: "a", modelName: "a", affectedUsers: 4 }),
      event("model-lost", 20, { modelId: "b", modelName: "b", affectedUsers: 9 }),
      event("model-lost", 60, { modelId: "x", modelName: "x", affectedUsers: 1 }),
      event("model-back", 61, { modelId: "x", modelName: "x" }),
    ]);
    expect(deployment).toMatchObject({
      affectedUsers: 23,
      lost: [{ modelName: "glm", backAt: new Date(start + 420_000) }],
    });
    expect(credential).toMatchObject({
      affectedUsers: 9,
      lost: [{ modelName: "a" }, { modelName: "b", backAt: null }],
    });
    expect(alone).toMatchObject({ subject: "model", modelName: "x", endedBy: "model-back" });
  });

  it("tells acts by hand each for itself, and ends an outage that somebody ended", () => {
    const incidents = foldIncidents([
      event("deployment-opened", 0),
      event("deployment-reset", 3, { actorId: "a", actorName: "何敬之" }),
      event("deployment-opened", 60),
      event("deployment-disabled", 61, { actorId: "a", actorName: "何敬之", undoneBy: "later" }),
      event("model-paused", 62, { actorId: "a", actorName: "何敬之" }),
    ]);
    expect(incidents.map(({ kind, endedBy, actorName, undoneBy }) => [kind, endedBy, actorName, undoneBy])).toEqual([
      ["deployment-opened", "deployment-reset", null, null],
      ["deployment-opened", "deployment-disabled", null, null],
      ["deployment-disabled", "deployment-disabled", "何敬之", "later"],
      ["model-paused", "model-paused", "何敬之", null],
    ]);
  });

  it("names what is gone by now, and leaves out endings of what began before the period", () => {
    const events = [event("deployment-closed", 0), event("deployment-opened", 1, { channelName: "gone" })];
    expect(foldIncidents(events)).toMatchObject([{ channelName: "gone", to: null }]);
    expect(foldIncidents([])).toEqual([]);
  });
});
