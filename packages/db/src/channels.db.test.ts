import { openCredential } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, codeOf, createActsFixture, MASTER_SECRET } from "./acts-fixture.ts";
import {
  addChannel,
  addChannelModels,
  addCredential,
  type ChannelChanges,
  deleteChannel,
  deleteChannels,
  getChannel,
  getChannelByName,
  getModelByName,
  getSealedCredential,
  listChannels,
  type NewChannel,
  removeCredential,
  removeDeployment,
  setChannelEnabled,
  setChannelsEnabled,
  setDeployment,
  setGroupLimits,
  setSetting,
  type Tx,
  updateChannel,
  updateCredential,
  updateGroup,
} from "./index.ts";

let fixture: ActsFixture;
const staff = { id: null, name: "staff" };
beforeAll(async () => {
  fixture = await createActsFixture();
});
afterAll(() => fixture.drop());

const CREDENTIAL = "sk-upstream-0123456789";
let counter = 0;
function add(changes: Partial<NewChannel> = {}) {
  counter += 1;
  const name = `gpu${counter}`;
  const models = [{ name: `model-${counter}`, upstreamModel: "Qwen/Qwen3" }];
  const input = {
    name,
    protocol: "openai",
    baseUrl: "https://llm.example.edu/v1/",
    credential: CREDENTIAL,
    models,
    groups: ["default"],
    allowPrivate: false,
  };
  return fixture.db.$transaction((tx) => addChannel(tx, staff, MASTER_SECRET, { ...input, ...changes }));
}
const update = (channelId: string, changes: ChannelChanges) =>
  codeOf(fixture.db.$transaction((tx) => updateChannel(tx, staff, MASTER_SECRET, { channelId, ...changes })));

describe("a new channel", () => {
  it("makes its missing models, without a price, open to the groups", async () => {
    const models = [
      { name: "alpha", upstreamModel: "Alpha/1" },
      { name: "beta", upstreamModel: "beta" },
    ];
    const first = await add({ models, groups: ["default", "vip"], priority: 3, weight: 2 });
    expect(first.newModels).toEqual(["alpha", "beta"]);
    expect((await add({ models })).newModels).toEqual([]);
    const alpha = await getModelByName(fixture.db, "alpha");
    expect(alpha).toMatchObject({ price: null, groups: ["default", "vip"] });
    expect(alpha.deployments).toMatchObject([
      { upstreamModel: "Alpha/1", priority: 3, weight: 2, isUp: true },
      { priority: 0 },
    ]);
  });

  it("keeps the address without its last slash and the credential only sealed", async () => {
    const { id } = await add();
    const channel = await getChannel(fixture.db, id);
    expect(channel).toMatchObject({
      baseUrl: "https://llm.example.edu/v1",
      protocol: "openai",
      credentials: [{ lastFour: "6789", label: "", weight: 1, isEnabled: true }],
    });
    const seen = JSON.stringify([
      await listChannels(fixture.db),
      await fixture.db.auditEntry.findMany({ where: { targetId: id } }),
    ]);
    expect(seen).not.toContain(CREDENTIAL);
    expect(openCredential(MASTER_SECRET, (await getSealedCredential(fixture.db, id)) ?? new Uint8Array())).toBe(
      CREDENTIAL,
    );
  });

  it("is refused whole for a taken name, an unknown group, protocol or address", async () => {
    await add({ name: "taken" });
    expect(await codeOf(add({ name: "taken" }))).toBe("name_taken");
    expect(await codeOf(add({ name: "half", groups: ["nobody"] }))).toBe("group_not_found");
    expect(await codeOf(add({ protocol: "gopher" }))).toBe("invalid_request");
    expect(await codeOf(add({ models: [{ name: "two words", upstreamModel: "x" }] }))).toBe("invalid_request");
    expect(await codeOf(add({ baseUrl: "http://127.0.0.1:8000/v1" }))).toBe("channel_address_refused");
    expect(await codeOf(add({ baseUrl: "http://169.254.169.254/v1", allowPrivate: true }))).toBe(
      "channel_address_refused",
    );
    expect(await codeOf(add({ baseUrl: "http://127.0.0.1:8000/v1", allowPrivate: true }))).toBeNull();
    expect(await codeOf(getChannelByName(fixture.db, "half"))).toBe("channel_not_found");
  });
});

