import { commandLine, createPrisma, getModelByName, setPrice, waitForConfig } from "@lyceum/db";
import { freePort } from "@lyceum/db/testing-port";
import { type DemoUpstream, startDemoUpstream } from "@lyceum/demo-upstream";
import { cliJson, type RunningSystem, runCli, startSystem, temporaryDataDir } from "./system.ts";
import { upstreams } from "./upstreams.ts";

/** A running system with the demo upstream behind it, and short ways to set the scene through the command line. */
export type Campus = {
  system: RunningSystem;
  upstream: DemoUpstream;
  dataDir: string;
  /** Makes demo models known, priced (per million tokens) and open to the default group. */
  offer(models: readonly string[], price?: { input: string; output: string }): Promise<void>;
  /** Makes demo models known under `PROTOCOL.NAME` for each protocol in `upstreams`, by a channel that speaks it. */
  offerEverywhere(models: readonly string[]): Promise<void>;
  /** The same under `queued.PROTOCOL.NAME`, by channels that take one request at a time. */
  offerInLine(models: readonly string[]): Promise<void>;
  /** Prices models, per million tokens. */
  price(models: readonly string[], price?: { input: string; output: string }): Promise<void>;
  /** A verified student with money and a key. */
  student(amount: string): Promise<{ studentId: string; key: string }>;
  /** Runs `pnpm lyceum` with these words; throws what it complains of. */
  command(...words: string[]): Promise<void>;
  /** More money for a student. */
  fund(studentId: string, amount: string): Promise<void>;
  /** Starts the system again on the same folder and port. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

export type CampusOptions = {
  /** For apps/server; without the console if left out. */
  args?: readonly string[];
  env?: Record<string, string>;
  /** How many of the last requests the upstream remembers. */
  keptRequests?: number;
};

export async function openCampus(options: CampusOptions = {}): Promise<Campus> {
  const { args = ["--no-console"], env = {}, keptRequests = 1_000 } = options;
  const folder = await temporaryDataDir();
  const upstream = await startDemoUpstream({ credential: "sk-upstream-secret", keptRequests });
  const port = await freePort();
  let system = await startSystem({ dataDir: folder.dataDir, port, args, env });
  let students = 0;
  let channels = 0;

  async function command(...words: string[]): Promise<void> {
    const { code, stderr } = await runCli(folder.dataDir, words);
    if (code !== 0) throw new Error(`lyceum ${words.join(" ")} ended with ${code}: ${stderr}`);
  }

  function addChannel(name: string, provider: string, url: string, models: readonly string[]): Promise<void> {
    return command(
      ...["channel", "add", "--name", name, "--protocol", provider, "--url", url, "--allow-private"],
      ...["--credential", "sk-upstream-secret", "--models", models.join(","), "--groups", "default,vip"],
    );
  }

  /** Without the command line: a hundred runs of it would take a minute. */
  async function price(models: readonly string[], { input, output } = { input: "2", output: "8" }): Promise<void> {
    const db = createPrisma(system.databaseUrl, 2);
    try {
      for (const name of models) {
        const { id } = await getModelByName(db, name);
        await db.$transaction((tx) => setPrice(tx, commandLine, { modelId: id, input, output }));
      }
      if (!(await waitForConfig(db, { timeoutMs: 60_000 })))
        throw new Error("the prices are not in force after a minute");
    } finally {
      await db.$disconnect();
    }
  }

  async function limitChannel(name: string, parallelLimit: number): Promise<void> {
    const db = createPrisma(system.databaseUrl, 1);
    try {
      await db.channel.update({ where: { name }, data: { parallelLimit } });
    } finally {
      await db.$disconnect();
    }
  }

  const fund = (studentId: string, amount: string) =>
    command("fund", "--student-id", studentId, "--amount", amount, "--reason", "e2e");

  return {
    get system() {
      return system;
    },
    upstream,
    dataDir: folder.dataDir,
    price,
    command,
    async offer(models, prices) {
      await addChannel(`demo${++channels}`, "openai", `${upstream.url}/v1`, models);
      await price(
        models.map((model) => model.split("=")[0] ?? model),
        prices,
      );
    },
    async offerEverywhere(models) {
      for (const [protocol, { provider, path }] of Object.entries(upstreams)) {
        const names = models.map((model) => `${protocol}.${model}`);
        const pairs = models.map((model) => `${protocol}.${model}=${model}`);
        // A 429 has its channel's credential wait: it must not be that of the others.
        const isBusy = (pair: string) => pair.endsWith("=demo-429");
        const url = `${upstream.url}${path}`;
        await addChannel(
          protocol,
          provider,
          url,
          pairs.filter((pair) => !isBusy(pair)),
        );
        if (pairs.some(isBusy)) await addChannel(`${protocol}-busy`, provider, url, pairs.filter(isBusy));
        await price(names);
      }
    },
    async offerInLine(models) {
      for (const [protocol, { provider, path }] of Object.entries(upstreams)) {
        const pairs = models.map((model) => `queued.${protocol}.${model}=${model}`);
        await addChannel(`queued-${protocol}`, provider, `${upstream.url}${path}`, pairs);
        await limitChannel(`queued-${protocol}`, 1);
        await price(models.map((model) => `queued.${protocol}.${model}`));
      }
    },
    async student(amount) {
      const studentId = `2025${String(++students).padStart(3, "0")}`;
      await command("user", "add", "--student-id", studentId, "--name", "张三", "--accepted-terms");
      if (amount !== "0") await fund(studentId, amount);
      const made = await cliJson<{ key: string }>(folder.dataDir, [
        ...["key", "create", "--student-id", studentId, "--name", "laptop", "--group", "default"],
      ]);
      return { studentId, key: made.key };
    },
    fund,
    async restart() {
      system = await startSystem({ dataDir: folder.dataDir, port, args, env });
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
