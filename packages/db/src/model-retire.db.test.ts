import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, codeOf, createActsFixture, MASTER_SECRET } from "./acts-fixture.ts";
import {
  addChannel,
  changeModels,
  createModel,
  currentPrices,
  equivalentsOf,
  getModelByName,
  listHealthEvents,
  listModelNotices,
  listModels,
  listSquare,
  pauseModel,
  removeModel,
  restoreModel,
  resumeModel,
  retireModel,
  setChannelEnabled,
  setDeployment,
  setPrice,
} from "./index.ts";

let fixture: ActsFixture;
const staff = { id: null, name: "staff" };
beforeAll(async () => {
  fixture = await createActsFixture();
});
afterAll(() => fixture.drop());

const tx: ActsFixture["db"]["$transaction"] = ((run: never) => fixture.db.$transaction(run)) as never;
const newModel = (name: string, groups = ["default"]) => tx((t) => createModel(t, staff, { name, groups }));
const kinds = async (modelId: string) =>
  (await listHealthEvents(fixture.db, { modelId })).rows.map(({ kind }) => kind).reverse();

describe("a pause and a retirement", () => {
  it("pauses with a reason and resumes, each once in the timeline and in the trail", async () => {
    const { id: modelId } = await newModel("pausable");
    for (const reason of ["GPU moves", "GPU moves", "GPU burnt"])
      await tx((t) => pauseModel(t, staff, { modelId, reason }));
    expect(await getModelByName(fixture.db, "pausable")).toMatchObject({
      standing: "paused",
      pausedReason: "GPU burnt",
    });
    await tx((t) => resumeModel(t, staff, { modelId }));
    await tx((t) => resumeModel(t, staff, { modelId }));
    expect(await getModelByName(fixture.db, "pausable")).toMatchObject({ pausedAt: null, pausedReason: "" });
    expect(await kinds(modelId)).toEqual(["model-paused", "model-resumed"]);
    expect(await fixture.trail(modelId)).toEqual(["model.create", "model.pause", "model.pause", "model.resume"]);
    const { rows } = await listHealthEvents(fixture.db, { modelId, by: "hand" });
    expect(rows.map(({ actorName }) => actorName)).toEqual(["staff", "staff"]);
    expect((await listHealthEvents(fixture.db, { modelId, by: "machine" })).total).toBe(0);
    expect(await codeOf(tx((t) => pauseModel(t, staff, { modelId: crypto.randomUUID(), reason: "" })))).toBe(
      "not_found",
    );
  });

  it("plans a retirement with a redirect, takes it back, retires at once, and restores", async () => {
    const { id: modelId } = await newModel("old");
    const { id: redirectId } = await newModel("new");
    const at = new Date(Date.now() + 7 * 86_400_000);
    const retire = (when: Date | null) =>
      tx((t) => retireModel(t, staff, { modelId, at: when, redirectId, reason: "successor" }));
    await retire(at);
    const planned = { retiresAt: at, removedAt: null, redirect: { name: "new" }, removedReason: "successor" };
    expect(await getModelByName(fixture.db, "old")).toMatchObject(planned);
    await tx((t) => restoreModel(t, staff, { modelId }));
    expect(await getModelByName(fixture.db, "old")).toMatchObject({ retiresAt: null, redirect: null });
    await retire(null);
    expect(await getModelByName(fixture.db, "old")).toMatchObject({ standing: "removed", redirect: { name: "new" } });
    expect(await codeOf(retire(at))).toBe("invalid_request");
    await tx((t) => restoreModel(t, staff, { modelId }));
    expect(await getModelByName(fixture.db, "old")).toMatchObject({
      removedAt: null,
      redirect: null,
      removedReason: "",
    });
    const told = ["retirement-planned", "model-restored", "model-retired", "model-restored"];
    expect(await kinds(modelId)).toEqual(told);
  });

  it("never redirects in a circle, to itself, or to what is gone", async () => {
    const [a, b, gone] = [await newModel("circle-a"), await newModel("circle-b"), await newModel("gone")];
    await tx((t) => removeModel(t, staff, { modelId: gone.id, reason: "" }));
    const soon = new Date(Date.now() + 60_000);
    const retire = (modelId: string, redirectId: string) =>
      codeOf(tx((t) => retireModel(t, staff, { modelId, at: soon, redirectId, reason: "" })));
    expect(await retire(a.id, a.id)).toBe("invalid_request");
    expect(await retire(a.id, gone.id)).toBe("invalid_request");
    expect(await retire(a.id, b.id)).toBeNull();
    expect(await retire(b.id, a.id)).toBe("invalid_request");
  });

  it("tells of a deployment and a channel switched off and on, but not of a new weight", async () => {
    const { id: channelId } = await tx((t) =>
      addChannel(t, staff, MASTER_SECRET, {
        ...{
          name: "timeline",
          protocol: "openai",
          baseUrl: "https://timeline.example/v1",
          credential: "sk-123456789012",
        },
        ...{ models: [{ name: "timed", upstreamModel: "timed" }], groups: ["default"], allowPrivate: false },
      }),
    );
    const { deployments } = await getModelByName(fixture.db, "timed");
    const deploymentId = deployments[0]?.id ?? "";
    for (const changes of [{ enabled: false }, { weight: 3 }, { enabled: true }])
      await tx((t) => setDeployment(t, staff, { deploymentId, ...changes }));
    for (const enabled of [false, false, true]) await tx((t) => setChannelEnabled(t, staff, { channelId, enabled }));
    const told = (await listHealthEvents(fixture.db, { channelId })).rows.map(({ kind }) => kind);
    expect(told).toEqual(["channel-enabled", "channel-disabled", "deployment-enabled", "deployment-disabled"]);
  });
});

