import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readHealth } from "./gateway-health.ts";
import { claimProbes, noteCredentialProbe, noteLook, type ProbeTask } from "./health-notes.ts";
import { createHealthScene, type HealthScene, rules } from "./testing/health-scene.ts";

let scene: HealthScene;
beforeAll(async () => {
  scene = await createHealthScene();
});
afterAll(() => scene.drop());
// Claims are the whole database's: what one test leaves due must not be another's.
beforeEach(() => scene.query("delete from channel"));

const claim = (options: { withIdle?: boolean; most?: number } = {}): Promise<ProbeTask[]> =>
  claimProbes(scene.pool, rules, { withIdle: false, most: 10, leaseSeconds: 120, ...options });
const idle = () => claim({ withIdle: true });

describe("a deployment that is out", () => {
  it("is probed after a while, then after twice as long, up to the most, and is back after three passes in a row", async () => {
    const { deployment, id } = await scene.model(await scene.channel());
    await scene.saw(deployment, { failed: 1, hard: "denied" });
    const waits: (number | null | undefined)[] = [(await scene.deployment(deployment))?.probe_in];
    for (let probe = 0; probe < 4; probe++) {
      await scene.probed(deployment, "failure", `probe ${probe}`);
      waits.push((await scene.deployment(deployment))?.probe_in);
    }
    expect(waits).toEqual([60, 120, 240, 300, 300]);
    expect(await scene.deployment(deployment)).toMatchObject({ cause: "denied", last_error: "probe 3" });
    expect(await scene.probed(deployment, "passed")).toBe(true);
    expect(await scene.deployment(deployment)).toMatchObject({ state: "half-open", passes: 1, probe_in: 60 });
    await scene.probed(deployment, "passed");
    await scene.probed(deployment, "failure");
    expect(await scene.deployment(deployment)).toMatchObject({ state: "open", passes: 0, probe_in: 120 });
    for (let probe = 0; probe < 3; probe++) await scene.probed(deployment, "passed");
    expect(await scene.deployment(deployment)).toMatchObject({ state: "closed", cause: "", probe_in: null });
    expect(await scene.events(id)).toEqual([
      ...["deployment-opened", "model-lost", "deployment-half-opened", "deployment-opened", "deployment-half-opened"],
      ...["deployment-closed", "model-back"],
    ]);
  });

  it("stays out with its new error when a probe is denied, and a probe that had to wait says nothing", async () => {
    const { deployment } = await scene.model(await scene.channel());
    await scene.saw(deployment, { failed: 5 });
    await scene.probed(deployment, "passed");
    await scene.probed(deployment, null);
    expect(await scene.deployment(deployment)).toMatchObject({ state: "half-open", passes: 1, probe_in: 60 });
    await scene.probed(deployment, "model-missing", "gone");
    expect(await scene.deployment(deployment)).toMatchObject({
      state: "open",
      cause: "model-missing",
      last_error: "gone",
    });
  });

  it("is given to one prober only, and to another when that one did not come back", async () => {
    const { deployment } = await scene.model(await scene.channel());
    await scene.saw(deployment, { failed: 5 });
    expect(await claim()).toEqual([]);
    await scene.later(61);
    const claims = await Promise.all(Array.from({ length: 6 }, () => claim()));
    expect(claims.flat()).toEqual([{ kind: "state", deploymentId: deployment }]);
    await scene.later(121);
    expect(await claim()).toEqual([{ kind: "state", deploymentId: deployment }]);
    await scene.probed(deployment, "passed");
    await scene.later(61);
    expect(await claim()).toHaveLength(1);
  });

  it("is not probed while people want it off", async () => {
    const channel = await scene.channel();
    const { id, deployment } = await scene.model(channel);
    await scene.saw(deployment, { failed: 5 });
    await scene.credentialSaw(channel.credential, "refused");
    await scene.later(61);
    for (const [off, on] of [
      ["update deployment set is_enabled = false", "update deployment set is_enabled = true"],
      ["update model set paused_at = now()", "update model set paused_at = null"],
      ["update model set removed_at = now()", "update model set removed_at = null"],
    ]) {
      await scene.query(`${off} where id in ($1, $2)`, [id, deployment]);
      expect((await claim()).map(({ kind }) => kind)).toEqual(["credential"]);
      await scene.query(`${on} where id in ($1, $2)`, [id, deployment]);
      await scene.query("update credential_health set probing_until = null");
    }
    await scene.query("update channel set is_enabled = false");
    expect(await claim()).toEqual([]);
  });

  it("is not given out more of than there is room for", async () => {
    const channel = await scene.channel();
    for (let i = 0; i < 3; i++) await scene.saw((await scene.model(channel)).deployment, { failed: 5 });
    await scene.later(61);
    expect(await claim({ most: 2 })).toHaveLength(2);
    expect(await claim({ most: 2 })).toHaveLength(1);
  });
});

