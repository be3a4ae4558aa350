import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadSecret } from "./secret.ts";

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "secret-"));
});

afterEach(async () => {
  await rm(dataDir, { recursive: true });
});

describe("loadSecret", () => {
  it("makes one that only its owner can read, and finds it again", async () => {
    const secret = await loadSecret(dataDir);
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect((await stat(join(dataDir, "secret"))).mode & 0o777).toBe(0o600);
    expect(await loadSecret(dataDir)).toBe(secret);
  });

  it("refuses a damaged one and leaves it as it is", async () => {
    await writeFile(join(dataDir, "secret"), "abc");
    await expect(loadSecret(dataDir)).rejects.toThrow(/does not hold 64 hexadecimal digits/);
    expect(await readFile(join(dataDir, "secret"), "utf8")).toBe("abc");
  });
});
