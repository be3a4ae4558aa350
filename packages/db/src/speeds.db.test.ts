import { emptyBuckets, newId, SPEED_ERROR, speedBucket } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Db } from "./client.ts";
import { listAnswerSeconds, listModelSpeeds, listSpeedHours, loadWord } from "./model-speeds.ts";
import {
  addSpeedSample,
  endSpeedRun,
  findSpeedRun,
  findWeekBefore,
  keepSpeedRun,
  listSpeedRuns,
  type SpeedRunPlan,
  type SpeedSampleRow,
  shareSpeedRun,
  startSpeedRun,
} from "./speed-runs.ts";
import { createPatientPrisma } from "./testing/patient-clients.ts";
import { createTestDatabase } from "./testing/test-database.ts";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createPatientPrisma(database.url, 4);
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

async function person(): Promise<string> {
  const id = newId();
  await db.user.create({ data: { id, studentId: id, name: "n" } });
  return id;
}

const plan: SpeedRunPlan = {
  ...{ prompt: "short", language: "zh", isCached: false, concurrency: 1, runs: 10, models: ["a", "b"] },
};
const sample = (model: string, place: number, changes: Partial<SpeedSampleRow> = {}): SpeedSampleRow => ({
  ...{
    model,
    place,
    requestId: null,
    sentAfterMs: 0,
    firstByteMs: 1,
    ttftMs: 300,
    ttfaMs: 300,
    tpotMs: 10,
    e2eMs: 900,
  },
  ...{ inputTokens: 64, cachedTokens: 0, tokens: 61, isCounted: false, errorCode: null, httpStatus: 200 },
  ...{ channelId: null, upstreamTtftMs: null, chargeNanos: 5n },
  ...changes,
});

describe("speed tests", () => {
  it("run one at a time for each person, whoever asks at once; one whose process fell silent is over", async () => {
    const [one, other] = [await person(), await person()];
    const begun = await Promise.all(Array.from({ length: 5 }, () => startSpeedRun(db, one, plan)));
    const ids = begun.filter((id) => id !== null);
    expect(ids).toHaveLength(1);
    expect(await startSpeedRun(db, other, plan)).not.toBeNull();
    const [id = ""] = ids;
    expect(await keepSpeedRun(db, id)).toBe(true);
    expect(await startSpeedRun(db, one, plan)).toBeNull();

    await db.$executeRaw`update speed_run set alive_until = now() - interval '1 second' where id = ${id}::uuid`;
    const next = await startSpeedRun(db, one, plan);
    expect(next).not.toBeNull();
    // The one that was given up learns it, and can't end itself as something else.
    expect(await keepSpeedRun(db, id)).toBe(false);
    await endSpeedRun(db, id, "finished", null);
    expect(await listSpeedRuns(db, one, 9)).toMatchObject([
      { id: next, state: "running" },
      { id, state: "failed", errorCode: "internal" },
    ]);
  });

  it("are read by who ran them, and by others only while they are shared", async () => {
    const [owner, other] = [await person(), await person()];
    const id = (await startSpeedRun(db, owner, plan)) ?? "";
    await addSpeedSample(db, id, sample("a", 0));
    await addSpeedSample(db, id, sample("a", 1, { chargeNanos: null }));
    await endSpeedRun(db, id, "stopped", null);
    const found = await findSpeedRun(db, { id, userId: owner });
    expect(found?.run).toMatchObject({ ...plan, state: "stopped" });
    expect(found?.samples).toEqual([sample("a", 0), sample("a", 1, { chargeNanos: null })]);
    expect(await findSpeedRun(db, { id, userId: other })).toBeNull();

    const share = (userId: string, shareId: string | null) =>
      db.$transaction((tx) => shareSpeedRun(tx, userId, { runId: id, shareId }));
    expect(await share(other, "guess-guess-guess")).toBe(false);
    expect(await share(owner, "link-link-link-link")).toBe(true);
    expect((await findSpeedRun(db, { shareId: "link-link-link-link" }))?.run.id).toBe(id);
    await share(owner, null);
    expect(await findSpeedRun(db, { shareId: "link-link-link-link" })).toBeNull();
  });

  it("compare with the same kind of run a week before, for each model the newest that measured it", async () => {
    const userId = await person();
    const ended = async (daysAgo: number, changes: Partial<SpeedRunPlan>, models: string[], ttftMs: number) => {
      const id = (await startSpeedRun(db, userId, { ...plan, ...changes })) ?? "";
      for (const model of models) await addSpeedSample(db, id, sample(model, 1, { ttftMs }));
      await endSpeedRun(db, id, "finished", null);
      await db.$executeRaw`update speed_run set started_at = now() - make_interval(days => ${daysAgo}::int) where id = ${id}::uuid`;
      return id;
    };
    await ended(30, {}, ["a", "b"], 1);
    await ended(9, {}, ["a", "b"], 2);
    await ended(7, {}, ["a"], 3);
    await ended(7, { prompt: "long" }, ["a", "b"], 4);
    await ended(2, {}, ["a", "b"], 5);
    const now = await ended(0, {}, ["a", "b"], 6);
    const found = await findSpeedRun(db, { id: now, userId });
    if (found === null) throw new Error("the run is gone");
    const before = await findWeekBefore(db, found.run);
    expect([before.get("a")?.[0]?.ttftMs, before.get("b")?.[0]?.ttftMs]).toEqual([3, 2]);
  });
});

