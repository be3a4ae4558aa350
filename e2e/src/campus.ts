import { type DemoUpstream, startDemoUpstream } from "@lyceum/demo-upstream";
import { cliJson, type RunningSystem, runCli, startSystem, temporaryDataDir } from "./system.ts";

/** A running system with the demo upstream behind it, and short ways to set the scene through the command line. */
export type Campus = {
  system: RunningSystem;
  upstream: DemoUpstream;
  dataDir: string;
  /** Makes demo models known, priced (per million tokens) and open to the default group. */
  offer(models: readonly string[], price?: { input: string; output: string }): Promise<void>;
  /** A verified student with money and a key. */
  student(amount: string): Promise<{ studentId: string; key: string }>;
  restart(): Promise<void>;
  close(): Promise<void>;
};

export async function openCampus(args: readonly string[] = ["--no-console"]): Promise<Campus> {
  const folder = await temporaryDataDir();
  const upstream = await startDemoUpstream({ credential: "sk-upstream-secret" });
  let system = await startSystem({ dataDir: folder.dataDir, args });
  let students = 0;
  let channels = 0;

  async function command(...words: string[]): Promise<void> {
    const { code, stderr } = await runCli(folder.dataDir, words);
    if (code !== 0) throw new Error(`lyceum ${words.join(" ")} ended with ${code}: ${stderr}`);
  }

  return {
    get system() {
      return system;
    },
    upstream,
    dataDir: folder.dataDir,
    async offer(models, price = { input: "2", output: "8" }) {
      await command(
        ...["channel", "add", "--name", `demo${++channels}`, "--protocol", "openai", "--url", `${upstream.url}/v1`],
        ...[
          "--credential",
          "sk-upstream-secret",
          "--models",
          models.join(","),
          "--groups",
          "default,vip",
          "--allow-private",
        ],
      );
      for (const model of models) {
        const name = model.split("=")[0] ?? model;
        await command("model", "price", name, "--input", price.input, "--output", price.output);
      }
    },
    async student(amount) {
      const studentId = `2025${String(++students).padStart(3, "0")}`;
      await command("user", "add", "--student-id", studentId, "--name", "张三", "--role", "student");
      if (amount !== "0") await command("fund", "--student-id", studentId, "--amount", amount, "--reason", "e2e");
      const made = await cliJson<{ key: string }>(folder.dataDir, [
        ...["key", "create", "--student-id", studentId, "--name", "laptop", "--group", "default"],
      ]);
      return { studentId, key: made.key };
    },
    async restart() {
      system = await startSystem({ dataDir: folder.dataDir, args });
    },
    async close() {
      await system.stop();
      await upstream.close();
      await folder.remove();
    },
  };
}

/** POST /v1/chat/completions with a key. */
export function chat(url: string, key: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...(signal && { signal }),
  });
}

export type ErrorBody = { error: { code: string; message: string; request_id: string } };
