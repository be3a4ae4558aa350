import { startEmbeddedPostgres } from "@lyceum/db/embedded-postgres";
import { findProcesses, killAll } from "./chaos/processes.ts";
import { temporaryDataDir } from "./system.ts";

/** A PostgreSQL that no system keeps running: it stays down until `start`. */
export type OwnPostgres = { url: string; kill(): Promise<void>; start(): Promise<void>; close(): Promise<void> };

/** Starts one in a temporary folder, with the durability of a real one. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const folder = await temporaryDataDir();
  let postgres = await startEmbeddedPostgres({ dataDir: folder.dataDir });
  return {
    url: postgres.url,
    async kill() {
      killAll((await findProcesses(folder.dataDir)).postgres);
    },
    async start() {
      postgres = await startEmbeddedPostgres({ dataDir: folder.dataDir });
    },
    async close() {
      await postgres.stop();
      await folder.remove();
    },
  };
}