describe("a deployment in use", () => {
  it("is probed once nobody has tried it for a while, and not while somebody does", async () => {
    const [quiet, busy] = [await scene.model(await scene.channel()), await scene.model(await scene.channel())];
    await scene.query("update deployment set created_at = created_at - interval '31 minutes'");
    await scene.saw(busy.deployment, { passed: 1 });
    const mine = { kind: "idle", deploymentId: quiet.deployment };
    expect((await idle()).filter(({ kind }) => kind === "idle")).toEqual([mine]);
    expect((await idle()).filter(({ kind }) => kind === "idle")).toEqual([]);
    await scene.probed(quiet.deployment, "passed");
    expect((await idle()).filter(({ kind }) => kind === "idle")).toEqual([]);
    await scene.later(31 * 60);
    expect((await idle()).filter(({ kind }) => kind === "idle")).toHaveLength(2);
  });

  it("is probed again soon after a probe failed, and is out after as many in a row as bring it back", async () => {
    const { deployment } = await scene.model(await scene.channel());
    await scene.probed(deployment, "failure", "one");
    expect(await scene.deployment(deployment)).toMatchObject({ state: "closed", probe_in: 60, window_failures: 1 });
    await scene.later(61);
    expect(await claim()).toEqual([{ kind: "state", deploymentId: deployment }]);
    await scene.probed(deployment, "failure", "two");
    await scene.later(61);
    await scene.probed(deployment, "failure", "three");
    expect(await scene.deployment(deployment)).toMatchObject({
      ...{ state: "open", cause: "probe", first_error: "one", last_error: "three", backoff: 0, probe_in: 60 },
    });
    expect(await scene.events(deployment)).toEqual(["deployment-opened"]);
  });

  it("is asked again much later where its credential has to wait, unless its last probe failed", async () => {
    const { deployment } = await scene.model(await scene.channel());
    await scene.probed(deployment, null);
    expect(await scene.deployment(deployment)).toMatchObject({ state: "closed", probe_in: 300, backoff: 0 });
    await scene.probed(deployment, "failure");
    await scene.probed(deployment, null);
    expect(await scene.deployment(deployment)).toMatchObject({ probe_in: 120, backoff: 1 });
  });

  it("is well again when a request passes between two probes that fail", async () => {
    const { deployment } = await scene.model(await scene.channel());
    await scene.probed(deployment, "failure");
    await scene.probed(deployment, "failure");
    await scene.saw(deployment, { passed: 1 });
    expect(await scene.deployment(deployment)).toMatchObject({ state: "closed", backoff: 0, probe_in: null });
  });

  it("is out at once when a probe is denied", async () => {
    const { deployment } = await scene.model(await scene.channel());
    await scene.probed(deployment, "denied", "no");
    expect(await scene.deployment(deployment)).toMatchObject({ state: "open", cause: "denied" });
  });

  it("is looked at for what it is capable of five minutes after it came, and then once a day", async () => {
    const { deployment } = await scene.model(await scene.channel());
    expect(await idle()).toEqual([]);
    await scene.query("update deployment set created_at = created_at - interval '6 minutes'");
    expect(await idle()).toEqual([{ kind: "look", deploymentId: deployment }]);
    await noteLook(scene.pool, deployment, {});
    await scene.saw(deployment, { passed: 1 });
    expect(await idle()).toEqual([]);
    await scene.later(25 * 3600);
    await scene.saw(deployment, { passed: 1 });
    expect(await idle()).toEqual([{ kind: "look", deploymentId: deployment }]);
  });
});

describe("capabilities", () => {
  it("that are found to be lacking are told to all, once, and so is when they are back", async () => {
    const { deployment } = await scene.model(await scene.channel());
    const version = await scene.version();
    expect(await noteLook(scene.pool, deployment, { vision: "no pictures", tools: "" })).toBe(true);
    expect(await scene.version()).toBe(version + 1n);
    expect((await readHealth(scene.pool)).lacks).toEqual(new Map([[deployment, ["vision"]]]));
    expect(await noteLook(scene.pool, deployment, { vision: "still none" })).toBe(false);
    // What could not be decided stays as it was.
    expect(await noteLook(scene.pool, deployment, { tools: "" })).toBe(false);
    expect(await noteLook(scene.pool, deployment, { vision: "" })).toBe(true);
    expect((await readHealth(scene.pool)).lacks.size).toBe(0);
    const told = await scene.query(
      "select kind, error, detail->>'capability' as capability from health_event where deployment_id = $1 order by at, id",
      [deployment],
    );
    expect(told).toEqual([
      { kind: "capability-lost", error: "no pictures", capability: "vision" },
      { kind: "capability-back", error: "", capability: "vision" },
    ]);
    expect(await scene.query("select lacks from deployment where id = $1", [deployment])).toEqual([{ lacks: [] }]);
  });
});

describe("a refused credential", () => {
  it("is probed like a deployment, and is ready after one pass", async () => {
    const channel = await scene.channel();
    const { credential } = channel;
    await scene.model(channel);
    await scene.credentialSaw(credential, "quota");
    await scene.later(61);
    expect(await claim()).toEqual([{ kind: "credential", credentialId: credential }]);
    expect(await claim()).toEqual([]);
    const note = (verdict: "passed" | "quota" | "refused" | null) =>
      noteCredentialProbe(scene.pool, credential, { verdict, error: "no" }, rules);
    expect(await note("refused")).toBe(false);
    expect(await scene.credential(credential)).toMatchObject({ state: "refused", cause: "refused", backoff: 1 });
    await scene.later(61);
    expect(await claim()).toEqual([]);
    await note(null);
    expect(await scene.credential(credential)).toMatchObject({ cause: "refused", backoff: 2 });
    expect(await note("passed")).toBe(true);
    expect(await scene.credential(credential)).toMatchObject({ state: "ready", cause: "" });
    expect(await scene.events(credential)).toEqual(["credential-refused", "credential-ready"]);
  });
});
