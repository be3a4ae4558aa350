import { newId, type PriceTierText } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, codeOf, createActsFixture, MASTER_SECRET } from "./acts-fixture.ts";
import { loadGatewayConfig } from "./gateway-config.ts";
import { addChannel, createModel, getModelByName, listAudit, listPriceVersions, setPrice } from "./index.ts";
import { createPatientPool } from "./testing/patient-clients.ts";

let fixture: ActsFixture;
const staff = { id: null, name: "staff" };
beforeAll(async () => {
  fixture = await createActsFixture();
});
afterAll(() => fixture.drop());

describe("a price with tiers for long inputs", () => {
  const long = { above: "128000", input: "4", output: "16", cachedInput: "1" };
  const tiers = [
    { aboveTokens: 128_000, inputNanos: 4_000_000_000n, cachedInputNanos: 1_000_000_000n, reasoningNanos: null },
  ];

  it("is kept exactly, with the versions before it, and told to the gateway and the audit trail", async () => {
    const { id: modelId } = await fixture.db.$transaction((tx) =>
      createModel(tx, staff, { name: "tiered", groups: ["default"] }),
    );
    const set = (input: { input: string; output: string; tiers?: PriceTierText[] }) =>
      fixture.db.$transaction((tx) => setPrice(tx, staff, { modelId, ...input }));
    await set({ input: "2", output: "8", tiers: [long] });
    const versions = () => listPriceVersions(fixture.db, modelId);
    expect(await versions()).toMatchObject([{ version: 1, tiers }]);
    expect(await codeOf(set({ input: "2", output: "8", tiers: [long, long] }))).toBe("invalid_request");
    await set({ input: "3", output: "9" });
    expect(await versions()).toMatchObject([
      { version: 2, inputNanos: 3_000_000_000n, tiers: [] },
      { version: 1, inputNanos: 2_000_000_000n, tiers },
    ]);
    const [entry] = (await listAudit(fixture.db, { pageSize: 1 })).rows;
    expect(entry?.detail).toMatchObject({
      before: { inputNanos: "2000000000", tiers: [{ aboveTokens: 128_000, inputNanos: "4000000000" }] },
      after: { inputNanos: "3000000000", tiers: [] },
    });
  });

  it("is never changed once it stands, whoever tries", async () => {
    const { id: modelId } = await fixture.db.$transaction((tx) => createModel(tx, staff, { name: "kept", groups: [] }));
    const { id } = await fixture.db.$transaction((tx) => setPrice(tx, staff, { modelId, input: "2", output: "8" }));
    const refusal = /append-only/;
    await expect(fixture.db.price.update({ where: { id }, data: { inputNanos: 1n } })).rejects.toThrow(refusal);
    await expect(fixture.db.price.update({ where: { id }, data: { tiers: [] } })).rejects.toThrow(refusal);
    await expect(fixture.db.price.delete({ where: { id } })).rejects.toThrow(refusal);
    expect(await listPriceVersions(fixture.db, modelId)).toMatchObject([{ version: 1, inputNanos: 2_000_000_000n }]);
  });

  it("that can't be read stops its model, also for those who accept unpriced ones, and no other", async () => {
    const channel = {
      name: "broken-tiers",
      protocol: "openai",
      baseUrl: "https://llm.example.edu/v1",
      credential: null,
      groups: ["default"],
      allowPrivate: false,
      models: ["tiers-good", "tiers-broken"].map((name) => ({ name, upstreamModel: name })),
    };
    await fixture.db.$transaction((tx) => addChannel(tx, staff, MASTER_SECRET, channel));
    for (const { name } of channel.models) {
      const { id: modelId } = await getModelByName(fixture.db, name);
      await fixture.db.$transaction((tx) => setPrice(tx, staff, { modelId, input: "2", output: "8", tiers: [long] }));
    }
    const { id: modelId } = await getModelByName(fixture.db, "tiers-broken");
    await fixture.db.price.create({
      data: { id: newId(), modelId, version: 2, inputNanos: 1n, outputNanos: 1n, tiers: [{ aboveTokens: -1 }] },
    });
    const pool = createPatientPool(fixture.url, 1);
    const faults: string[] = [];
    const { models } = await loadGatewayConfig(pool, MASTER_SECRET, (message) => faults.push(message));
    await pool.end();
    expect(models.get("tiers-good")).toMatchObject({ price: { tiers }, deployments: [{}] });
    expect(models.get("tiers-broken")).toMatchObject({ price: null, deployments: [] });
    expect(faults).toEqual([expect.stringContaining("tiers of the price")]);
  });
});
