import { newId } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf, MASTER_SECRET } from "./acts-fixture.ts";
import { updateChannel } from "./channels.ts";
import { readHealth } from "./gateway-health.ts";
import { probeDeployment, resetCredential, resetDeployment } from "./health.ts";
import { retireModels, settleHealth } from "./health-notes.ts";
import { createHealthScene, type HealthScene } from "./testing/health-scene.ts";

let scene: HealthScene;
const staff = { id: null, name: "staff" };
beforeAll(async () => {
  scene = await createHealthScene();
});
afterAll(() => scene.drop());

describe("the breaker", () => {
  it("opens at so many failures within the window, not before, and keeps the first and the last error", async () => {
    const { deployment } = await scene.model(await scene.channel());
    await scene.saw(deployment, { failed: 1, error: "first" });
    expect(await scene.saw(deployment, { failed: 3, error: "middle" })).toEqual({ isChanged: false, skipped: [] });
    expect(await scene.deployment(deployment)).toMatchObject({ state: "closed", window_failures: 4 });
    expect(await scene.saw(deployment, { failed: 1, error: "last" })).toEqual({ isChanged: true, skipped: [] });
    expect(await scene.deployment(deployment)).toMatchObject({
      ...{ state: "open", cause: "failures", first_error: "first", last_error: "last", probe_in: 60 },
    });
    expect(await scene.events(deployment)).toEqual(["deployment-opened"]);
    expect((await readHealth(scene.pool)).deployments.get(deployment)).toBe("open");
  });

  it("stays closed while enough requests pass", async () => {
    const { deployment } = await scene.model(await scene.channel());
    await scene.saw(deployment, { passed: 10, failed: 5 });
    await scene.saw(deployment, { passed: 1, failed: 11 });
    expect(await scene.deployment(deployment)).toMatchObject({
      state: "closed",
      window_total: 27,
      window_failures: 16,
    });
    await scene.saw(deployment, { failed: 1 });
    expect(await scene.deployment(deployment)).toMatchObject({ state: "open" });
  });

  it("opens when so many fail in a row, whatever passed before: who fails is hardly tried, and the rate would say it late", async () => {
    const { deployment } = await scene.model(await scene.channel());
    await scene.saw(deployment, { passed: 1_000, failed: 4, lastFailed: 3 });
    await scene.saw(deployment, { failed: 1 });
    expect(await scene.deployment(deployment)).toMatchObject({ state: "closed" });
    await scene.saw(deployment, { passed: 1 });
    await scene.saw(deployment, { failed: 4 });
    expect(await scene.deployment(deployment)).toMatchObject({ state: "closed" });
    await scene.saw(deployment, { failed: 1, error: "the fifth" });
    expect(await scene.deployment(deployment)).toMatchObject({
      state: "open",
      cause: "failures",
      last_error: "the fifth",
    });
  });

  it("forgets failures when their window is over", async () => {
    const { deployment } = await scene.model(await scene.channel());
    await scene.saw(deployment, { failed: 4, error: "old" });
    await scene.later(61);
    await scene.saw(deployment, { failed: 4, error: "new" });
    expect(await scene.deployment(deployment)).toMatchObject({
      state: "closed",
      window_failures: 4,
      first_error: "new",
    });
  });

  it("has everybody count what passes from the first failure of a window on, and then no longer", async () => {
    const { deployment } = await scene.model(await scene.channel());
    await scene.saw(deployment, { passed: 1 });
    expect((await readHealth(scene.pool)).watched.has(deployment)).toBe(false);
    expect(await scene.saw(deployment, { failed: 1 })).toMatchObject({ isChanged: true });
    const { watched } = await readHealth(scene.pool);
    expect(watched.get(deployment)).toBeGreaterThan(50_000);
    expect(watched.get(deployment)).toBeLessThanOrEqual(60_000);
    await scene.later(61);
    expect((await readHealth(scene.pool)).watched.has(deployment)).toBe(false);
  });

  it.each(["denied", "model-missing"] as const)(
    "opens at once when a model is %s, however much passes",
    async (hard) => {
      const { deployment } = await scene.model(await scene.channel());
      await scene.saw(deployment, { passed: 1000, failed: 1, hard, error: "no" });
      expect(await scene.deployment(deployment)).toMatchObject({ state: "open", cause: hard, last_error: "no" });
    },
  );

  it("does not count again what comes in late from before it opened", async () => {
    const { deployment } = await scene.model(await scene.channel());
    await scene.saw(deployment, { failed: 5, error: "a" });
    const version = await scene.version();
    await scene.saw(deployment, { failed: 7, passed: 3, error: "b" });
    expect(await scene.deployment(deployment)).toMatchObject({ state: "open", first_error: "a", last_error: "b" });
    expect(await scene.events(deployment)).toEqual(["deployment-opened"]);
    expect(await scene.version()).toBe(version);
  });

  it("adds up what two workers report at the same time, and opens once", async () => {
    const { deployment } = await scene.model(await scene.channel());
    await Promise.all(Array.from({ length: 10 }, () => scene.saw(deployment, { failed: 1 })));
    expect(await scene.deployment(deployment)).toMatchObject({ state: "open" });
    expect(await scene.events(deployment)).toEqual(["deployment-opened"]);
  });

  it("leaves alone what people switched off, paused, removed or deleted meanwhile", async () => {
    const channel = await scene.channel();
    const off = await scene.model(channel);
    const paused = await scene.model(channel);
    const removed = await scene.model(channel);
    const elsewhere = await scene.model(await scene.channel());
    await scene.query("update deployment set is_enabled = false where id = $1", [off.deployment]);
    await scene.query("update model set paused_at = now() where id = $1", [paused.id]);
    await scene.query("update model set removed_at = now() where id = $1", [removed.id]);
    await scene.query(
      "update channel set is_enabled = false where id = (select channel_id from deployment where id = $1)",
      [elsewhere.deployment],
    );
    const version = await scene.version();
    const ids = [off, paused, removed, elsewhere].map(({ deployment }) => deployment);
    const deployments = [...ids, newId()].map((id) => ({
      id,
      passed: 0,
      failed: 9,
      lastFailed: 9,
      error: "x",
      hard: "denied" as const,
    }));
    expect(await scene.report({ deployments, credentials: [] })).toEqual({ isChanged: false, skipped: [] });
    for (const id of ids) expect(await scene.deployment(id)).toBeUndefined();
    expect(await scene.version()).toBe(version);
    // And what was out already is not brought back by a probe under way.
    const open = await scene.model(channel);
    await scene.saw(open.deployment, { failed: 1, hard: "denied" });
    await scene.query("update deployment set is_enabled = false where id = $1", [open.deployment]);
    for (let probe = 0; probe < 3; probe++) await scene.probed(open.deployment, "passed");
    expect(await scene.deployment(open.deployment)).toMatchObject({ state: "open", passes: 0 });
    expect(await scene.query("select is_enabled from deployment where id = $1", [open.deployment])).toEqual([
      { is_enabled: false },
    ]);
  });
});