describe("acts on many models", () => {
  const change = (modelIds: string[], act: Parameters<typeof changeModels>[2]["act"]) =>
    tx((t) => changeModels(t, staff, { modelIds, act }));

  it("change those that differ, each with its own entry, and name both kinds", async () => {
    const ids = [await newModel("bulk-a"), await newModel("bulk-b", [])].map(({ id }) => id);
    await change(ids.slice(0, 1), { kind: "pause", reason: "night" });
    expect(await change(ids, { kind: "pause", reason: "night" })).toEqual({
      changed: ["bulk-b"],
      unchanged: ["bulk-a"],
    });
    expect((await change(ids, { kind: "resume" })).changed).toEqual(["bulk-a", "bulk-b"]);
    expect((await change(ids, { kind: "open", groups: ["default"] })).changed).toEqual(["bulk-b"]);
    expect((await change(ids, { kind: "close", groups: ["default"] })).changed).toHaveLength(2);
    expect((await change(ids, { kind: "capabilities", add: ["vision"], remove: ["tools"] })).changed).toHaveLength(2);
    expect((await change(ids, { kind: "reject", fields: ["seed"] })).changed).toHaveLength(2);
    expect((await change(ids, { kind: "reject", fields: ["seed"] })).unchanged).toHaveLength(2);
    expect(await getModelByName(fixture.db, "bulk-a")).toMatchObject({
      ...{ groups: [], capabilities: ["vision"], constraints: { rejected: ["seed"] } },
    });
    for (const id of ids) expect((await fixture.trail(id)).length).toBeGreaterThan(4);
  });

  it("set one price for all, or multiply what each costs, tiers too; what has no price stays so", async () => {
    const ids = [await newModel("price-a"), await newModel("price-b")].map(({ id }) => id);
    const [first = ""] = ids;
    const tiers = [{ above: "1000", input: "4", output: "16" }];
    await tx((t) => setPrice(t, staff, { modelId: first, input: "2", output: "8", cachedInput: "0.5", tiers }));
    expect(await change(ids, { kind: "factor", factor: "1.5" })).toEqual({
      changed: ["price-a"],
      unchanged: ["price-b"],
    });
    expect((await currentPrices(fixture.db)).get(first)).toMatchObject({
      ...{ version: 2, inputNanos: 3_000_000_000n, cachedInputNanos: 750_000_000n, reasoningNanos: null },
      tiers: [{ aboveTokens: 1000, inputNanos: 6_000_000_000n, outputNanos: 24_000_000_000n }],
    });
    await change(ids, { kind: "price", price: { input: "1", output: "2" } });
    for (const id of ids)
      expect((await currentPrices(fixture.db)).get(id)).toMatchObject({ inputNanos: 1_000_000_000n });
  });

  it("are done to all or to none", async () => {
    const ids = [await newModel("whole-a"), await newModel("whole-b")].map(({ id }) => id);
    const redirectId = ids[1] ?? "";
    // The second can't go to itself: the first, retired a moment before, comes back too.
    expect(await codeOf(change(ids, { kind: "retire", at: null, redirectId, reason: "" }))).toBe("invalid_request");
    expect(await getModelByName(fixture.db, "whole-a")).toMatchObject({ removedAt: null });
    expect(await codeOf(change([...ids, crypto.randomUUID()], { kind: "resume" }))).toBe("not_found");
  });
});

