import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { type Campus, openCampus } from "./campus.ts";
import { type OwnPostgres, startOwnPostgres } from "./own-postgres.ts";
import { type RunningSystem, startSystem, temporaryDataDir } from "./system.ts";

/** Several servers, each with a data folder and a port of its own, on one PostgreSQL. */
export type Fleet = { campus: Campus; postgres: OwnPostgres; urls: string[]; close(): Promise<void> };

/** Starts them. The first is the campus's own: the scene is set through it. */
export async function openFleet(servers: number, keptRequests = 10_000): Promise<Fleet> {
  await using parts = new AsyncDisposableStack();
  const postgres = await startOwnPostgres();
  parts.defer(() => postgres.close());
  const campus = await openCampus({ env: { DATABASE_URL: postgres.url }, keptRequests });
  parts.defer(() => campus.close());
  const secret = (await readFile(join(await realpath(campus.dataDir), "secret"), "utf8")).trim();
  const others: RunningSystem[] = [];
  while (others.length < servers - 1) {
    const folder = await temporaryDataDir();
    parts.defer(() => folder.remove());
    const env = { DATABASE_URL: postgres.url, LYCEUM_SECRET: secret };
    const system = await startSystem({ dataDir: folder.dataDir, args: ["--no-console"], env });
    parts.defer(async () => void (await system.stop()));
    others.push(system);
  }
  const running = parts.move();
  const urls = [campus.system.url, ...others.map(({ url }) => url)];
  return { campus, postgres, urls, close: () => running.disposeAsync() };
}
