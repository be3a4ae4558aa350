import { getHeapStatistics } from "node:v8";
import { z } from "zod";

const optional = z
  .string()
  .optional()
  .transform((value) => (value === undefined || value === "" ? null : value));

/** A sixteenth of what JavaScript may use: a body that is translated takes several times its size there. */
const usualLargeBodiesMb = () =>
  Math.max(64, Math.min(256, Math.floor(getHeapStatistics().heap_size_limit / 16 / 1_048_576)));

const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().min(1).default("0.0.0.0"),
  DATABASE_URL: z.string().min(1),
  LYCEUM_SECRET: z.string().min(16),
  /** Where the console listens; without one every other path is 503. */
  CONSOLE_URL: optional,
  TRUST_PROXY: optional.transform((value) => value === "1" || value === "true"),
  LYCEUM_DATA_DIR: z.string().min(1).default("data"),
  /** Of all large bodies that are held at the same time. */
  LYCEUM_LARGE_BODIES_MB: optional
    .transform((value) => (value === null ? usualLargeBodiesMb() : Number(value)))
    .pipe(z.number().int().min(8).max(1_000_000)),
  LYCEUM_DRAIN_MS: z.coerce.number().int().min(0).default(30_000),
});

export type WorkerEnv = z.infer<typeof schema>;

/** What a gateway worker is told by its environment. Throws an Error that names the variables that make no sense, not their values. */
export function parseWorkerEnv(env: NodeJS.ProcessEnv): WorkerEnv {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const names = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0])))];
  throw new Error(`these environment variables are missing or make no sense: ${names.join(", ")}`);
}
