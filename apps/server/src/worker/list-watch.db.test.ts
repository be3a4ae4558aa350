import { loadGatewayConfig } from "@lyceum/db/gateway-config";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startListWatch } from "./list-watch.ts";
import { SECRET } from "./testing/scene.ts";
import { createWorkerFixture, type WorkerFixture } from "./testing/worker-fixture.ts";

let gateway: WorkerFixture;
beforeAll(async () => {
  gateway = await createWorkerFixture();
});
afterAll(() => gateway.close());

it("looks at every list that is due, with the channel's credential and headers, and keeps what went wrong", async () => {
  const good = await gateway.channel("good", gateway.upstreamUrl);
  const dead = await gateway.channel("dead", "http://127.0.0.1:9/v1");
  const headers = [{ name: "x-team", value: "physics" }];
  await gateway.query("update channel set overrides = $2 where id = $1", [good, JSON.stringify({ headers })]);
  const config = await loadGatewayConfig(gateway.pool, SECRET, () => undefined);
  const lines: string[] = [];
  const watches = [1, 2].map(() =>
    startListWatch(
      gateway.pool,
      () => config,
      (_, message) => lines.push(message),
    ),
  );
  gateway.upstream.clear();
  await Promise.all(watches.map((watch) => watch.round()));
  const asked = gateway.upstream.requests();
  expect(asked.map(({ method }) => method)).toEqual(["GET"]);
  expect(asked[0]?.headers).toMatchObject({ "x-team": "physics" });
  const models = await gateway.query<{ name: string }>("select name from upstream_model where channel_id = $1", [good]);
  expect(models.map(({ name }) => name)).toContain("demo-text");
  const [list] = await gateway.query<{ error: string }>("select error from upstream_list where channel_id = $1", [
    dead,
  ]);
  expect(list?.error).toMatch(/ECONNREFUSED/);
  expect(lines).toEqual([]);
  await Promise.all(watches.map((watch) => watch.stop()));
});