describe("speeds of real traffic", () => {
  const counts = (...all: number[]) => {
    const buckets = emptyBuckets();
    for (const ms of all) buckets[speedBucket(ms)] = (buckets[speedBucket(ms)] ?? 0) + 1;
    return buckets;
  };
  const add = (
    modelId: string,
    at: string,
    ttft: number[],
    tpot: number[],
    requests = ttft.length,
    channelId = newId(),
  ) =>
    db.$executeRaw`insert into speed_rollup (model_id, channel_id, hour, requests, failures, ttft, tpot, e2e) values
      (${modelId}::uuid, ${channelId}::uuid, date_trunc('hour', now() - ${at}::text::interval, 'UTC'), ${requests}, 0, ${ttft}::int[], ${tpot}::int[], '{}')`;
  const near = (value: number | null | undefined, exact: number) => {
    expect(value).toBeGreaterThan(exact / (1 + SPEED_ERROR) / 1.001);
    expect(value).toBeLessThan(exact * (1 + SPEED_ERROR) * 1.001);
  };

  it("add up over channels and hours, by day and week; what was not measured is missing, not 0", async () => {
    const [busy, whole, idle] = [newId(), newId(), newId()];
    await add(busy, "1 hour", counts(200, 200, 400), counts(10, 20, 20));
    await add(busy, "2 hours", counts(800, 800), counts(20, 20));
    await add(busy, "3 days", counts(5_000, 5_000, 5_000, 5_000, 5_000, 5_000), counts(100));
    await add(whole, "2 hours", emptyBuckets(), emptyBuckets(), 7);
    const speeds = await listModelSpeeds(db, [busy, whole, idle]);
    expect(speeds.get(busy)?.day).toMatchObject({ streams: 5, failures: 0 });
    near(speeds.get(busy)?.day?.ttftP50Ms, 400);
    near(speeds.get(busy)?.week?.ttftP50Ms, 5_000);
    near(speeds.get(busy)?.day?.tokensPerSecond, 50);
    expect(speeds.get(whole)?.day).toMatchObject({ requests: 7, streams: 0, ttftP50Ms: null, tokensPerSecond: null });
    expect(speeds.get(idle)).toBeUndefined();
    expect(await listModelSpeeds(db, [busy])).toEqual(new Map([[busy, speeds.get(busy)]]));
  });

  it("are the same before and after their days are added up, and stay so when more comes", async () => {
    const [often, seldom] = [newId(), newId()];
    const channels = [newId(), newId()] as const;
    for (const channel of channels) {
      await add(often, "2 days", counts(300, 300), counts(30), 40, channel);
      await add(often, "50 hours", counts(900), counts(30), 4, channel);
      await add(often, "1 hour", counts(200), counts(30), 20, channel);
    }
    await add(seldom, "3 days", counts(700), counts(), 1);
    const look = async () => {
      const speeds = await listModelSpeeds(db, [often, seldom]);
      return [speeds.get(often), speeds.get(seldom)];
    };
    const before = await look();
    expect(before[0]).toMatchObject({
      week: { requests: 128, streams: 8 },
      day: { requests: 40 },
      load: "moderate",
    });
    await db.$executeRaw`select close_speed_days()`;
    expect(await look()).toEqual(before);
    await db.$executeRaw`select close_speed_days()`;
    expect(await look()).toEqual(before);
    await add(seldom, "10 minutes", counts(100), counts(), 1);
    expect((await look())[1]).toMatchObject({ week: { requests: 2 }, day: { requests: 1 } });
    // What is added up is not read again: this is what keeps a page of 500 models from reading a hundred thousand hours.
    await db.$executeRaw`delete from speed_rollup where model_id = ${often}::uuid and hour < speed_closed_until()`;
    expect((await look())[0]).toEqual(before[0]);
  });

  it("say how long whole answers took on average, in days that are added up", async () => {
    const modelId = newId();
    const at = async (ago: string, e2e: number[]) =>
      db.$executeRaw`insert into speed_rollup (model_id, channel_id, hour, requests, failures, ttft, tpot, e2e) values
        (${modelId}::uuid, ${newId()}::uuid, date_trunc('hour', now() - ${ago}::text::interval, 'UTC'), 2, 0, '{}', '{}', ${e2e}::int[])`;
    await db.$executeRaw`delete from speed_day`;
    await at("3 days", counts(2_000, 2_000, 8_000));
    const average = async () => ((await listAnswerSeconds(db)).get(modelId) ?? 0) * 1_000;
    near(await average(), 4_000);
    await db.$executeRaw`select close_speed_days()`;
    near(await average(), 4_000);
  });

  it("stand at the weekday and hour of the campus's zone", async () => {
    const modelId = newId();
    await db.$executeRaw`insert into speed_rollup (model_id, channel_id, hour, requests, failures, ttft, tpot, e2e) values
      (${modelId}::uuid, ${newId()}::uuid, date_trunc('week', now(), 'Asia/Shanghai') - interval '7 days' + interval '7 hours', 3, 0,
        ${counts(250, 250, 250)}::int[], ${emptyBuckets()}::int[], '{}')`;
    const [hour, ...more] = await listSpeedHours(db, { modelId, zone: "Asia/Shanghai", days: 28 });
    expect(hour).toMatchObject({ weekday: 1, hour: 7, streams: 3, tokensPerSecond: null });
    near(hour?.ttftP50Ms, 250);
    expect(more).toEqual([]);
  });

  it("put the load into words against the busiest hour of the week", () => {
    const words = [0, 4, 10, 30, 70, 95].map((perHour) => loadWord(perHour, 100));
    expect(words).toEqual(["idle", "idle", "idle", "moderate", "busy", "full"]);
    // Whoever is never asked much is never busy.
    expect(loadWord(4, 4)).toBe("idle");
  });
});
