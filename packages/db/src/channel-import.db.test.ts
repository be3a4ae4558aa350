import { openCredential, readChannelImport } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, codeOf, createActsFixture, MASTER_SECRET } from "./acts-fixture.ts";
import {
  addChannel,
  copyChannel,
  getChannelByName,
  getSealedCredential,
  type ImportWishes,
  importChannels,
  listModels,
  planChannelImport,
  updateChannel,
} from "./index.ts";

let fixture: ActsFixture;
const staff = { id: null, name: "staff" };
beforeAll(async () => {
  fixture = await createActsFixture();
});
afterAll(() => fixture.drop());

const row = { type: 1, status: 1, models: "m1,m2", group: "default,course-a", auto_ban: 1 };
const list = readChannelImport(
  JSON.stringify([
    { ...row, name: "first", key: "sk-first-0000000001\nsk-first-0000000002", base_url: "https://a.example" },
    { ...row, name: "keyless", key: "", base_url: "https://b.example", status: 2, param_override: '{"top_k":5}' },
    { ...row, name: "campus", key: "k", base_url: "http://10.0.0.9:8000" },
    { ...row, name: "odd", type: 3, key: "k" },
  ]),
);
const channels = list?.channels ?? [];
const apply = (wishes: Partial<ImportWishes>) =>
  fixture.db.$transaction((tx) =>
    importChannels(tx, staff, MASTER_SECRET, channels, {
      chosen: [0, 1, 2, 3],
      credentials: {},
      groups: { default: "default", "course-a": "vip" },
      allowPrivate: false,
      ...wishes,
    }),
  );

describe("an imported list", () => {
  it("is planned without a word of its credentials", async () => {
    const plan = await planChannelImport(fixture.db, channels, false);
    expect(plan.map(({ name, problem, credentials }) => [name, problem, credentials])).toEqual([
      ["first", null, 2],
      ["keyless", null, 0],
      ["campus", "address", 1],
      ["odd", "unknown-type", 0],
    ]);
    expect(JSON.stringify(plan)).not.toContain("sk-first");
  });

  it("becomes channels in one go, sealed, with models, groups and overrides; and again nothing", async () => {
    const done = await apply({ chosen: [0, 1, 3], credentials: { 1: "sk-typed-00000000001" } });
    expect(done).toEqual({ made: ["first", "keyless"], newModels: ["m1", "m2"] });
    const first = await getChannelByName(fixture.db, "first");
    expect(first.credentials.map(({ label, lastFour }) => [label, lastFour])).toEqual([
      ["1", "0001"],
      ["2", "0002"],
    ]);
    const sealed = await getSealedCredential(fixture.db, first.id);
    expect(sealed && openCredential(MASTER_SECRET, sealed)).toBe("sk-first-0000000001");
    const keyless = await getChannelByName(fixture.db, "keyless");
    expect(keyless).toMatchObject({
      isEnabled: false,
      credentials: [{ lastFour: "0001" }],
      overrides: { body: [{ path: "top_k", value: 5 }] },
    });
    const models = await listModels(fixture.db);
    expect(models.find(({ name }) => name === "m1")?.groups.toSorted()).toEqual(["default", "vip"]);
    const trail = JSON.stringify(await fixture.db.auditEntry.findMany());
    expect(trail).toContain("channel.import");
    expect(trail).not.toMatch(/sk-(?:first|typed)/);

    const before = await fixture.db.auditEntry.count();
    expect(await apply({ chosen: [0, 1] })).toEqual({ made: [], newModels: [] });
    expect(await fixture.db.auditEntry.count()).toBe(before);
    expect((await planChannelImport(fixture.db, channels, false))[0]?.problem).toBe("exists");
  });

  it("is made as a whole or not at all", async () => {
    expect(await codeOf(apply({ chosen: [2], allowPrivate: true, groups: { default: "nowhere" } }))).toBe(
      "group_not_found",
    );
    expect(await codeOf(getChannelByName(fixture.db, "campus"))).toBe("channel_not_found");
  });
});

describe("a copy of a channel", () => {
  it("has everything but the credentials, and a name of its own", async () => {
    const { id } = await fixture.db.$transaction((tx) =>
      addChannel(tx, staff, MASTER_SECRET, {
        name: "original",
        protocol: "vllm",
        baseUrl: "https://c.example/v1",
        credential: "sk-original-00000001",
        models: [{ name: "c1", upstreamModel: "C/1" }],
        groups: ["default"],
        priority: 7,
        allowPrivate: false,
      }),
    );
    const overrides = { headers: [{ name: "x-a", value: "b" }], body: [] };
    await fixture.db.$transaction((tx) =>
      updateChannel(tx, staff, MASTER_SECRET, {
        channelId: id,
        parallelLimit: 8,
        firstTokenTimeoutMs: null,
        overrides,
      }),
    );
    const copy = (name: string) =>
      fixture.db.$transaction((tx) =>
        copyChannel(tx, staff, MASTER_SECRET, { channelId: id, name, credential: "sk-copy-000000000009" }),
      );
    expect(await codeOf(copy("original"))).toBe("name_taken");
    await copy("second");
    expect(await getChannelByName(fixture.db, "second")).toMatchObject({
      protocol: "vllm",
      baseUrl: "https://c.example/v1",
      parallelLimit: 8,
      firstTokenTimeoutMs: null,
      overrides,
      credentials: [{ lastFour: "0009" }],
      deployments: [{ modelName: "c1", upstreamModel: "C/1", priority: 7 }],
    });
  });
});

describe("limits and overrides of a channel", () => {
  it("are checked, kept when nothing is said of them, and can be taken away", async () => {
    const channel = await getChannelByName(fixture.db, "second");
    const update = (changes: object) =>
      fixture.db.$transaction((tx) => updateChannel(tx, staff, MASTER_SECRET, { channelId: channel.id, ...changes }));
    expect(await codeOf(update({ parallelLimit: 0 }))).toBe("invalid_request");
    expect(await codeOf(update({ firstTokenTimeoutMs: 10 }))).toBe("invalid_request");
    const stolen = { headers: [{ name: "authorization", value: "x" }], body: [] };
    expect(await codeOf(update({ overrides: stolen }))).toBe("invalid_request");
    await update({ name: "third" });
    expect(await getChannelByName(fixture.db, "third")).toMatchObject({
      parallelLimit: 8,
      overrides: channel.overrides,
    });
    await update({ parallelLimit: null, overrides: { headers: [], body: [] } });
    expect(await getChannelByName(fixture.db, "third")).toMatchObject({
      parallelLimit: null,
      overrides: { headers: [] },
    });
  });
});
