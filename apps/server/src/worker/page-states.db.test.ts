import { createPrisma, listModels, listSquare } from "@lyceum/db";
import { loadGatewayConfig } from "@lyceum/db/gateway-config";
import { readHealth } from "@lyceum/db/gateway-health";
import { createPool, type DatabasePool } from "@lyceum/db/pool";
import { createTestDatabase, type TestDatabase } from "@lyceum/db/testing";
import { newId } from "@lyceum/domain";
import { HealthBook } from "@lyceum/gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createScene, SECRET } from "./testing/scene.ts";

let database: TestDatabase;
let pool: DatabasePool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url, 4);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const breakers = ["", "closed", "open", "half-open"] as const;
/** Of each of a channel's credentials: enabled or not, and what the machine knows of it; cooled: its wait is over. */
const credentialSets = [
  ["ready"],
  ["cooling"],
  ["cooled"],
  ["refused"],
  ["disabled"],
  ["refused", "ready"],
  ["disabled", "refused"],
] as const;
const models = ["normal", "paused", "removed"] as const;

describe("what pages say of a model", () => {
  it("is what a worker does, for every combination of what people and the machine can have done", async () => {
    const scene = createScene(pool);
    for (const credentials of credentialSets) {
      for (const channelOn of [true, false]) {
        for (const deploymentOn of [true, false]) {
          for (const breaker of breakers) {
            for (const model of models) await combine(scene, { credentials, channelOn, deploymentOn, breaker, model });
          }
        }
      }
    }
    const book = new HealthBook(() => performance.now());
    book.takeSnapshot(await readHealth(pool));
    const config = await loadGatewayConfig(pool, SECRET, (message) => expect.unreachable(message));
    const inGateway = [...config.models.values()]
      .filter((each) => !each.isRemoved && !each.isPaused && each.deployments.some((to) => book.isUsable(to)))
      .map(({ name }) => name);

    const db = createPrisma(database.url, 4);
    const onPages = (await listModels(db)).filter(({ standing }) => standing === "up").map(({ name }) => name);
    const inSquare = (await listSquare(db, { userId: null })).filter(({ state }) => state === "available");
    await db.$disconnect();
    expect(onPages.length).toBeGreaterThan(5);
    expect(onPages.toSorted()).toEqual(inGateway.toSorted());
    expect(inSquare.map(({ name }) => name).toSorted()).toEqual(inGateway.toSorted());
  });
});

type Combination = {
  credentials: readonly ("ready" | "cooling" | "cooled" | "refused" | "disabled")[];
  channelOn: boolean;
  deploymentOn: boolean;
  breaker: (typeof breakers)[number];
  model: (typeof models)[number];
};

/** A model that is named after its combination, alone on a channel of its own. */
async function combine(scene: ReturnType<typeof createScene>, of: Combination): Promise<void> {
  const { query } = scene;
  const name = [...of.credentials, of.channelOn, of.deploymentOn, of.breaker || "none", of.model].join("-");
  const channelId = await scene.channel(name, "https://upstream.example/v1");
  await query("update channel set is_enabled = $2 where id = $1", [channelId, of.channelOn]);
  for (const [index, state] of of.credentials.entries()) {
    const id = newId();
    // The first takes the place of the one that the channel was made with.
    if (index === 0) await query("update channel_credential set id = $2 where channel_id = $1", [channelId, id]);
    else
      await query(
        "insert into channel_credential (id, channel_id, sealed) select $1, channel_id, sealed from channel_credential where channel_id = $2 limit 1",
        [id, channelId],
      );
    if (state === "disabled") await query("update channel_credential set is_enabled = false where id = $1", [id]);
    if (state === "refused")
      await query("insert into credential_health (credential_id, state) values ($1, 'refused')", [id]);
    if (state === "cooling" || state === "cooled")
      await query(
        "insert into credential_health (credential_id, state, until) values ($1, 'cooling', clock_timestamp() + $2::interval)",
        [id, state === "cooling" ? "1 hour" : "-1 second"],
      );
  }
  const modelId = await scene.model(name, [channelId], { isRemoved: of.model === "removed" });
  if (of.model === "paused") await query("update model set paused_at = now() where id = $1", [modelId]);
  await query("update deployment set is_enabled = $2 where model_id = $1", [modelId, of.deploymentOn]);
  if (of.breaker !== "")
    await query(
      "insert into deployment_health (deployment_id, state) select id, $2 from deployment where model_id = $1",
      [modelId, of.breaker],
    );
}
