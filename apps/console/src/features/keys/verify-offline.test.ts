import { spawnSync } from "node:child_process";
import { createApiKey } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { verifyOffline } from "./verify-offline.ts";

const run = (input: string) => spawnSync("python3", ["-c", verifyOffline], { input, encoding: "utf8" });
const hasPython = spawnSync("python3", ["--version"]).status === 0;

describe.skipIf(!hasPython)("the program that the page of leaked keys shows (needs python3)", () => {
  it("knows keys as the gateway does", () => {
    for (let i = 0; i < 5; i++) {
      const { secret } = createApiKey();
      const other = secret.endsWith("0") ? "1" : "0";
      expect(run(`${secret}\n`).stdout).toBe("a key of Lyceum\n");
      expect(run(`${secret.slice(0, -1)}${other}\n`).stdout).toBe("no key of Lyceum\n");
    }
    expect(run("sk-proj-abc\n").stdout).toBe("no key of Lyceum\n");
  });
});