describe("what people are told", () => {
  it("names an equivalent to those who used the model within the day, and nothing to others", async () => {
    const { userId, accountId } = await fixture.person();
    const other = await fixture.person();
    const add = (name: string, models: string[]) =>
      tx((t) =>
        addChannel(t, staff, MASTER_SECRET, {
          ...{ name, protocol: "openai", baseUrl: `https://${name}.example/v1`, credential: "sk-123456789012" },
          ...{ models: models.map((each) => ({ name: each, upstreamModel: each })), groups: ["default"] },
          allowPrivate: false,
        }),
      );
    await add("first", ["vl-a"]);
    await add("second", ["vl-b", "text-only"]);
    for (const name of ["vl-a", "vl-b", "text-only"]) {
      const { id: modelId } = await getModelByName(fixture.db, name);
      await tx((t) => setPrice(t, staff, { modelId, input: "1", output: name === "text-only" ? "1" : "2" }));
      if (name !== "text-only")
        await fixture.db.model.update({ where: { id: modelId }, data: { capabilities: ["vision"] } });
    }
    const model = await getModelByName(fixture.db, "vl-a");
    const nil = "00000000-0000-0000-0000-000000000000";
    await fixture.db.usageRollup.create({
      data: {
        ...{
          accountId,
          hour: new Date(),
          keyId: nil,
          model: "vl-a",
          groupId: "default",
          poolId: nil,
          requests: 1,
          failures: 0,
        },
        ...{
          inputTokens: 1n,
          cachedInputTokens: 0n,
          outputTokens: 1n,
          reasoningTokens: 0n,
          chargeNanos: 0n,
          uncollectedNanos: 0n,
        },
      },
    });
    const notices = () => listModelNotices(fixture.db, userId);
    expect(await notices()).toEqual([]);

    const deploymentId = model.deployments[0]?.id ?? "";
    await fixture.db.deploymentHealth.create({ data: { deploymentId, state: "open", lastError: "secret words" } });
    const [lost] = await notices();
    expect(lost).toMatchObject({ kind: "lost", modelName: "vl-a", insteadName: "vl-b", isRedirected: false });
    expect(JSON.stringify(lost)).not.toMatch(/secret|first|second/);
    expect(await listModelNotices(fixture.db, other.userId)).toEqual([]);
    expect((await listSquare(fixture.db, { userId })).find(({ name }) => name === "vl-a")?.state).toBe("lost");

    await fixture.db.deploymentHealth.deleteMany();
    const { id: redirectId } = await getModelByName(fixture.db, "vl-b");
    const at = new Date(Date.now() + 3 * 86_400_000);
    await tx((t) => retireModel(t, staff, { modelId: model.id, at, redirectId, reason: "" }));
    expect(await notices()).toMatchObject([{ kind: "retiring", at, isRedirected: true, insteadName: "vl-b" }]);
    await tx((t) => pauseModel(t, staff, { modelId: model.id, reason: "" }));
    expect(await notices()).toMatchObject([{ kind: "paused" }]);
    expect(equivalentsOf(model, await listModels(fixture.db)).map(({ name }) => name)).toEqual(["vl-b"]);
  });
});
