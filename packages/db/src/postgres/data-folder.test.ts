import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findRunningSystem, lockDataFolder, openDataFolder, writeRunFile } from "./data-folder.ts";

let dataDir: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "data-"));
});

afterEach(async () => {
  child?.kill("SIGKILL");
  await rm(dataDir, { recursive: true });
});

/** Another process that takes the lock, runs `code` with it, and says so. */
async function otherHolder(code = ""): Promise<ChildProcess> {
  const module = fileURLToPath(new URL("./data-folder.ts", import.meta.url));
  const program = `import { lockDataFolder } from ${JSON.stringify(module)};
    const lock = await lockDataFolder(${JSON.stringify(dataDir)}); ${code}
    console.log("held"); process.stdin.on("data", async () => { await lock.release(); process.exit(0); });`;
  child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["pipe", "pipe", "inherit"] });
  if (child.stdout) await once(child.stdout, "data");
  return child;
}

const run = { port: 3000, url: "http://localhost:3000", databaseUrl: "postgresql://x", startedAt: "now" };

describe("lockDataFolder", () => {
  it("refuses a folder that a live process holds, naming both", async () => {
    const holder = await otherHolder();
    await expect(lockDataFolder(dataDir)).rejects.toThrow(
      `Another Lyceum (process ${holder.pid}) is already using the data folder ${dataDir};`,
    );
  });

  it("takes over the lock of a process that was killed", async () => {
    const holder = await otherHolder();
    holder.kill("SIGKILL");
    await once(holder, "exit");
    await (await lockDataFolder(dataDir)).release();
    expect(await readdir(dataDir)).toEqual([]);
  });

  it("takes over a lock whose pid now belongs to another process", async () => {
    await writeFile(join(dataDir, "lock"), JSON.stringify({ pid: process.pid, start: "another boot:1" }));
    await (await lockDataFolder(dataDir)).release();
  });

  it("takes over a lock file that a power cut left torn", async () => {
    await writeFile(join(dataDir, "lock"), '{"pid":');
    await (await lockDataFolder(dataDir)).release();
  });

  it("waits for a holder that is stopping", async () => {
    const holder = await otherHolder("await lock.markStopping();");
    const lines: string[] = [];
    const lock = lockDataFolder(dataDir, (line) => {
      lines.push(line);
      holder.stdin?.write("go\n"); // it leaves only once we are seen waiting
    });
    await (await lock).release();
    expect(lines).toEqual([`Waiting for the Lyceum that is just stopping (process ${holder.pid})`]);
  });
});

describe("findRunningSystem", () => {
  it("finds a system by the files of its data folder", async () => {
    const lock = await lockDataFolder(dataDir);
    await writeRunFile(dataDir, { pid: process.pid, ...run });
    expect(await findRunningSystem(dataDir)).toEqual({ pid: process.pid, ...run });
    await lock.release();
  });

  it("finds none when only the files of a killed one are left", async () => {
    const holder = await otherHolder();
    await writeRunFile(dataDir, { pid: holder.pid ?? 0, ...run });
    expect(await findRunningSystem(dataDir)).not.toBeNull();
    holder.kill("SIGKILL");
    await once(holder, "exit");
    expect(await findRunningSystem(dataDir)).toBeNull();
  });
});

it("says in one sentence why a data folder can't be used", async () => {
  const file = join(dataDir, "file");
  await writeFile(file, "");
  await expect(openDataFolder(join(file, "data"))).rejects.toThrow(
    /^The data folder .+ can't be made \(.+LYCEUM_DATA_DIR\.$/,
  );
});

it("does not hang on a file system that denies its own folders", async () => {
  await expect(openDataFolder("/proc/nobody/here")).rejects.toThrow(/can't be made/);
});
