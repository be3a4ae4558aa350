import { createPrisma, StartupError, waitForConfig } from "@lyceum/db";
import { checkDatabase } from "@lyceum/db/reachable";
import { AppError } from "@lyceum/domain";
import { runAllowed } from "./authorize.ts";
import { type Caller, openCaller, withoutSession } from "./caller.ts";
import { bothSentences, CliError, type Context, UsageError } from "./command.ts";
import { commands } from "./commands.ts";
import { findDatabase, readMasterSecret } from "./connect.ts";
import { readEnv } from "./env.ts";
import { helpText } from "./help.ts";
import { DoneBefore } from "./once.ts";
import { type Parsed, parseCommandLine } from "./parse.ts";
import { readPassword } from "./read-password.ts";
import { openSessionStore } from "./session-store.ts";

/** Longer than a worker takes to notice: it looks twice a second. */
const IN_FORCE_MS = 5_000;

export type Output = { out(line: string): void; error(line: string): void; write(text: string): Promise<void> };

/** Runs one command line. Returns the exit code: 0 done, 1 refused or failed, 2 the command line is wrong. */
export async function run(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
  output: Output,
  testChannel: Context["testChannel"],
  askPassword: Context["readPassword"] = readPassword,
): Promise<number> {
  const asJson = argv.includes("--json");
  try {
    const parsed = parseCommandLine(commands, argv);
    if ("help" in parsed) {
      output.out(helpText(commands, parsed.help));
      return 0;
    }
    return await execute(parsed, environment, output, { testChannel, readPassword: askPassword });
  } catch (error) {
    if (error instanceof DoneBefore) return reportDone(error, output, asJson);
    return report(error, output, asJson);
  }
}

async function execute(
  { command, values, json }: Exclude<Parsed, { help: unknown }>,
  environment: NodeJS.ProcessEnv,
  output: Output,
  edges: Pick<Context, "testChannel" | "readPassword">,
): Promise<number> {
  const env = readEnv(environment);
  const url = await findDatabase(env);
  await checkDatabase(url);
  const db = createPrisma(url, 2);
  try {
    const session = openSessionStore(env);
    const masterSecret = () => readMasterSecret(env);
    const findCaller = async (): Promise<Caller> => {
      const kept = await session.read();
      return kept === null ? withoutSession : await openCaller(db, kept, await masterSecret());
    };
    // Signing in and out must work whatever became of an earlier session.
    const caller = command.needs === "nobody" ? withoutSession : await findCaller();
    if (caller.user !== null && !json)
      output.error(`以 ${caller.user.name} 的身份 As ${caller.user.name} (${caller.user.studentId})`);
    const context = { db, session, masterSecret, write: output.write, ...edges };
    const result = await runAllowed(command, values, caller, context);
    const isInForce = !command.changesConfig || (await waitForConfig(db, { timeoutMs: IN_FORCE_MS }));
    if (json && result.json !== null) output.out(JSON.stringify(result.json));
    else for (const line of result.lines) output.out(line);
    if (!isInForce) output.error("有工作进程还没有载入这次更改。 A worker has not taken this change up yet.");
    return result.failed ? 1 : 0;
  } finally {
    await db.$disconnect();
  }
}

/** For a script it is as good as done now, so the exit code says so. */
function reportDone({ message: name }: DoneBefore, output: Output, asJson: boolean): number {
  if (asJson) output.out(JSON.stringify({ applied: false, doneBefore: name }));
  else output.out(`以“${name}”为名已经做过，没有改动。 Done before under the name ${name}: nothing was changed.`);
  return 0;
}

function report(error: unknown, output: Output, asJson: boolean): number {
  if (error instanceof UsageError) {
    output.error(`${error.message} See: pnpm lyceum --help`);
    return 2;
  }
  if (error instanceof AppError || error instanceof CliError) {
    const { zh, en } = bothSentences(error);
    const code = error instanceof AppError ? error.code : "unavailable";
    output.error(asJson ? JSON.stringify({ error: { code, zh, en } }) : `${zh} ${en}`);
    return 1;
  }
  if (error instanceof StartupError) {
    output.error(error.message);
    return 1;
  }
  throw error;
}
