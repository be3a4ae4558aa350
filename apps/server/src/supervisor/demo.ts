import type { SeedResult } from "../../../../prisma/seed/scenario.ts";

/** The demo's people, keys and models, and the upstream behind its channels. */
export type Demo = SeedResult & { upstreamUrl: string; stop(): Promise<void> };

/**
 * Starts the scripted upstream and makes the system the demo, or readies it for another run. The sign-ins it returns
 * are this run's. Throws StartupError on a system that real people use.
 */
export async function startDemo(databaseUrl: string, masterSecret: string): Promise<Demo> {
  // Loaded late: only the demo needs them, and they need the database client that was generated a moment ago.
  const [{ startDemoUpstream }, { createPrisma }, { prepareDemo }] = await Promise.all([
    import("@lyceum/demo-upstream"),
    import("@lyceum/db"),
    import("../../../../prisma/seed.ts"),
  ]);
  const upstream = await startDemoUpstream();
  const upstreamUrl = `${upstream.url}/v1`;
  const db = createPrisma(databaseUrl, 2);
  try {
    const result = await prepareDemo(db, { upstreamUrl, masterSecret });
    return { ...result, upstreamUrl, stop: () => upstream.close() };
  } catch (error) {
    await upstream.close();
    throw error;
  } finally {
    await db.$disconnect();
  }
}
