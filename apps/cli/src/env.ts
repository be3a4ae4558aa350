import { z } from "zod";

const schema = z.object({
  DATABASE_URL: z.string().optional(),
  LYCEUM_DATA_DIR: z.string().optional(),
  LYCEUM_SECRET: z.string().optional(),
  /** A session of the command line, or the file it is in. */
  LYCEUM_SESSION: z.string().optional(),
  XDG_STATE_HOME: z.string().optional(),
  HOME: z.string().optional(),
});

/** Where the system is, and who asks; an empty variable counts as unset, but not LYCEUM_SESSION: what it should have held is missing. */
export type Env = z.infer<typeof schema>;

export function readEnv(env: NodeJS.ProcessEnv): Env {
  return schema.parse(
    Object.fromEntries(Object.entries(env).filter(([name, value]) => value !== "" || name === "LYCEUM_SESSION")),
  );
}
