import { parseArgs } from "node:util";
import { type Command, type Option, UsageError, type Values } from "./command.ts";

/** Options that every command has. */
export const commonOptions: Readonly<Record<string, Option>> = {
  json: { help: "print one line of JSON, for machines" },
  help: { help: "show this text" },
};

export type Parsed = { command: Command; values: Values; json: boolean } | { help: Command | null };

/** Finds the command and reads its options. Throws UsageError with a sentence that names what is wrong. */
export function parseCommandLine(commands: readonly Command[], argv: readonly string[]): Parsed {
  const words = argv[0] === "--" ? argv.slice(1) : argv;
  const command = commands.find((each) => each.name.split(" ").every((word, i) => words[i] === word));
  if (command === undefined) {
    if (words.length === 0 || words.includes("--help") || words[0] === "help") return { help: null };
    const typed = words
      .slice(0, 2)
      .filter((word) => !word.startsWith("-"))
      .join(" ");
    throw new UsageError(`There is no command "${typed || words[0]}".`);
  }
  const options = { ...command.options, ...commonOptions };
  const { tokens } = parseArgs({
    args: words.slice(command.name.split(" ").length),
    options: Object.fromEntries(
      Object.entries(options).map(
        ([name, option]) => [name, { type: option.value === undefined ? "boolean" : "string" }] as const,
      ),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const found = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const option = options[token.name];
    if (option === undefined) throw new UsageError(`"${command.name}" has no option ${token.rawName}.`);
    if (found.has(token.name) && !option.repeated) throw new UsageError(`The option --${token.name} is given twice.`);
    if (option.value !== undefined && token.value === undefined)
      throw new UsageError(`The option --${token.name} needs a value.`);
    if (option.value === undefined && token.value !== undefined)
      throw new UsageError(`The option --${token.name} takes no value.`);
    if (option.choices !== undefined && !option.choices.includes(token.value ?? "")) {
      throw new UsageError(`The option --${token.name} is one of ${option.choices.join(", ")}, not "${token.value}".`);
    }
    found.set(token.name, [...(found.get(token.name) ?? []), token.value ?? ""]);
  }
  if (found.has("help")) return { help: command };
  for (const [i, name] of (command.positionals ?? []).entries()) {
    const value = positionals[i];
    if (value === undefined) throw new UsageError(`"${command.name}" needs ${name}.`);
    found.set(name, [value]);
  }
  const extra = positionals[command.positionals?.length ?? 0];
  if (extra !== undefined) throw new UsageError(`"${command.name}" does not know what to do with "${extra}".`);
  for (const [name, option] of Object.entries(options)) {
    if (option.required && !found.has(name)) throw new UsageError(`"${command.name}" needs the option --${name}.`);
  }
  return { command, values: valuesOf(command, found), json: found.has("json") };
}

function valuesOf(command: Command, found: ReadonlyMap<string, readonly string[]>): Values {
  const all = (name: string) => {
    const isDeclared = name in command.options || command.positionals?.includes(name) === true;
    if (!isDeclared) throw new Error(`"${command.name}" does not declare ${name}`);
    return found.get(name) ?? [];
  };
  const optional = (name: string) => all(name)[0];
  return {
    all,
    optional,
    text: (name) => optional(name) ?? "",
    list: (name) =>
      (optional(name) ?? "")
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== ""),
    isOn: (name) => optional(name) !== undefined,
  };
}