describe("a credential", () => {
  it("cools down for as long as it is told, and no 429 on the way makes that longer than it says", async () => {
    const { credential } = await scene.channel();
    await scene.credentialSaw(credential, "rate", 40_000);
    const first = await scene.credential(credential);
    expect(first).toMatchObject({ state: "cooling", cause: "rate", until_in: 40 });
    await scene.credentialSaw(credential, "rate", 10_000);
    await scene.credentialSaw(credential, "rate");
    expect(await scene.credential(credential)).toMatchObject({ until: first?.until });
    await scene.credentialSaw(credential, "rate", 50_000);
    expect(await scene.credential(credential)).toMatchObject({ until_in: 50, backoff: 0 });
    expect(await scene.events(credential)).toEqual(["credential-cooling"]);
  });

  it("cools down longer each time where nobody says how long, and is ready again a minute after", async () => {
    const { credential } = await scene.channel();
    const waits: (number | null | undefined)[] = [];
    for (let time = 0; time < 9; time++) {
      await scene.credentialSaw(credential, "rate");
      waits.push((await scene.credential(credential))?.until_in);
      await scene.later(301);
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300]);
    await scene.later(60);
    expect(await settleHealth(scene.pool)).toBeGreaterThan(0);
    expect(await scene.credential(credential)).toMatchObject({ state: "ready", cause: "", backoff: 0 });
    expect(await scene.events(credential)).toEqual(["credential-cooling", "credential-ready"]);
  });

  it.each(["refused", "quota"] as const)("is out when it is said to be %s", async (sign) => {
    const { credential } = await scene.channel();
    await scene.credentialSaw(credential, "rate", 40_000);
    await scene.credentialSaw(credential, sign);
    await scene.credentialSaw(credential, sign);
    await scene.credentialSaw(credential, "rate", 1_000);
    expect(await scene.credential(credential)).toMatchObject({ state: "refused", cause: sign, until_in: null });
    expect(await scene.events(credential)).toEqual(["credential-cooling", "credential-refused"]);
  });
});

