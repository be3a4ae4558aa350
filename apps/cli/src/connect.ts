import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { findRunningSystem } from "@lyceum/db/data-folder";
import { commandedFolderOf } from "@lyceum/db/with-database";
import { CliError } from "./command.ts";
import type { Env } from "./env.ts";

/** The database of the system that `env` chooses: DATABASE_URL, else that of the system running on the data folder. */
export async function findDatabase(env: Env): Promise<string> {
  if (env.DATABASE_URL) return env.DATABASE_URL;
  const dataDir = await commandedFolderOf(env);
  const running = await findRunningSystem(dataDir);
  if (running !== null) return running.databaseUrl;
  throw new CliError({
    zh: `在 ${dataDir} 没有找到正在运行的系统；请先用 npm start 启动，或设置 DATABASE_URL。`,
    en: `No running system was found in ${dataDir}; start it with npm start, or set DATABASE_URL.`,
  });
}

/** The master secret that seals credentials: LYCEUM_SECRET, else the one in the data folder. */
export async function readMasterSecret(env: Env): Promise<string> {
  if (env.LYCEUM_SECRET) return env.LYCEUM_SECRET.toLowerCase();
  const path = join(await commandedFolderOf(env), "secret");
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new CliError(
      {
        zh: `读不到密封凭据用的密钥：请设置 LYCEUM_SECRET，或用 LYCEUM_DATA_DIR 指到系统的数据目录（找过 ${path}）。`,
        en: `The secret that seals credentials can't be read: set LYCEUM_SECRET, or point LYCEUM_DATA_DIR at the system's data folder (looked for ${path}).`,
      },
      error,
    );
  }
}
