import { setTimeout as delay } from "node:timers/promises";
import { runCli } from "../system.ts";

/** `lyceum ledger verify`, from outside as an operator would. Empty when the books are right. */
export async function verifyNow(campus: { dataDir: string }): Promise<string[]> {
  const { code, stdout, stderr } = await runCli(campus.dataDir, ["ledger", "verify"]);
  return code === 0 ? [] : [`verify: ${stdout.trim()} ${stderr.trim()}`];
}

/** Asks until nothing differs; what still does when the time is up is the answer. */
export async function untilNone(ask: () => Promise<string[]>, limitMs: number): Promise<string[]> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await ask();
    if (found.length === 0 || performance.now() > deadline) return found;
    await delay(500);
  }
}