describe("a model", () => {
  it("is lost with its last deployment, says how many people used it in the last day, and is back with the first", async () => {
    const { id, name, deployments } = await scene.model(await scene.channel(), await scene.channel());
    const [one = "", other = ""] = deployments;
    await scene.query(
      `insert into app_user (id, student_id, name) select gen_random_uuid(), 'S' || n || '-' || $1, 'n' from generate_series(1, 3) n`,
      [id],
    );
    await scene.query(
      "insert into account (id, kind, user_id) select id, 'user', id from app_user where student_id like '%-' || $1",
      [id],
    );
    await scene.query(
      `insert into usage_rollup (account_id, hour, key_id, model, requests, failures, input_tokens, cached_input_tokens, output_tokens,
          reasoning_tokens, charge_nanos, uncollected_nanos, group_id, pool_id)
        select a.id, date_trunc('hour', now() - h * interval '20 hours', 'UTC'), gen_random_uuid(), $2, 1, 0, 0, 0, 0, 0, 0, 0, 'default', gen_random_uuid()
          from (select id, row_number() over () as n from account where id in (select id from app_user where student_id like '%-' || $1)
            union all select '00000000-0000-7000-8000-000000000001', 1) a, generate_series(0, 2) h where a.n <= 2 or h = 2`,
      [id, name],
    );
    await scene.saw(one, { failed: 1, hard: "denied", error: "first gone" });
    expect(await scene.events(id)).toEqual(["deployment-opened"]);
    await scene.saw(other, { failed: 1, hard: "denied", error: "second gone" });
    expect(await scene.events(id)).toEqual(["deployment-opened", "deployment-opened", "model-lost"]);
    const [lost] = await scene.query(
      "select cause, error, affected_users from health_event where kind = 'model-lost' and model_id = $1",
      [id],
    );
    expect(lost).toEqual({ cause: "denied", error: "second gone", affected_users: 2 });
    for (let probe = 0; probe < 3; probe++) await scene.probed(other, "passed");
    expect((await scene.events(id)).slice(3)).toEqual(["deployment-half-opened", "deployment-closed", "model-back"]);
  });

  it("is lost when every credential of its only channel is refused, not while one only has to wait", async () => {
    const channel = await scene.channel(2);
    const { id } = await scene.model(channel);
    const [first = "", second = ""] = channel.credentials;
    await scene.credentialSaw(first, "refused");
    await scene.credentialSaw(second, "rate", 3_600_000);
    expect(await scene.events(id)).toEqual([]);
    await scene.credentialSaw(second, "quota");
    expect(await scene.events(id)).toEqual(["model-lost"]);
    const why = "select cause, error from health_event where kind = 'model-lost' and model_id = $1";
    expect(await scene.query(why, [id])).toEqual([{ cause: "quota", error: "quota!" }]);
    await scene.query("update channel_credential set is_enabled = false where id = $1", [second]);
    await settleHealth(scene.pool);
    expect(await scene.events(id)).toEqual(["model-lost"]);
    await scene.db.$transaction((tx) => resetCredential(tx, staff, { credentialId: first }));
    expect(await scene.events(id)).toEqual(["model-lost", "model-back"]);
  });

  it("that people paused is neither lost nor back, and is back once they resume it", async () => {
    const { id, deployment } = await scene.model(await scene.channel());
    await scene.saw(deployment, { failed: 1, hard: "denied" });
    await scene.query("update model set paused_at = now() where id = $1", [id]);
    await scene.query("delete from deployment_health where deployment_id = $1", [deployment]);
    await settleHealth(scene.pool);
    expect((await scene.events(id)).at(-1)).toBe("model-lost");
    await scene.query("update model set paused_at = null where id = $1", [id]);
    await settleHealth(scene.pool);
    await settleHealth(scene.pool);
    expect((await scene.events(id)).slice(-2)).toEqual(["model-lost", "model-back"]);
  });

  it("is lost and back in turn, also several times within a millisecond", async () => {
    const { id, deployment } = await scene.model(await scene.channel());
    await scene.saw(deployment, { failed: 1, hard: "denied" });
    await scene.query(`do $$ begin
        for time in 1..200 loop
          update deployment_health set state = case state when 'open' then 'closed' else 'open' end where deployment_id = '${deployment}';
          perform settle_models(lock_health());
        end loop;
      end $$`);
    const told = (await scene.events(id)).slice(1);
    expect(told).toEqual(Array.from({ length: 201 }, (_, place) => (place % 2 === 0 ? "model-lost" : "model-back")));
  });

  it("is removed when its time has come, with an event and an entry of the system's", async () => {
    const [due, later] = [await scene.model(), await scene.model()];
    const set = "update model set retires_at = now() + $2::interval, removed_reason = 'old' where id = $1";
    await scene.query(set, [due.id, "-1 second"]);
    await scene.query(set, [later.id, "1 hour"]);
    expect(await Promise.all([retireModels(scene.pool), retireModels(scene.pool)])).toContain(1);
    expect(await retireModels(scene.pool)).toBe(0);
    const rows = await scene.query(
      "select removed_at is not null as is_removed, retires_at is null as is_done from model where id = any($1) order by removed_at nulls last",
      [[due.id, later.id]],
    );
    expect(rows).toEqual([
      { is_removed: true, is_done: true },
      { is_removed: false, is_done: false },
    ]);
    expect(await scene.events(due.id)).toEqual(["model-retired"]);
    const trail = await scene.query(
      "select actor_name, action, detail->>'reason' as reason from audit_entry where target_id = $1",
      [due.id],
    );
    expect(trail).toEqual([{ actor_name: "system", action: "model.remove", reason: "old" }]);
  });
});

