import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, codeOf, createActsFixture, MASTER_SECRET } from "./acts-fixture.ts";
import {
  addChannel,
  addUpstreamModels,
  claimUpstreamList,
  type DatabasePool,
  deleteChannel,
  disableGoneModels,
  getChannel,
  ignoreUpstreamModels,
  listModels,
  listUpstreamStates,
  recordUpstreamListByHand,
  recordUpstreamListFailure,
  setChannelEnabled,
} from "./index.ts";
import { createPatientPool } from "./testing/patient-clients.ts";

let fixture: ActsFixture;
let pool: DatabasePool;
const staff = { id: null, name: "staff" };
beforeAll(async () => {
  fixture = await createActsFixture();
  pool = createPatientPool(fixture.url, 4);
});
afterAll(async () => {
  await pool.end();
  await fixture.drop();
});

async function channel(name: string) {
  const { id } = await fixture.db.$transaction((tx) =>
    addChannel(tx, staff, MASTER_SECRET, {
      name,
      protocol: "openai",
      baseUrl: "https://a.example/v1",
      credential: null,
      models: [{ name: `${name}-a`, upstreamModel: "a" }],
      groups: ["vip"],
      allowPrivate: false,
    }),
  );
  return {
    id,
    look: (...names: string[]) =>
      fixture.db.$transaction((tx) => recordUpstreamListByHand(tx, { channelId: id, names })),
    changes: async () =>
      (await listUpstreamStates(fixture.db)).get(id)?.changes.map((change) => `${change.kind} ${change.name}`) ?? [],
    events: () => fixture.db.healthEvent.findMany({ where: { channelId: id, kind: "list-changed" } }),
  };
}

describe("an upstream's list", () => {
  it("is known at the first look; later what is new, and what is gone and needed, waits for a decision", async () => {
    const { id, look, changes, events } = await channel("one");
    expect(await look("a", "b")).toEqual({ added: 0, gone: 0 });
    expect(await look("a", "b")).toEqual({ added: 0, gone: 0 });
    expect(await changes()).toEqual([]);
    expect(await look("c", "d", "d")).toEqual({ added: 2, gone: 1 });
    expect(await changes()).toEqual(["gone a", "new c", "new d"]);
    // Another look finds nothing that isn't waiting already.
    expect(await look("c", "d")).toEqual({ added: 0, gone: 0 });
    expect((await events()).map(({ detail }) => detail)).toEqual([{ added: ["c", "d"], gone: ["a"] }]);
    await fixture.db.$transaction((tx) => ignoreUpstreamModels(tx, staff, { channelId: id, names: ["d"] }));
    await fixture.db.$transaction((tx) => disableGoneModels(tx, staff, { channelId: id, names: ["a"] }));
    expect(await changes()).toEqual(["new c"]);
    const [deployment] = (await getChannel(fixture.db, id)).deployments;
    expect(deployment?.isEnabled).toBe(false);
    expect(await fixture.trail(deployment?.id ?? "")).toEqual(["deployment.update"]);
    const told = await fixture.db.healthEvent.findMany({ where: { deploymentId: deployment?.id ?? "" } });
    expect(told.map(({ kind }) => kind)).toEqual(["deployment-disabled"]);
    expect(await fixture.trail(id)).toEqual(["channel.create", "channel.list-ignored", "channel.list-disabled"]);
    expect(await look("c", "d", "a")).toEqual({ added: 0, gone: 0 });
    expect(await changes()).toEqual(["new c"]);
  });

  it("holds no names that could be no model's here, whatever an upstream says", async () => {
    const { look, changes } = await channel("odd");
    await look("a");
    expect(await look("a", "nul\0", "line\nbreak", "half\ud800", "x".repeat(257), "", "fine")).toEqual({
      added: 1,
      gone: 0,
    });
    expect(await changes()).toEqual(["new fine"]);
  });

  it("offers new models for one click, which opens no model that exists to other groups", async () => {
    const { id, look, changes } = await channel("two");
    const { look: elsewhere } = await channel("three");
    await elsewhere("a");
    await look("a");
    await look("a", "three-a", "fresh");
    const models = ["three-a", "fresh"].map((name) => ({ name, upstreamModel: name }));
    await fixture.db.$transaction((tx) => addUpstreamModels(tx, staff, { channelId: id, models, groups: ["default"] }));
    expect(await changes()).toEqual([]);
    const groups = new Map((await listModels(fixture.db)).map((model) => [model.name, model.groups]));
    expect([groups.get("three-a"), groups.get("fresh")]).toEqual([["vip"], ["default"]]);
  });

  it("decides about nothing that was never listed", async () => {
    const { id } = await channel("four");
    const ignore = fixture.db.$transaction((tx) => ignoreUpstreamModels(tx, staff, { channelId: id, names: ["x"] }));
    expect(await codeOf(ignore)).toBe("not_found");
  });

  it("is looked at by one worker, once in a while, while its channel is on", async () => {
    await fixture.db.upstreamList.deleteMany();
    await fixture.db.channel.updateMany({ data: { isEnabled: false } });
    const { id, look } = await channel("five");
    const claimed = await Promise.all([1, 2, 3].map(() => claimUpstreamList(pool, 6)));
    expect(claimed.filter((each) => each !== null)).toEqual([id]);
    await recordUpstreamListFailure(pool, id, "no route");
    expect((await listUpstreamStates(fixture.db)).get(id)).toMatchObject({ error: "no route", changes: [] });
    expect(await claimUpstreamList(pool, 6)).toBeNull();
    await fixture.db.$executeRaw`update upstream_list set looked_at = now() - interval '7 hours'`;
    await fixture.db.$transaction((tx) => setChannelEnabled(tx, staff, { channelId: id, enabled: false }));
    expect(await claimUpstreamList(pool, 6)).toBeNull();
    await fixture.db.$transaction((tx) => setChannelEnabled(tx, staff, { channelId: id, enabled: true }));
    expect(await claimUpstreamList(pool, 6)).toBe(id);
    await look("a");
    expect((await listUpstreamStates(fixture.db)).get(id)?.error).toBe("");
    await fixture.db.$transaction((tx) => deleteChannel(tx, staff, { channelId: id }));
    expect((await listUpstreamStates(fixture.db)).has(id)).toBe(false);
  });
});
