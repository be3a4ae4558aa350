import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { isCommandLineSession } from "@lyceum/domain";
import { CliError } from "./command.ts";
import type { Env } from "./env.ts";

/** Where the session of the command line is kept; one for each user of the machine, never one for all of a data folder. */
export type SessionStore = {
  /** What is kept; null: nobody has signed in. Throws CliError for a file that others may read, and a variable without anything in it. */
  read(): Promise<string | null>;
  /** Keeps a session in place of the one before; returns where. Throws CliError where there is no place. */
  keep(session: string): Promise<string>;
  /** Returns whether there was one. */
  forget(): Promise<boolean>;
};

/** LYCEUM_SESSION, a file or the session itself, for scripts; else the state folder of whoever runs the command. */
export function openSessionStore(env: Env): SessionStore {
  const given = env.LYCEUM_SESSION;
  const isGivenWhole = given !== undefined && isCommandLineSession(given);
  const file = isGivenWhole ? null : (given ?? defaultFile(env));
  return {
    async read() {
      if (isGivenWhole) return given;
      // A script whose file is gone must not go on as whoever runs the machine.
      if (given === "") throw empty();
      const text = file === null ? null : await readOwn(file);
      if (text === null && given !== undefined) throw missing(given);
      return text;
    },
    async keep(session) {
      if (given === "") throw empty();
      if (file === null) throw noPlace(isGivenWhole);
      await write(file, session);
      return file;
    },
    async forget() {
      if (given === "") throw empty();
      if (file === null) {
        if (isGivenWhole) throw noPlace(true);
        return false;
      }
      const was = await isThere(file);
      await rm(file, { force: true });
      return was;
    },
  };
}

function defaultFile({ XDG_STATE_HOME, HOME }: Env): string | null {
  // The specification has relative paths ignored.
  const state = XDG_STATE_HOME !== undefined && isAbsolute(XDG_STATE_HOME) ? XDG_STATE_HOME : undefined;
  if (state !== undefined) return join(state, "lyceum", "session");
  return HOME === undefined ? null : join(HOME, ".local", "state", "lyceum", "session");
}

async function readOwn(file: string): Promise<string | null> {
  try {
    const { mode } = await stat(file);
    // Windows has no such bits.
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      throw new CliError({
        zh: `会话文件 ${file} 别人也能读写，不予采用：请运行 chmod 600，或重新登录。`,
        en: `The session file ${file} can be read or written by others and is not used: chmod 600 it, or sign in again.`,
      });
    }
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    if (isMissing(error)) return null;
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new CliError(
      {
        zh: `读不到会话文件 ${file}：${error.message}`,
        en: `The session file ${file} can't be read: ${error.message}`,
      },
      error,
    );
  }
}

/** Made anew and moved into place: an older file's permissions don't survive, nor does half a session. */
async function write(file: string, session: string): Promise<void> {
  const unfinished = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await rm(unfinished, { force: true });
    const handle = await open(unfinished, "wx", 0o600);
    try {
      await handle.writeFile(`${session}\n`);
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new CliError(
      {
        zh: `写不了会话文件 ${file}：${error.message}`,
        en: `The session file ${file} can't be written: ${error.message}`,
      },
      error,
    );
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

function empty(): CliError {
  return new CliError({
    zh: "LYCEUM_SESSION 是空的：请写上会话文件的路径或会话本身，或取消这个变量。",
    en: "LYCEUM_SESSION is empty: set it to a session's file or to the session itself, or unset it.",
  });
}

function missing(file: string): CliError {
  return new CliError({
    zh: `LYCEUM_SESSION 指定的 ${file} 里没有会话：请先用 pnpm lyceum sign-in 登录，或取消这个变量。`,
    en: `There is no session in ${file}, which LYCEUM_SESSION names: sign in with pnpm lyceum sign-in first, or unset it.`,
  });
}

function noPlace(isGivenWhole: boolean): CliError {
  return isGivenWhole
    ? new CliError({
        zh: "LYCEUM_SESSION 里就是一个会话，没有文件可写：请取消这个变量，或改成文件路径。",
        en: "LYCEUM_SESSION is a session itself, not a file: unset it, or set it to a file.",
      })
    : new CliError({
        zh: "没有保存会话的地方：请设置 HOME、XDG_STATE_HOME，或用 LYCEUM_SESSION 指定一个文件。",
        en: "There is no place to keep a session: set HOME, XDG_STATE_HOME, or LYCEUM_SESSION to a file.",
      });
}