describe("by hand", () => {
  it("puts a deployment back at once, with an event and an audit entry, and leaves one that is well alone", async () => {
    const { id, deployment } = await scene.model(await scene.channel());
    const reset = () => scene.db.$transaction((tx) => resetDeployment(tx, staff, { deploymentId: deployment }));
    await reset();
    await scene.saw(deployment, { failed: 1, hard: "denied" });
    const version = await scene.version();
    await reset();
    expect(await scene.deployment(deployment)).toMatchObject({ state: "closed", cause: "", probe_in: null });
    expect(await scene.version()).toBeGreaterThan(version);
    expect((await scene.events(id)).slice(2)).toEqual(["deployment-reset", "model-back"]);
    const trail = await scene.query("select action from audit_entry where detail->>'deployment' = $1", [deployment]);
    expect(trail).toEqual([{ action: "deployment.reset" }]);
    await expect(
      codeOf(scene.db.$transaction((tx) => resetDeployment(tx, staff, { deploymentId: newId() }))),
    ).resolves.toBe("not_found");
  });

  it("is forgotten with the address that it was found at, not with another limit", async () => {
    const channel = await scene.channel();
    const { id, deployment } = await scene.model(channel);
    await scene.saw(deployment, { failed: 1, hard: "denied" });
    const change = (changes: { parallelLimit?: number; baseUrl?: string; credential?: string }) =>
      scene.db.$transaction((tx) =>
        updateChannel(tx, staff, MASTER_SECRET, { channelId: channel.id, allowPrivate: true, ...changes }),
      );
    await change({ parallelLimit: 3 });
    expect(await scene.deployment(deployment)).toMatchObject({ state: "open" });
    await change({ baseUrl: "http://127.0.0.1:1/v1", credential: "sk-new-0123456789" });
    expect(await scene.deployment(deployment)).toBeUndefined();
    expect((await scene.events(id)).at(-1)).toBe("model-back");
    expect((await readHealth(scene.pool)).deployments.has(deployment)).toBe(false);
  });

  it("asks for a probe at once, also of a deployment that nothing is known of", async () => {
    const { deployment } = await scene.model(await scene.channel());
    await scene.db.$transaction((tx) => probeDeployment(tx, staff, { deploymentId: deployment }));
    expect(await scene.deployment(deployment)).toMatchObject({ state: "closed", probe_in: 0 });
  });
});
