import type { Command } from "./command.ts";
import { commonOptions } from "./parse.ts";

/** The list of commands, or all about one of them. */
export function helpText(commands: readonly Command[], command: Command | null): string {
  if (command === null) {
    const width = Math.max(...commands.map((each) => usageName(each).length));
    const lines = commands.map((each) => `  ${usageName(each).padEnd(width)}  ${each.summary}`);
    return [
      "Usage: pnpm lyceum COMMAND [OPTIONS]",
      "",
      ...lines,
      "",
      "Each command explains itself with --help and prints JSON with --json.",
      "The system is found by DATABASE_URL, else by its data folder (LYCEUM_DATA_DIR, ./data by default).",
      "Commands run as whoever has the database, an admin; after sign-in as that person, who may do what the pages allow.",
    ].join("\n");
  }
  const options = Object.entries({ ...command.options, ...commonOptions }).map(([name, option]) => ({
    left: `--${name}${option.value === undefined ? "" : ` ${option.value}`}`,
    right: `${option.help}${option.required ? " (required)" : ""}${option.repeated ? " (repeatable)" : ""}`,
  }));
  const width = Math.max(...options.map((option) => option.left.length));
  return [
    `Usage: pnpm lyceum ${usageName(command)} [OPTIONS]`,
    "",
    command.summary,
    "",
    ...options.map(({ left, right }) => `  ${left.padEnd(width)}  ${right}`),
  ].join("\n");
}

function usageName(command: Command): string {
  return [command.name, ...(command.positionals ?? [])].join(" ");
}
