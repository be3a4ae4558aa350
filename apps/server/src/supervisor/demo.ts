import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { DemoSecrets } from "../../../../prisma/seed/prepare-demo.ts";
import type { SeedResult } from "../../../../prisma/seed/scenario.ts";

const secretsSchema = z
  .string()
  .transform(parseJson)
  .pipe(z.object({ password: z.string(), key: z.string() }));

/** The demo's people, keys and models, and the upstream behind its channels. */
export type Demo = SeedResult & { upstreamUrl: string; stop(): Promise<void> };

type DemoOptions = { databaseUrl: string; masterSecret: string; dataDir: string };

/**
 * Starts the scripted upstream and makes the system the demo, or readies it for another run. Password and key are kept in the data
 * folder, so that what somebody noted works at the next start too. Throws StartupError on a system that real people use.
 */
export async function startDemo({ databaseUrl, masterSecret, dataDir }: DemoOptions): Promise<Demo> {
  // Loaded late: only the demo needs them, and they need the database client that was generated a moment ago.
  const [{ startDemoUpstream }, { createPrisma }, { prepareDemo }] = await Promise.all([
    import("@lyceum/demo-upstream"),
    import("@lyceum/db"),
    import("../../../../prisma/seed.ts"),
  ]);
  const upstream = await startDemoUpstream();
  const upstreamUrl = `${upstream.url}/v1`;
  const db = createPrisma(databaseUrl, 2);
  const file = join(dataDir, "demo.json");
  try {
    const result = await prepareDemo(db, { upstreamUrl, masterSecret, former: await readSecrets(file) });
    const [first] = result.students;
    if (first?.key !== undefined) {
      const secrets: DemoSecrets = { password: first.password, key: first.key };
      await writeFile(file, JSON.stringify(secrets), { mode: 0o600 });
    }
    return { ...result, upstreamUrl, stop: () => upstream.close() };
  } catch (error) {
    await upstream.close();
    throw error;
  } finally {
    await db.$disconnect();
  }
}

async function readSecrets(file: string): Promise<DemoSecrets | null> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null; // the first run
    throw error;
  });
  if (text === null) return null;
  const kept = secretsSchema.safeParse(text);
  return kept.success ? kept.data : null; // damaged: new ones are made
}

function parseJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    context.addIssue("not JSON");
    return z.NEVER;
  }
}
