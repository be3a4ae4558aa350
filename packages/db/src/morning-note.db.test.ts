import { newId } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, codeOf, createActsFixture, MASTER_SECRET } from "./acts-fixture.ts";
import {
  addChannel,
  countOpenIncidents,
  deleteChannel,
  findNoteBeginning,
  getModelByName,
  getMorningNote,
  listCredentialFindings,
  markNoteSeen,
  pauseModel,
  resumeModel,
  undoEvent,
} from "./index.ts";

let fixture: ActsFixture;
let admin: Awaited<ReturnType<ActsFixture["person"]>>;
let channels: string[];
beforeAll(async () => {
  fixture = await createActsFixture();
  admin = await fixture.person("admin");
  channels = [];
  for (const name of ["campus-a", "campus-b"]) {
    const input = {
      ...{ name, protocol: "openai", baseUrl: `https://${name}.example/v1`, credential: "sk-123456789012" },
      ...{ models: [{ name: "glm", upstreamModel: "glm" }], groups: ["default"], allowPrivate: false },
    };
    channels.push((await fixture.db.$transaction((tx) => addChannel(tx, admin.actor, MASTER_SECRET, input))).id);
  }
});
afterAll(() => fixture.drop());

const minute = 60_000;
const since = (minutes: number) => ({
  from: new Date(Date.now() - minutes * minute),
  // The database rounds to the millisecond, which may be the next one.
  to: new Date(Date.now() + 1_000),
});
const note = async (minutes = 600) => (await getMorningNote(fixture.db, since(minutes))).lines;
const undo = (eventId: string) =>
  fixture.db.$transaction((tx) => undoEvent(tx, admin.actor, MASTER_SECRET, { eventId }));
const deployment = async (channelName: string) => {
  const model = await getModelByName(fixture.db, "glm");
  const found = model.deployments.find((each) => each.channelName === channelName);
  if (found === undefined) throw new Error(`glm is not on ${channelName}`);
  return { ...found, modelId: model.id };
};

/** What the machine writes when a deployment breaks: its state, and the event. */
async function breakDeployment(channelName: string, minutesAgo: number): Promise<string> {
  const { id: deploymentId, modelId, channelId } = await deployment(channelName);
  const at = new Date(Date.now() - minutesAgo * minute);
  const error = "500 out of memory";
  const state = { state: "open", since: at, cause: "failures", firstError: error, lastError: error, firstFailedAt: at };
  await fixture.db.deploymentHealth.upsert({
    where: { deploymentId },
    create: { deploymentId, ...state },
    update: state,
  });
  const id = newId();
  const names = { modelId, modelName: "glm", channelId, channelName, deploymentId };
  await fixture.db.healthEvent.create({
    data: { id, at, kind: "deployment-opened", cause: "failures", error, ...names },
  });
  return id;
}

describe("an administrator's last look", () => {
  it("is where the next note begins, and stays so while they go on looking", async () => {
    const { userId } = await fixture.person("admin");
    const at = (clock: string) => new Date(`2026-11-28T${clock}:00Z`);
    const look = async (clock: string) => {
      const from = await findNoteBeginning(fixture.db, userId, at(clock));
      await fixture.db.$transaction((tx) => markNoteSeen(tx, userId, at(clock)));
      return from?.toISOString().slice(11, 16) ?? null;
    };
    expect(await look("08:30")).toBeNull();
    expect(await look("08:50")).toBeNull();
    expect(await look("18:00")).toBe("08:50");
    expect(await look("18:20")).toBe("08:50");
    // An older tab that reports late takes nothing back.
    await fixture.db.$transaction((tx) => markNoteSeen(tx, userId, at("10:00")));
    expect(await look("18:40")).toBe("08:50");
    expect(await look("23:00")).toBe("18:40");
    expect(await findNoteBeginning(fixture.db, admin.userId, at("23:00"))).toBeNull();
  });
});

