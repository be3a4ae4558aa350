import type { Actor, CourseAccess, Db } from "@lyceum/db";
import type { AppError, CourseAct } from "@lyceum/domain";
import type { ChannelTest, ChannelTestResult } from "@lyceum/gateway";
import type { Caller } from "./caller.ts";
import type { SessionStore } from "./session-store.ts";

export type Option = {
  /** What stands for the value in the help: "ID", "N|M". Left out for a switch. */
  readonly value?: string;
  readonly help: string;
  readonly required?: boolean;
  /** May be given any number of times; `all` reads it. */
  readonly repeated?: boolean;
  /** The only values it takes. */
  readonly choices?: readonly string[];
};

/** What was typed, checked against the command's options: asking for an undeclared one is a programming error. */
export type Values = {
  /** A required option's value, or a positional's. */
  text(name: string): string;
  optional(name: string): string | undefined;
  /** A comma-separated list without blanks; empty where the option is missing. */
  list(name: string): string[];
  /** Every value of a repeated option, in order. */
  all(name: string): readonly string[];
  isOn(name: string): boolean;
};

/** What a command reaches beyond its arguments. */
export type Context = {
  readonly db: Db;
  /** In whose name everything is done: what queries and acts take. */
  readonly actor: Actor;
  readonly caller: Caller;
  /** The session that `sign-in` makes. */
  readonly session: SessionStore;
  /** Asks for it where there is somebody to ask, else reads it from the standard input. */
  readPassword(prompt?: string): Promise<string>;
  /** Read when it is needed: most commands don't. Throws CliError where there is none. */
  masterSecret(): Promise<string>;
  testChannel(test: ChannelTest): Promise<ChannelTestResult>;
  /** Part of a long output, as it is; resolves when it was taken. */
  write(text: string): Promise<void>;
};

/** Lines for people, the same for machines, and whether the books or the command say no. */
export type Result = {
  readonly lines: readonly string[];
  /** Null: what was written is for neither. */
  readonly json: Readonly<Record<string, unknown>> | null;
  readonly failed?: boolean;
};

type AnyCommand = {
  /** Words: "user add". */
  readonly name: string;
  readonly summary: string;
  /** Names of what stands without an option, all of them required. */
  readonly positionals?: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  /** Whether running gateway workers must have taken the change up before the command ends. */
  readonly changesConfig?: boolean;
};

/**
 * Who may run it: whoever is asked nothing about a session (nobody); everybody, each about what is theirs (anybody), which the command itself looks
 * after; who reads all (reader: admins and auditors); or admins.
 */
export type PlainCommand = AnyCommand & {
  readonly needs: "nobody" | "anybody" | "reader" | "admin";
  run(values: Values, context: Context): Promise<Result>;
};

/** About the course that --code names: for whoever may do this act there. */
export type CourseCommand = AnyCommand & {
  readonly needs: CourseAct;
  run(values: Values, context: Context & { readonly course: CourseAccess }): Promise<Result>;
};

/** Each declares what it needs; `runAllowed` holds it to that. */
export type Command = PlainCommand | CourseCommand;

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A failure outside the table of public errors, in both languages: exit code 1. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly zh: string;
  readonly en: string;
  constructor(sentence: { zh: string; en: string }, cause?: unknown) {
    super(sentence.en, { cause });
    this.zh = sentence.zh;
    this.en = sentence.en;
  }
}

/** Both languages of a public error. */
export function bothSentences(error: AppError | CliError): { zh: string; en: string } {
  return error instanceof CliError
    ? { zh: error.zh, en: error.en }
    : { zh: error.sentence("zh"), en: error.sentence("en") };
}
