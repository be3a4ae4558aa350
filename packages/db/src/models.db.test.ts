import { noConstraints, noLimits } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, codeOf, createActsFixture, MASTER_SECRET } from "./acts-fixture.ts";
import {
  addChannel,
  createGroup,
  createKey,
  createModel,
  currentPrices,
  deleteGroup,
  deleteKey,
  getModelByName,
  listGroups,
  listPriceVersions,
  listSquare,
  listUserGroups,
  removeModel,
  restoreModel,
  setPrice,
  setUserGroups,
  updateGroup,
  updateModel,
} from "./index.ts";

let fixture: ActsFixture;
const staff = { id: null, name: "staff" };
beforeAll(async () => {
  fixture = await createActsFixture();
});
afterAll(() => fixture.drop());

const model = (name: string, groups: string[]) =>
  fixture.db.$transaction((tx) => createModel(tx, staff, { name, groups }));

describe("a model", () => {
  it("keeps what an admin says about it, and refuses a taken or malformed name", async () => {
    const { id } = await model("glm-4", ["default"]);
    const changes = { vendor: "智谱", capabilities: ["tools"], contextTokens: 131072, groups: ["vip"] } as const;
    await fixture.db.$transaction((tx) => updateModel(tx, staff, { modelId: id, ...changes }));
    expect(await getModelByName(fixture.db, "glm-4")).toMatchObject(changes);
    await fixture.db.$transaction((tx) => updateModel(tx, staff, { modelId: id, contextTokens: null }));
    expect(await getModelByName(fixture.db, "glm-4")).toMatchObject({
      vendor: "智谱",
      contextTokens: null,
      groups: ["vip"],
    });
    expect(await codeOf(model("glm-4", []))).toBe("name_taken");
    expect(await codeOf(model("glm 4", []))).toBe("invalid_request");
    await model("glm-5", []);
    expect(await codeOf(fixture.db.$transaction((tx) => updateModel(tx, staff, { modelId: id, name: "glm-5" })))).toBe(
      "name_taken",
    );
    expect(
      await codeOf(fixture.db.$transaction((tx) => updateModel(tx, staff, { modelId: id, maxOutputTokens: -1 }))),
    ).toBe("invalid_request");
  });

  it("keeps what its server takes, and refuses what would take the question out of a request", async () => {
    const { id: modelId } = await model("bounded", ["default"]);
    const update = (constraints: object) =>
      fixture.db.$transaction((tx) =>
        updateModel(tx, staff, { modelId, constraints: { ...noConstraints, ...constraints } }),
      );
    const constraints = { ranges: { top_p: { maximum: 0.95 } }, rejected: ["seed"], recommended: { temperature: 0.6 } };
    await update(constraints);
    expect(await getModelByName(fixture.db, "bounded")).toMatchObject({ constraints });
    for (const wrong of [{ rejected: ["messages"] }, { ranges: { top_p: { minimum: 2, maximum: 1 } } }])
      expect(await codeOf(update(wrong))).toBe("invalid_request");
    await fixture.db.$transaction((tx) => updateModel(tx, staff, { modelId, vendor: "other" }));
    expect(await getModelByName(fixture.db, "bounded")).toMatchObject({ vendor: "other", constraints });
  });

  it("gets one price version after another, also from admins at once; absurd amounts are refused", async () => {
    const { id: modelId } = await model("priced", ["default"]);
    const price = (input: string, output = "8") =>
      codeOf(fixture.db.$transaction((tx) => setPrice(tx, staff, { modelId, input, output })));
    expect(await Promise.all(["1", "2", "3"].map((input) => price(input)))).toEqual([null, null, null]);
    for (const bad of ["-1", "1e3", "0.1234567891", "10000001", "", "NaN"])
      expect(await price(bad)).toBe("invalid_amount");
    expect(await price("0.000000001", "0")).toBeNull();
    const versions = await listPriceVersions(fixture.db, modelId);
    expect(versions.map((each) => each.version)).toEqual([4, 3, 2, 1]);
    expect((await currentPrices(fixture.db)).get(modelId)).toMatchObject({
      version: 4,
      inputNanos: 1n,
      outputNanos: 0n,
      cachedInputNanos: null,
    });
    expect(await fixture.trail(modelId)).toEqual([
      "model.create",
      "model.price",
      "model.price",
      "model.price",
      "model.price",
    ]);
  });
});

