import { z } from "zod";

const schema = z.object({
  DATABASE_URL: z.string().min(1),
  /** Signs the session cookie. */
  NEXTAUTH_SECRET: z.string().min(32),
  /** Seals channel credentials, as in the server. */
  LYCEUM_SECRET: z.string().min(32),
  /** Where the server answers this process, e.g. http://127.0.0.1:3000. */
  LYCEUM_INTERNAL_URL: z.url(),
});

export type Env = z.infer<typeof schema>;
let parsed: Env | undefined;

/** The console's environment, read at the first use: a build has none. Throws with the names of what is missing. */
export function getEnv(): Env {
  if (parsed) return parsed;
  const result = schema.safeParse(process.env);
  if (!result.success) {
    const names = result.error.issues.map((issue) => issue.path.join(".")).join(", ");
    throw new Error(`The console needs these environment variables, valid: ${names}`);
  }
  parsed = result.data;
  return parsed;
}

/** Whether this is `next dev`, which evaluates code from strings and therefore needs a looser script policy. */
export const isDevelopment = process.env.NODE_ENV === "development";
