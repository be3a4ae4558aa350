import { listModels, listSquare } from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { newId } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createScene } from "./testing/scene.ts";
import { createWorkerFixture, type WorkerFixture } from "./testing/worker-fixture.ts";

let gateway: WorkerFixture;
beforeAll(async () => {
  gateway = await createWorkerFixture();
});
afterAll(() => gateway.close());

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
    // Nothing but what stands below may change a state.
    await gateway.query("update setting set value = $1 where key = 'probes'", [
      JSON.stringify({ firstSeconds: 3600, mostSeconds: 3600, passes: 3, everyMinutes: null, capabilityHours: null }),
    ]);
    await gateway.inForce();
    // In one transaction, or the worker would read it all anew with each step.
    const client = await gateway.pool.connect();
    await client.query("begin");
    const scene = createScene(client);
    for (const credentials of credentialSets) {
      for (const channelOn of [true, false]) {
        for (const deploymentOn of [true, false]) {
          for (const breaker of breakers) {
            const isWhole = channelOn && deploymentOn && breaker === "";
            for (const model of isWhole ? models : (["normal"] as const))
              await combine(scene, { credentials, channelOn, deploymentOn, breaker, model });
          }
        }
      }
    }
    await client.query("commit");
    client.release();
    await gateway.inForce();
    const { secret } = await gateway.person(0n);
    const inGateway = async () => {
      const reply = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } });
      return ((await reply.json()) as { data: { id: string }[] }).data.map(({ id }) => id).toSorted();
    };

    const db = createPatientPrisma(gateway.databaseUrl, 4);
    const onPages = (await listModels(db)).filter(({ standing }) => standing === "up").map(({ name }) => name);
    const inSquare = (await listSquare(db, { userId: null })).filter(({ state }) => state === "available");
    await db.$disconnect();
    expect(onPages.length).toBeGreaterThan(5);
    // What the machine found has a version of its own, which workers poll beside the configuration's.
    await expect.poll(inGateway).toEqual(onPages.toSorted());
    expect(inSquare.map(({ name }) => name).toSorted()).toEqual(onPages.toSorted());
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
  const channelId = await scene.channel(name, gateway.upstreamUrl);
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
