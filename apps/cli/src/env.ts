import { z } from "zod";

const schema = z.object({
  DATABASE_URL: z.string().optional(),
  LYCEUM_DATA_DIR: z.string().optional(),
  LYCEUM_SECRET: z.string().optional(),
});

/** Where the system is; an empty variable counts as unset. */
export type Env = z.infer<typeof schema>;

export function readEnv(env: NodeJS.ProcessEnv): Env {
  return schema.parse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== "")));
}
