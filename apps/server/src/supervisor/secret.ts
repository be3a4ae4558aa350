import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StartupError } from "@lyceum/db/startup-error";

/** The system's master secret, 64 hex digits: kept in `<data folder>/secret`, made there the first time. */
export async function loadSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, "secret");
  const found = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw new StartupError(`The secret in ${path} can't be read: ${error.message}.`, { cause: error });
  });
  if (found !== null) {
    if (/^[0-9a-f]{64}$/.test(found.trim())) return found.trim();
    throw new StartupError(`${path} does not hold 64 hexadecimal digits; put the original back from a backup.`);
  }
  const secret = randomBytes(32).toString("hex");
  // Written aside first: half a secret would lock everybody out of what the whole one encrypted.
  await writeFile(`${path}.new`, `${secret}\n`, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
  return secret;
}
