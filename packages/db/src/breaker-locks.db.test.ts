import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { probeDeployment, resetCredential, resetDeployment } from "./health.ts";
import { claimProbes, noteLook, settleHealth } from "./health-notes.ts";
import { createHealthScene, type HealthScene, rules } from "./testing/health-scene.ts";

let scene: HealthScene;
beforeAll(async () => {
  scene = await createHealthScene();
});
afterAll(() => scene.drop());

const staff = { id: null, name: "staff" };
const which = fc.nat({ max: 7 });
/** What workers do, each at any time. */
const act = fc.oneof(
  fc.record({
    act: fc.constantFrom("denied", "failed", "passed", "back", "look", "rate", "refused"),
    at: which,
    to: which,
  }),
  fc.record({ act: fc.constantFrom("claim", "settle", "reset", "reset-credential", "probe"), at: which, to: which }),
);
/** What a page does in one transaction, in any order: locks of all kinds, before and after the configuration's version is raised. */
const pageActs = {
  rename: { of: "model", sql: "update model set description = description || '.' where id = $1" },
  lock: { of: "channel", sql: "select 1 from channel where id = $1 for update" },
  delete: { of: "deployment", sql: "delete from deployment where id = $1" },
  disable: { of: "deployment", sql: "update deployment set is_enabled = not is_enabled where id = $1" },
  replaceSecret: { of: "credential", sql: "update channel_credential set last_four = 'wxyz' where id = $1" },
  deleteCredential: { of: "credential", sql: "delete from channel_credential where id = $1" },
  forget: { of: "deployment", sql: "delete from deployment_health where deployment_id = $1" },
} as const;
const pageStep = fc.record({
  act: fc.constantFrom(...(Object.keys(pageActs) as (keyof typeof pageActs)[])),
  at: which,
});

it("never deadlocks with itself, with pages or with deletions, and loses no model twice", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(act, { minLength: 20, maxLength: 60 }),
      fc.array(fc.array(pageStep, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 }),
      async (acts, pages) => {
        const channels = await Promise.all([scene.channel(2), scene.channel(2)]);
        const models = await Promise.all(Array.from({ length: 4 }, () => scene.model(...channels)));
        const deployments = models.flatMap((model) => model.deployments);
        const credentials = channels.flatMap((channel) => channel.credentials);
        const deployment = (at: number) => deployments[at] ?? "";
        const credential = (at: number) => credentials[at % credentials.length] ?? "";

        const run = async ({ act, at, to }: (typeof acts)[number]): Promise<void> => {
          const ids = [deployment(at), deployment(to)];
          const seen = { passed: 1, failed: 0, lastFailed: 0, error: "x", hard: null };
          switch (act) {
            case "denied":
              return void (await scene.report({
                deployments: ids.map((id) => ({ ...seen, id, failed: 1, hard: "denied" as const })),
                credentials: [],
              }));
            case "failed":
              return void (await scene.report({
                deployments: ids.map((id) => ({ ...seen, id, failed: 3 })),
                credentials: [],
              }));
            case "passed":
              return void (await scene.saw(deployment(at), { passed: 4 }));
            case "back":
              return void (await scene.probed(deployment(at), to < 6 ? "passed" : "failure"));
            case "look":
              return void (await noteLook(scene.pool, deployment(at), { vision: to < 4 ? "" : "none" }));
            case "rate":
            case "refused":
              return void (await scene.credentialSaw(credential(at), act, 1000 * to));
            case "claim":
              return void (await claimProbes(scene.pool, rules, { withIdle: true, most: 4, leaseSeconds: 1 }));
            case "settle":
              return void (await settleHealth(scene.pool));
            case "reset":
              return byHand(() =>
                scene.db.$transaction((tx) => resetDeployment(tx, staff, { deploymentId: deployment(at) })),
              );
            case "probe":
              return byHand(() =>
                scene.db.$transaction((tx) => probeDeployment(tx, staff, { deploymentId: deployment(at) })),
              );
            case "reset-credential":
              return byHand(() =>
                scene.db.$transaction((tx) => resetCredential(tx, staff, { credentialId: credential(at) })),
              );
          }
        };
        const page = async (steps: (typeof pages)[number]): Promise<void> => {
          const client = await scene.pool.connect();
          try {
            await client.query("begin");
            for (const { act, at } of steps) {
              const { sql, of } = pageActs[act];
              const ids = {
                deployment: deployment(at),
                credential: credential(at),
                model: models[at % 4]?.id,
                channel: channels[at % 2]?.id,
              };
              await client.query(sql, [ids[of]]);
            }
            await client.query("commit");
          } catch (error) {
            await client.query("rollback");
            throw error;
          } finally {
            client.release();
          }
        };
        // Pages among themselves take turns here: their order is not what this is about.
        const byPages = (async () => {
          for (const steps of pages) await page(steps);
        })();
        await Promise.all([byPages, ...acts.map(run)]);

        for (const { id } of models) {
          const told = (await scene.events(id)).filter((kind) => kind === "model-lost" || kind === "model-back");
          expect(told).toEqual(told.map((_, place) => (place % 2 === 0 ? "model-lost" : "model-back")));
        }
        await scene.query("delete from model where id = any($1)", [models.map(({ id }) => id)]);
      },
    ),
    // What happens at the same time does not happen again: nothing to shrink.
    { numRuns: 25, endOnFailure: true },
  );
}, 120_000);

/** What a page deleted meanwhile is not there any more to be reset. */
async function byHand(reset: () => Promise<void>): Promise<void> {
  await reset().catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "not_found")) throw error;
  });
}
