import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SCHEMA_FILE } from "../migrations/migration-files.ts";
import { StartupError } from "../startup-error.ts";

const GENERATED = fileURLToPath(new URL("../generated", import.meta.url));
/** Beside what was generated: the hash of what it was generated from. */
const STAMP = join(GENERATED, ".stamp");

/** Generates the Prisma client if schema.prisma or Prisma itself changed since it was last done. */
export async function generateClientIfStale(log?: (line: string) => void): Promise<void> {
  const wanted = await fingerprint();
  const found = await readFile(STAMP, "utf8").catch(() => ""); // never generated
  if (found === wanted) return;
  log?.("Generating the database client");
  await generateClient();
}

/** Generates the Prisma client. Throws StartupError with Prisma's complaint if the schema is wrong. */
export async function generateClient(): Promise<void> {
  const wanted = await fingerprint();
  await rm(STAMP, { force: true });
  const args = [prismaProgram(), "generate", "--schema", SCHEMA_FILE];
  // Generating is WebAssembly; the engine's binary is only looked for, and would be downloaded if it weren't "there".
  const env = {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    CHECKPOINT_DISABLE: "1",
  };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      said += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  if (code !== 0) throw new StartupError(`The database client can't be generated: ${said.trim()}`);
  await writeFile(STAMP, wanted);
}

function prismaProgram(): string {
  return fileURLToPath(import.meta.resolve("prisma/build/index.js"));
}

async function fingerprint(): Promise<string> {
  const manifest = join(dirname(prismaProgram()), "..", "package.json");
  const hash = createHash("sha256");
  for (const file of [SCHEMA_FILE, manifest]) hash.update(await readFile(file));
  return hash.digest("hex");
}