describe("a change of a channel", () => {
  it("demands the credential again for another address, and keeps it otherwise", async () => {
    const { id } = await add();
    expect(await update(id, { name: `renamed ${id}`, idleTimeoutMs: 5_000 })).toBeNull();
    expect(await getChannel(fixture.db, id)).toMatchObject({
      idleTimeoutMs: 5_000,
      credentials: [{ lastFour: "6789" }],
    });
    expect(await update(id, { baseUrl: "https://evil.example/v1" })).toBe("invalid_request");
    expect(await update(id, { baseUrl: "https://llm.example.edu/v1/" })).toBeNull();
    expect(await update(id, { baseUrl: "https://other.example/v1", credential: "sk-another-credential" })).toBeNull();
    expect(openCredential(MASTER_SECRET, (await getSealedCredential(fixture.db, id)) ?? new Uint8Array())).toBe(
      "sk-another-credential",
    );
    expect(await update(id, { credential: null })).toBeNull();
    expect(await getChannel(fixture.db, id)).toMatchObject({ credentials: [] });
    expect(await update(id, { idleTimeoutMs: 1 })).toBe("invalid_request");
    expect(await update(id, { name: (await add().then((other) => getChannel(fixture.db, other.id))).name })).toBe(
      "name_taken",
    );
  });

  it("checks the address again when private ones are no longer allowed", async () => {
    const { id } = await add({ baseUrl: "http://10.0.0.5:8000/v1", allowPrivate: true });
    expect(await update(id, { allowPrivate: false })).toBe("channel_address_refused");
  });

  it("is known to the workers: enabling, weights, removal and deletion raise the configuration's version", async () => {
    const version = async () => (await fixture.db.configVersion.findUniqueOrThrow({ where: { id: 1 } })).version;
    const { id } = await add();
    const [deployment] = (await getChannel(fixture.db, id)).deployments;
    const deploymentId = deployment?.id ?? "";
    const acts = [
      () => fixture.db.$transaction((tx) => setChannelEnabled(tx, staff, { channelId: id, enabled: false })),
      () => fixture.db.$transaction((tx) => setDeployment(tx, staff, { deploymentId, weight: 5, enabled: false })),
      () => fixture.db.$transaction((tx) => removeDeployment(tx, staff, { deploymentId })),
      () =>
        fixture.db.$transaction((tx) =>
          addChannelModels(tx, staff, { channelId: id, models: [{ name: "late", upstreamModel: "late" }], groups: [] }),
        ),
      () => fixture.db.$transaction((tx) => deleteChannel(tx, staff, { channelId: id })),
    ];
    for (const act of acts) {
      const before = await version();
      await act();
      expect(await version()).toBeGreaterThan(before);
    }
    expect(await codeOf(getChannel(fixture.db, id))).toBe("not_found");
  });

  it("frees its name and forgets its credential when it is deleted", async () => {
    const { id } = await add({ name: "short-lived" });
    await fixture.db.$transaction((tx) => deleteChannel(tx, staff, { channelId: id }));
    expect(await codeOf(add({ name: "short-lived" }))).toBeNull();
    expect(await fixture.db.channel.findUnique({ where: { id } })).toMatchObject({ isEnabled: false });
    expect(await fixture.db.channelCredential.count({ where: { channelId: id } })).toBe(0);
    expect(await fixture.trail(id)).toEqual(["channel.create", "channel.delete"]);
  });
});

