import pg from "pg";
import { StartupError } from "../startup-error.ts";

const CONNECT_MS = 10_000;
/** The oldest PostgreSQL whose SQL our migrations use. */
const MIN_MAJOR = 14;

/** Connects for start-up work. Throws StartupError, which never shows the password, if that fails or takes over 10 s. */
export async function connectForStartup(url: string, timeoutMs = CONNECT_MS): Promise<pg.Client> {
  const where = describeDatabase(url);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: timeoutMs });
  client.on("error", () => undefined); // a cut connection also rejects the query that runs on it
  // The client's own limit covers the TCP connection, not a server that accepts it and then says nothing.
  let timer: NodeJS.Timeout | undefined;
  const silent = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
  });
  try {
    await Promise.race([client.connect(), silent]);
    return client;
  } catch (cause) {
    client.end().catch(() => undefined); // it never was connected
    throw new StartupError(`The database ${where} can't be reached: ${reasonOf(cause)}; check DATABASE_URL.`, {
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Checks that a database answers within 10 s and is new enough. Throws StartupError otherwise. */
export async function checkDatabase(url: string, timeoutMs?: number): Promise<void> {
  const client = await connectForStartup(url, timeoutMs);
  try {
    const { rows } = await client.query<{ server_version: string }>("show server_version");
    const version = rows[0]?.server_version ?? "";
    if (Number.parseInt(version, 10) < MIN_MAJOR) {
      throw new StartupError(
        `The database ${describeDatabase(url)} is PostgreSQL ${version}; Lyceum needs ${MIN_MAJOR} or newer.`,
      );
    }
  } finally {
    await client.end();
  }
}

/** A database URL for people to read: user, host and name, without the password. Throws StartupError if it is none. */
export function describeDatabase(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new StartupError(
      "DATABASE_URL is not a PostgreSQL address like postgresql://user:password@host:5432/database.",
    );
  }
  const host = parsed.searchParams.get("host") ?? parsed.host;
  return `${parsed.username ? `${parsed.username}@` : ""}${host}${parsed.pathname}`;
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  // Several addresses tried at once come as one error without a message of its own.
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return (message || code || String(error)).replace(/[.\s]+$/, "");
}
