import { readHealth } from "@lyceum/db/gateway-health";
import type { DatabasePool } from "@lyceum/db/pool";
import { createTestDatabase, type TestDatabase } from "@lyceum/db/testing";
import { createPatientPool } from "@lyceum/db/testing-clients";
import { defaultSettings, type HealthSign } from "@lyceum/domain";
import { HealthBook, type Observation } from "@lyceum/gateway";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startHealthReports } from "./health-reports.ts";
import { createScene } from "./testing/scene.ts";
import { until } from "./testing/worker-fixture.ts";

let database: TestDatabase;
let pool: DatabasePool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPatientPool(database.url, 4);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const clock = () => performance.now();

/** A deployment, and a worker's reports of it; `statements` counts what they ask of the database, `break` has that fail. */
async function reporting() {
  const scene = createScene(pool);
  await scene.group("default");
  const name = `m-${performance.now()}`;
  const channel = await scene.channel(name, "http://127.0.0.1:1");
  await scene.model(name, [channel]);
  const [row] = await scene.query<{ deployment: string; credential: string }>(
    "select d.id as deployment, k.id as credential from deployment d join channel_credential k on k.channel_id = d.channel_id where d.channel_id = $1",
    [channel],
  );
  if (row === undefined) throw new Error("there is no deployment");
  const book = new HealthBook(clock);
  const seen = { statements: 0, changes: 0, isBroken: false, lines: [] as string[] };
  const watched = {
    query(...args: Parameters<DatabasePool["query"]>) {
      seen.statements++;
      if (seen.isBroken) return Promise.reject(new Error("the database is away"));
      return pool.query(...args);
    },
  } as unknown as DatabasePool;
  const reports = startHealthReports(
    watched,
    book,
    { settings: () => defaultSettings, onChanged: () => seen.changes++, clock },
    (_level, message) => seen.lines.push(message),
  );
  const route = { deployment: { id: row.deployment }, credential: { id: row.credential } } as Observation["route"];
  const see = (sign: HealthSign, times = 1) => {
    const model = { id: name, name };
    for (let i = 0; i < times; i++) book.note({ route, model, sign, error: sign, retryAfterMs: null });
  };
  return { reports, see, seen, ...row };
}

it("takes a deployment out by what it tells, and says that something changed", async () => {
  const { reports, see, seen, deployment } = await reporting();
  see("failure", 5);
  await until(() => seen.changes > 0);
  expect((await readHealth(pool)).deployments.get(deployment)).toBe("open");
  await reports.stop();
});

it("asks nothing of the database while all is well, but once", async () => {
  const { reports, see, seen } = await reporting();
  for (let round = 0; round < 20; round++) {
    see("passed", 500);
    reports.flush();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await reports.stop();
  expect(seen).toMatchObject({ statements: 1, changes: 0 });
});

it("tells what it could not tell once the database is back, and complains once", async () => {
  const { reports, see, seen, credential, deployment } = await reporting();
  seen.isBroken = true;
  see("failure", 4);
  see("refused");
  reports.flush();
  await until(() => seen.statements >= 2);
  see("denied");
  seen.isBroken = false;
  await until(() => seen.changes > 0);
  const health = await readHealth(pool);
  expect(health.deployments.get(deployment)).toBe("open");
  expect(health.credentials.get(credential)).toMatchObject({ state: "refused" });
  expect(seen.lines).toEqual([
    "what requests say of deployments can't be told",
    "what requests say of deployments is told again",
  ]);
  await reports.stop();
});

it("tells what is left before it stops", async () => {
  const { reports, see, deployment } = await reporting();
  see("model-missing");
  await reports.stop();
  expect((await readHealth(pool)).deployments.get(deployment)).toBe("open");
});