describe("credentials of a channel", () => {
  const act = <Result>(work: (tx: Tx) => Promise<Result>) => fixture.db.$transaction(work);
  const of = async (id: string) =>
    (await getChannel(fixture.db, id)).credentials.map(({ label, lastFour, weight, isEnabled }) => ({
      label,
      lastFour,
      weight,
      isEnabled,
    }));

  it("are several, each with a label and a share, and never shown", async () => {
    const { id } = await add();
    const second = await act((tx) =>
      addCredential(tx, staff, MASTER_SECRET, {
        channelId: id,
        label: "lab",
        secret: "sk-second-credential",
        weight: 3,
      }),
    );
    expect(await of(id)).toEqual([
      { label: "", lastFour: "6789", weight: 1, isEnabled: true },
      { label: "lab", lastFour: "tial", weight: 3, isEnabled: true },
    ]);
    await act((tx) => updateCredential(tx, staff, MASTER_SECRET, { credentialId: second.id, enabled: false }));
    expect(await of(id)).toMatchObject([{}, { label: "lab", isEnabled: false }]);
    const trail = JSON.stringify(await fixture.db.auditEntry.findMany({ where: { targetId: id } }));
    expect(trail).not.toContain("sk-second-credential");
    expect(await fixture.trail(id)).toEqual(["channel.create", "credential.add", "credential.update"]);
  });

  it("forget what the machine knew of them when they are replaced", async () => {
    const { id } = await add();
    const [credential] = (await getChannel(fixture.db, id)).credentials;
    const credentialId = credential?.id ?? "";
    await fixture.db.credentialHealth.create({ data: { credentialId, state: "refused", cause: "refused" } });
    await act((tx) => updateCredential(tx, staff, MASTER_SECRET, { credentialId, label: "same" }));
    expect(await fixture.db.credentialHealth.count({ where: { credentialId } })).toBe(1);
    await act((tx) => updateCredential(tx, staff, MASTER_SECRET, { credentialId, secret: "sk-replaced-credential" }));
    expect(await fixture.db.credentialHealth.count({ where: { credentialId } })).toBe(0);
  });

  it("are at least one, if only the empty one, whatever happens at the same time", async () => {
    const { id } = await add();
    const ids = (await getChannel(fixture.db, id)).credentials.map((each) => each.id);
    const more = await act((tx) =>
      addCredential(tx, staff, MASTER_SECRET, { channelId: id, secret: "sk-second-credential" }),
    );
    await Promise.all(
      [...ids, more.id].map((credentialId) => act((tx) => removeCredential(tx, staff, { credentialId }))),
    );
    expect(await of(id)).toEqual([]);
    expect(await fixture.db.channelCredential.findMany({ where: { channelId: id } })).toMatchObject([{ sealed: null }]);
    await act((tx) => addCredential(tx, staff, MASTER_SECRET, { channelId: id, secret: "sk-third-credential" }));
    expect(await fixture.db.channelCredential.count({ where: { channelId: id } })).toBe(1);
    const empty = act((tx) => addCredential(tx, staff, MASTER_SECRET, { channelId: id, secret: " " }));
    expect(await codeOf(empty)).toBe("invalid_request");
    const nobody = "00000000-0000-4000-8000-000000000000";
    expect(await codeOf(act((tx) => removeCredential(tx, staff, { credentialId: nobody })))).toBe("not_found");
  });
});