describe("the model square", () => {
  it("prices each model in the viewer's cheapest group, and says why one can't be used", async () => {
    await fixture.db.$transaction((tx) => createGroup(tx, staff, { id: "cheap", multiplier: "0.5", isOpen: false }));
    const channel = {
      name: "c",
      protocol: "openai",
      baseUrl: "https://llm.example.edu/v1",
      credential: null,
      groups: ["default"],
      allowPrivate: false,
      models: ["square-open", "square-unpriced"].map((name) => ({ name, upstreamModel: name })),
    };
    await fixture.db.$transaction((tx) => addChannel(tx, staff, MASTER_SECRET, channel));
    const open = await getModelByName(fixture.db, "square-open");
    await fixture.db.$transaction((tx) => updateModel(tx, staff, { modelId: open.id, groups: ["default", "cheap"] }));
    await fixture.db.$transaction((tx) => setPrice(tx, staff, { modelId: open.id, input: "2", output: "8.000000001" }));
    const { id: vip } = await model("square-vip", ["vip"]);
    await fixture.db.$transaction((tx) => setPrice(tx, staff, { modelId: vip, input: "0", output: "0" }));
    await model("square-nowhere", []);

    const seen = async (userId: string | null) => {
      const rows = (await listSquare(fixture.db, { userId })).filter((row) => row.name.startsWith("square-"));
      return Object.fromEntries(rows.map((row) => [row.name, row]));
    };
    const person = await fixture.person();
    const before = await seen(person.userId);
    expect(Object.keys(before)).toEqual(["square-open", "square-unpriced", "square-vip"]);
    expect(before["square-open"]).toMatchObject({
      state: "available",
      group: { id: "default" },
      price: { inputNanos: 2_000_000_000n },
      deploymentsUp: 1,
    });
    expect(before["square-unpriced"]).toMatchObject({ state: "unpriced", price: null });
    expect(before["square-vip"]).toMatchObject({ state: "locked", isFree: true, group: { id: "vip", isMine: false } });
    expect((await seen(null))["square-vip"]).toMatchObject({ state: "locked" });

    await fixture.db.$transaction((tx) =>
      setUserGroups(tx, staff, { userId: person.userId, groupIds: ["cheap", "vip"] }),
    );
    const after = await seen(person.userId);
    // 8.000000001 × 0.5 = 4.0000000005, rounded half up
    expect(after["square-open"]).toMatchObject({
      group: { id: "cheap", isMine: true },
      price: { inputNanos: 1_000_000_000n, outputNanos: 4_000_000_001n },
    });
    expect(after["square-vip"]).toMatchObject({ state: "down", deployments: 0 });
  });

  it("loses a removed model at once and gets it back as it was", async () => {
    const { id: modelId } = await model("passing", ["default"]);
    const isSeen = async () => (await listSquare(fixture.db, { userId: null })).some((row) => row.name === "passing");
    await fixture.db.$transaction((tx) => removeModel(tx, staff, { modelId, reason: "答非所问" }));
    expect(await isSeen()).toBe(false);
    expect(await getModelByName(fixture.db, "passing")).toMatchObject({ removedReason: "答非所问" });
    await fixture.db.$transaction((tx) => restoreModel(tx, staff, { modelId }));
    expect(await isSeen()).toBe(true);
    expect(await getModelByName(fixture.db, "passing")).toMatchObject({ removedAt: null, removedReason: "" });
  });
});

describe("a group", () => {
  it("is made, changed and listed with its multiplier", async () => {
    const make = (id: string, multiplier: string) =>
      codeOf(fixture.db.$transaction((tx) => createGroup(tx, staff, { id, multiplier, isOpen: false })));
    expect(await make("lab", "0.8")).toBeNull();
    expect(await make("lab", "1")).toBe("name_taken");
    for (const bad of ["-1", "1.0000001", "1001", "x", ""]) expect(await make("bad", bad)).toBe("invalid_request");
    expect(await make("Not An Id", "1")).toBe("invalid_request");
    await fixture.db.$transaction((tx) => updateGroup(tx, staff, { id: "lab", multiplier: "1.25", name: "实验室" }));
    expect((await listGroups(fixture.db)).find((group) => group.id === "lab")).toMatchObject({
      multiplierPpm: 1_250_000,
      name: "实验室",
      members: 0,
    });
    expect(await codeOf(fixture.db.$transaction((tx) => updateGroup(tx, staff, { id: "none", name: "x" })))).toBe(
      "group_not_found",
    );
  });

  it("can't be deleted while it has members or live keys; deleted keys don't hold it", async () => {
    await fixture.db.$transaction((tx) => createGroup(tx, staff, { id: "short", multiplier: "1", isOpen: false }));
    const person = await fixture.person();
    const remove = () => codeOf(fixture.db.$transaction((tx) => deleteGroup(tx, staff, { id: "short" })));
    const join = (groupIds: string[]) =>
      fixture.db.$transaction((tx) => setUserGroups(tx, staff, { userId: person.userId, groupIds }));
    await join(["short"]);
    expect((await listUserGroups(fixture.db, person.userId)).map((group) => group.id)).toEqual(["default", "short"]);
    const input = {
      userId: person.userId,
      name: "k",
      groupId: "short",
      models: [],
      expiresAt: null,
      ...noLimits,
    };
    const { id: keyId } = await fixture.db.$transaction((tx) => createKey(tx, person.actor, input));
    expect(await remove()).toBe("group_in_use");
    await join([]);
    expect(await remove()).toBe("group_in_use");
    await fixture.db.$transaction((tx) => deleteKey(tx, person.actor, { userId: person.userId, keyId }));
    expect(await remove()).toBeNull();
    expect(await remove()).toBe("group_not_found");
  });
});
