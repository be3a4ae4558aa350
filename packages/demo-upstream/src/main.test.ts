import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { startDemoUpstream } from "./index.ts";
import { chat, openChat } from "./testing/chat-client.ts";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));
const run = (...args: string[]) => spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });

it.each(["SIGTERM", "SIGINT"] as const)("prints its address and exits 0 on %s with a stream open", async (signal) => {
  const child = run("--port", "0", "--credential", "sk-a");
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const { url } = JSON.parse(line) as { url: string };
  expect((await chat(url, "demo-fast", {}, "sk-a")).status).toBe(200);
  expect((await chat(url, "demo-fast", {}, "sk-b")).status).toBe(401);
  const open = await openChat(url, "demo-silent", { stream: true }, "sk-a").response;
  open.on("error", () => undefined);
  child.kill(signal);
  expect(await once(child, "exit")).toEqual([0, null]);
});

it("says what is wrong with a port it cannot have, and exits", async () => {
  const taken = await startDemoUpstream();
  const child = run("--port", String(taken.port));
  let said = "";
  child.stderr.on("data", (part) => {
    said += part;
  });
  expect(await once(child, "close")).toEqual([1, null]);
  expect(said).toContain("EADDRINUSE");
  await taken.close();
  expect(await once(run("--port", "many"), "exit")).toEqual([2, null]);
});