describe("two admins at once", () => {
  const inTurn = (...acts: ((tx: Tx) => Promise<unknown>)[]) =>
    Promise.allSettled(acts.map((act) => fixture.db.$transaction(act)));

  it("keep each what they changed of one channel, whoever comes first", async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await add();
      await inTurn(
        (tx) => updateChannel(tx, staff, MASTER_SECRET, { channelId: id, idleTimeoutMs: 77_000 }),
        (tx) => updateChannel(tx, staff, MASTER_SECRET, { channelId: id, parallelLimit: 7 }),
        (tx) => updateChannel(tx, staff, MASTER_SECRET, { channelId: id, firstTokenTimeoutMs: 9_000 }),
      );
      expect(await getChannel(fixture.db, id)).toMatchObject({
        ...{ idleTimeoutMs: 77_000, parallelLimit: 7, firstTokenTimeoutMs: 9_000 },
      });
    }
  });

  it("never wait for each other in a circle, whatever they change of the same channels", async () => {
    const ids: string[] = [];
    for (let count = 0; count < 6; count++) ids.push((await add()).id);
    const deployments = await fixture.db.deployment.findMany({ where: { channelId: { in: ids } } });
    for (let round = 0; round < 4; round++) {
      const enabled = round % 2 === 1;
      const outcomes = await inTurn(
        (tx) => setChannelsEnabled(tx, staff, { channelIds: ids, enabled }),
        (tx) => setChannelsEnabled(tx, staff, { channelIds: ids.toReversed(), enabled: !enabled }),
        ...ids.map((channelId) => (tx: Tx) => setChannelEnabled(tx, staff, { channelId, enabled })),
        ...deployments.map(
          ({ id: deploymentId }) =>
            (tx: Tx) =>
              setDeployment(tx, staff, { deploymentId, enabled }),
        ),
      );
      expect(outcomes.flatMap((each) => (each.status === "rejected" ? [String(each.reason)] : []))).toEqual([]);
    }
    const outcomes = await inTurn(
      (tx) => deleteChannels(tx, staff, { channelIds: ids.slice(0, 4) }),
      (tx) => setChannelsEnabled(tx, staff, { channelIds: ids.slice(4), enabled: true }),
      ...deployments.map(
        ({ id: deploymentId }) =>
          (tx: Tx) =>
            setDeployment(tx, staff, { deploymentId, weight: 9 }),
      ),
    );
    // Who comes after the deletion finds nothing there; nobody is turned away otherwise.
    const codes = outcomes.flatMap((each) =>
      each.status === "rejected" ? [each.reason?.code ?? String(each.reason)] : [],
    );
    expect(new Set([...codes, "not_found"])).toEqual(new Set(["not_found"]));
  });

  it("nor where groups, their limits, and the settings that limits hang on change meanwhile", async () => {
    const { id } = await add({ groups: ["vip"] });
    for (let round = 1; round <= 6; round++) {
      const outcomes = await inTurn(
        (tx) => updateGroup(tx, staff, { id: "vip", multiplier: `1.${round}` }),
        (tx) =>
          setGroupLimits(tx, staff, {
            groupId: "vip",
            limits: { rpmLimit: 100 + round, capNanos: 1_000_000n, capPeriod: "month" },
          }),
        (tx) => setSetting(tx, staff, "timeZone", round % 2 === 0 ? "Asia/Shanghai" : "Asia/Tokyo"),
        (tx) =>
          addChannelModels(tx, staff, {
            channelId: id,
            models: [{ name: `g${round}`, upstreamModel: "g" }],
            groups: ["vip"],
          }),
        (tx) => setGroupLimits(tx, staff, { groupId: "vip", limits: { tpmLimit: 5_000 + round } }),
        (tx) => updateGroup(tx, staff, { id: "vip", name: `vip ${round}` }),
      );
      expect(outcomes.flatMap((each) => (each.status === "rejected" ? [String(each.reason)] : []))).toEqual([]);
    }
  });

  it("leave no credential behind in a channel that is deleted meanwhile", async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await add();
      await inTurn(
        (tx) => deleteChannel(tx, staff, { channelId: id }),
        (tx) => addCredential(tx, staff, MASTER_SECRET, { channelId: id, secret: "sk-another-0123456789" }),
        (tx) =>
          addChannelModels(tx, staff, { channelId: id, models: [{ name: "late", upstreamModel: "late" }], groups: [] }),
      );
      expect(await fixture.db.channelCredential.count({ where: { channelId: id } })).toBe(0);
      expect(await fixture.db.deployment.count({ where: { channelId: id } })).toBe(0);
    }
  });
});
