import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const FILE = "lyceum.conf";

/** What differs from PostgreSQL's defaults. */
const SETTINGS: Record<string, string> = {
  // Only a Unix socket in a folder of our own: no port to choose, nothing reachable from outside.
  listen_addresses: "",
  port: "5432",
  unix_socket_permissions: "0700",
  max_connections: "100",
  shared_buffers: "128MB",
  work_mem: "8MB",
  maintenance_work_mem: "128MB",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  wal_buffers: "16MB",
  // Charges are durable before the client sees its answer.
  synchronous_commit: "on",
  // Short statements only: compiling them and spreading them over workers costs more than it saves.
  jit: "off",
  max_parallel_workers_per_gather: "1",
  // Account rows change thousands of times a minute: dead versions go early and in small bites.
  autovacuum_naptime: "15s",
  autovacuum_vacuum_scale_factor: "0.05",
  autovacuum_analyze_scale_factor: "0.05",
  autovacuum_vacuum_cost_limit: "1000",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
  log_min_messages: "warning",
  log_line_prefix: "%m [%p] ",
};

/** For throw-away databases: fast, and gone after a power cut. */
const THROW_AWAY: Record<string, string> = {
  fsync: "off",
  full_page_writes: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  shared_buffers: "64MB",
  // Several test files at once have pools of a dozen connections each, and whole systems beside them.
  max_connections: "400",
};

/** Writes our settings beside PostgreSQL's own and has them included; safe to repeat. */
export async function writeSettings(pgData: string, socketDir: string, throwAway = false): Promise<void> {
  const settings = { ...SETTINGS, ...(throwAway ? THROW_AWAY : {}), unix_socket_directories: `"${socketDir}"` };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  await writeFile(join(pgData, FILE), `# Written at each start.\n${lines.join("\n")}\n`);
  const main = join(pgData, "postgresql.conf");
  const text = await readFile(main, "utf8");
  if (!text.includes(`include '${FILE}'`)) await writeFile(main, `${text}\ninclude '${FILE}'\n`);
}
