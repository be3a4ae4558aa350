import { fileURLToPath } from "node:url";
import { StartupError } from "@lyceum/db/startup-error";
import { dataFolderOf } from "@lyceum/db/with-database";
import { z } from "zod";

/** The checkout's root, with a slash at its end. */
export const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));

const number = (min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max)
    .default(fallback);

const flag = z
  .enum(["", "0", "1", "false", "true"])
  .transform((value) => value === "1" || value === "true")
  .default(false);

const variables = {
  PORT: number(1, 65535, 3000),
  HOST: z.string().min(1).default("0.0.0.0"),
  LYCEUM_DATA_DIR: z.string().optional(),
  DATABASE_URL: z
    .string()
    .refine((value) => URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol))
    .optional(),
  LYCEUM_SECRET: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .transform((value) => value.toLowerCase())
    .optional(),
  GATEWAY_WORKERS: number(1, 64, 1),
  TRUST_PROXY: flag,
  LYCEUM_DRAIN_MS: number(0, 3_600_000, 30_000),
  LYCEUM_LARGE_BODIES_MB: z
    .string()
    .regex(/^\d{1,7}$/)
    .transform(Number)
    .refine((value) => value >= 8 && value <= 1_000_000)
    .optional(),
};

/** What each variable must be, for the sentence that refuses it. */
const EXPECTED: Record<keyof typeof variables, string> = {
  PORT: "a port number from 1 to 65535",
  HOST: "an address to listen on, such as 0.0.0.0",
  LYCEUM_DATA_DIR: "a folder",
  DATABASE_URL: "a PostgreSQL address like postgresql://user:password@host:5432/database",
  LYCEUM_SECRET: "64 hexadecimal digits (make them with: openssl rand -hex 32)",
  GATEWAY_WORKERS: "a number of processes from 1 to 64",
  TRUST_PROXY: "1 (a proxy in front of Lyceum sets the forwarded headers) or 0",
  LYCEUM_DRAIN_MS: "a number of milliseconds from 0 to 3600000",
  LYCEUM_LARGE_BODIES_MB: "a number of megabytes from 8 to 1000000",
};

/** Shown with the sentence only where the value can't be a secret. */
const SECRET: ReadonlySet<string> = new Set(["DATABASE_URL", "LYCEUM_SECRET"]);

/** The settings of one system, checked. Times in milliseconds, `dataDir` absolute, `secret` hex if given. */
export type Settings = {
  port: number;
  host: string;
  dataDir: string;
  databaseUrl: string | undefined;
  secret: string | undefined;
  gatewayWorkers: number;
  trustProxy: boolean;
  drainMs: number;
  /** Undefined: each worker decides by its own memory. */
  largeBodiesMb: number | undefined;
};

/** Reads the settings from environment variables. Throws StartupError naming the first one that makes no sense. */
export function parseSettings(env: NodeJS.ProcessEnv = process.env, isDemo = false): Settings {
  // An empty variable is what remains of one that somebody wanted to unset.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const result = z.object(variables).safeParse(given);
  if (!result.success) {
    const name = String(result.error.issues[0]?.path[0]) as keyof typeof variables;
    const value = SECRET.has(name) ? "" : ` (it is "${given[name]}")`;
    throw new StartupError(`The environment variable ${name} must be ${EXPECTED[name]}${value}.`);
  }
  const { data } = result;
  return {
    port: data.PORT,
    host: data.HOST,
    dataDir: dataFolderOf(data, isDemo),
    databaseUrl: data.DATABASE_URL,
    secret: data.LYCEUM_SECRET,
    gatewayWorkers: data.GATEWAY_WORKERS,
    trustProxy: data.TRUST_PROXY,
    drainMs: data.LYCEUM_DRAIN_MS,
    largeBodiesMb: data.LYCEUM_LARGE_BODIES_MB,
  };
}

/** Our own environment with additions, for a child process; undefined takes a variable away. */
export function childEnvironment(additions: Record<string, string | undefined>): NodeJS.ProcessEnv {
  return { ...process.env, ...additions };
}