describe("the morning note", () => {
  it("says that nothing happened", async () => {
    expect(await note()).toEqual([]);
    expect(await countOpenIncidents(fixture.db)).toBe(0);
  });

  it("tells what broke, where the traffic went, and puts it in use again with one act", async () => {
    const eventId = await breakDeployment("campus-a", 300);
    expect(await countOpenIncidents(fixture.db)).toBe(1);
    const [line, ...rest] = await note();
    expect(rest).toEqual([]);
    expect(line).toMatchObject({ modelName: "glm", channelName: "campus-a", now: "out", movedTo: ["campus-b"] });
    expect(line).toMatchObject({ undo: "reset-deployment", firstError: "500 out of memory", to: null });
    // What is out since before the period is told too, from its beginning.
    expect(await note(60)).toMatchObject([{ id: eventId, from: line?.from }]);

    expect(await undo(eventId)).toEqual({ undo: "reset-deployment" });
    expect(await countOpenIncidents(fixture.db)).toBe(0);
    expect((await deployment("campus-a")).isUp).toBe(true);
    const [after] = await note();
    expect(after).toMatchObject({ now: "back", undo: null, endedBy: "deployment-reset" });
    expect(after?.undoneBy).not.toBeNull();
    expect(await codeOf(undo(eventId))).toBe("not_found");
  });

  it("takes out by hand what came back by itself, and that back again", async () => {
    const eventId = await breakDeployment("campus-b", 5);
    const { id: deploymentId } = await deployment("campus-b");
    await fixture.db.deploymentHealth.update({ where: { deploymentId }, data: { state: "closed" } });
    expect(await undo(eventId)).toEqual({ undo: "disable-deployment" });
    expect((await deployment("campus-b")).standing).toBe("off");
    const line = (await note()).find(({ kind }) => kind === "deployment-disabled");
    expect(line).toMatchObject({ now: "done", undo: "enable-deployment", actorName: admin.actor.name });
    await undo(line?.undoable ?? "");
    expect((await deployment("campus-b")).isUp).toBe(true);
  });

  it("puts a credential back to work, and takes back a pause", async () => {
    const [credential] = await listCredentialFindings(fixture.db, channels[0]);
    const credentialId = credential?.credentialId ?? "";
    await fixture.db.credentialHealth.create({ data: { credentialId, state: "refused", cause: "refused" } });
    const data = { channelId: channels[0] ?? "", channelName: "campus-a", credentialId, error: "401 no such key" };
    const id = newId();
    await fixture.db.healthEvent.create({ data: { id, kind: "credential-refused", cause: "refused", ...data } });
    expect((await deployment("campus-a")).standing).toBe("credentials-out");
    expect((await note()).at(-1)).toMatchObject({ subject: "credential", now: "out", undo: "reset-credential" });
    await undo(id);
    expect((await deployment("campus-a")).standing).toBe("up");

    const { modelId } = await deployment("campus-a");
    await fixture.db.$transaction((tx) => pauseModel(tx, admin.actor, { modelId, reason: "night" }));
    const paused = (await note()).at(-1);
    expect(paused).toMatchObject({ kind: "model-paused", undo: "resume-model" });
    await undo(paused?.undoable ?? "");
    expect(await getModelByName(fixture.db, "glm")).toMatchObject({ standing: "up" });
  });

  it("takes back no act but the last of its kind: what somebody else did since is theirs", async () => {
    const { modelId } = await deployment("campus-b");
    const pause = (reason: string) => fixture.db.$transaction((tx) => pauseModel(tx, admin.actor, { modelId, reason }));
    const resume = () => fixture.db.$transaction((tx) => resumeModel(tx, admin.actor, { modelId }));
    await pause("first");
    await resume();
    await pause("second");
    const pauses = (await note()).filter((line) => line.kind === "model-paused").slice(-2);
    expect(pauses.map(({ detail, undo }) => [detail.reason, undo])).toEqual([
      ["first", null],
      ["second", "resume-model"],
    ]);
    expect(await codeOf(undo(pauses[0]?.undoable ?? ""))).toBe("not_found");
    expect((await getModelByName(fixture.db, "glm")).pausedReason).toBe("second");
    await resume();
  });

  it("says how many people a banner told: those who used a model within the day before it went", async () => {
    const { modelId } = await deployment("campus-b");
    for (const ago of [2, 3, 30]) {
      const { accountId } = await fixture.person();
      const hour = new Date(Math.floor(Date.now() / 3_600_000 - ago) * 3_600_000);
      const sums = {
        inputTokens: 1,
        cachedInputTokens: 0,
        outputTokens: 1,
        reasoningTokens: 0,
        chargeNanos: 0,
        uncollectedNanos: 0,
      };
      await fixture.db.usageRollup.create({
        data: {
          accountId,
          hour,
          keyId: newId(),
          model: "glm",
          requests: 1,
          failures: 0,
          groupId: "default",
          poolId: "00000000-0000-0000-0000-000000000000",
          ...sums,
        },
      });
    }
    await fixture.db.$transaction((tx) => pauseModel(tx, admin.actor, { modelId, reason: "told" }));
    const lines = await note();
    expect(lines.at(-1)).toMatchObject({ kind: "model-paused", told: 2 });
    expect(lines.find(({ kind }) => kind === "deployment-disabled")).toMatchObject({ told: null });
    await fixture.db.$transaction((tx) => resumeModel(tx, admin.actor, { modelId }));
  });

  it("still names what is gone, with nothing to undo", async () => {
    await breakDeployment("campus-a", 0);
    await fixture.db.$transaction((tx) => deleteChannel(tx, admin.actor, { channelId: channels[0] ?? "" }));
    const line = (await note()).find(({ now }) => now === "gone");
    expect(line).toMatchObject({ channelName: "campus-a", undo: null });
    expect(await countOpenIncidents(fixture.db)).toBe(0);
  });
});
