import { type FileHandle, mkdir, open, readdir, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { processStart } from "@lyceum/db/process-identity";
import { BatchLane } from "./batch-lane.ts";

/**
 * What the database must still be told. `settle`: a usage record as book() takes it. `release`: a reservation that nobody will use, because
 * the answer to its admission was lost; `since` is when that was (Unix ms).
 */
export type SpoolEntry =
  | {
      readonly kind: "settle";
      readonly requestId: string;
      readonly accountId: string;
      readonly keyId: string | null;
      readonly groupId: string;
      readonly row: string;
    }
  | { readonly kind: "release"; readonly requestId: string; readonly since: number };

/** `done`: the database has it. `later`: try again. `refused`: it will never take this one. */
export type Delivery = "done" | "later" | "refused";

export type SpoolOptions = {
  /** Shared by all workers of a server. Made if it is missing. */
  readonly folder: string;
  readonly workerId: string;
  readonly deliver: (entries: readonly SpoolEntry[]) => Promise<readonly Delivery[]>;
  readonly log: (message: string, error: unknown) => void;
};

const RETRY_MS = 500;
/** How often files of workers that died are looked for. */
const ADOPT_MS = 30_000;
const MAXIMUM_DELIVERY = 128;

/**
 * A local journal for the time when the database is away (design rule 4): an entry is on the disk before write() resolves, and is delivered
 * until the database has it, by this process or by the next one. Delivery is idempotent by request id, so an entry may be delivered twice.
 * Each worker has files of its own, named after it and its process; there is none while nothing waits.
 */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #lane: BatchLane<SpoolEntry, undefined>;
  #file: FileHandle | null = null;
  #path = "";
  /** Every file has a name of its own: one that is being removed must not be the one that the next entry goes to. */
  #generation = 0;
  #waiting: SpoolEntry[] = [];
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> = Promise.resolve();
  #adoptAt = 0;
  #isClosed = false;

  constructor(options: SpoolOptions) {
    this.#options = options;
    this.#lane = new BatchLane((entries) => this.#append(entries), 1_000);
    this.#schedule(0);
  }

  /** How many entries wait to be delivered. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Durable when it resolves. Rejects if the disk does not take it: then nothing is kept. */
  async write(entry: SpoolEntry): Promise<void> {
    await this.#lane.add(entry);
  }

  /** Stops delivering; what waits stays on the disk for the next process. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#lane.whenIdle();
    await this.#round;
    await this.#file?.close();
    this.#file = null;
  }

  async #append(entries: readonly SpoolEntry[]): Promise<{ value: undefined }[]> {
    if (this.#file === null) {
      await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
      const name = `${this.#options.workerId}-${++this.#generation}.${await processMark(process.pid)}.${process.pid}.spool`;
      this.#path = join(this.#options.folder, name);
      this.#file = await open(this.#path, "ax", 0o600);
      await syncFolder(this.#options.folder);
    }
    // A line of its own also after one that a full disk cut off.
    await this.#file.appendFile(`\n${entries.map(encodeLine).join("")}`);
    await this.#file.datasync();
    this.#waiting.push(...entries);
    return entries.map(() => ({ value: undefined }));
  }

  #schedule(delayMs: number): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#round = this.#work().finally(() => this.#schedule(RETRY_MS));
    }, delayMs).unref();
  }

  async #work(): Promise<void> {
    try {
      if (performance.now() >= this.#adoptAt) {
        await this.#adopt();
        this.#adoptAt = performance.now() + ADOPT_MS;
      }
      if (this.#waiting.length === 0) return;
      const tried = [...this.#waiting];
      const left = new Set(await this.#deliver(tried));
      this.#waiting = this.#waiting.filter((entry) => left.has(entry) || !tried.includes(entry));
      if (this.#waiting.length === 0 && this.#lane.length === 0) await this.#discard();
    } catch (error) {
      this.#options.log("the spool could not be worked on", error);
    }
  }

  /** Delivers in portions; returns what must be tried again. */
  async #deliver(entries: readonly SpoolEntry[]): Promise<SpoolEntry[]> {
    const left: SpoolEntry[] = [];
    for (let from = 0; from < entries.length; from += MAXIMUM_DELIVERY) {
      const portion = entries.slice(from, from + MAXIMUM_DELIVERY);
      const results = await this.#options.deliver(portion);
      for (const [index, entry] of portion.entries()) {
        if (results[index] === "later") left.push(entry);
        if (results[index] === "refused") await this.#setAside(entry);
      }
      // The database is still away: the rest would fare no better.
      if (results.every((each) => each === "later")) return [...left, ...entries.slice(from + MAXIMUM_DELIVERY)];
    }
    return left;
  }

  /** Everything has been delivered: the next entry begins a new file. An append that is under way keeps the file. */
  async #discard(): Promise<void> {
    await this.#lane.whenIdle();
    if (this.#file === null || this.#waiting.length > 0) return;
    const [file, path] = [this.#file, this.#path];
    this.#file = null;
    await file.close();
    await unlink(path);
  }

  /** What the database will never take is kept for people, beside the spool. */
  async #setAside(entry: SpoolEntry): Promise<void> {
    const file = await open(join(this.#options.folder, "refused.jsonl"), "a", 0o600);
    try {
      await file.appendFile(`${JSON.stringify(entry)}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  /**
   * Delivers what workers left that are gone. Whoever lives looks after their own; a process's number alone does not say who lives, since
   * numbers repeat in containers.
   */
  async #adopt(): Promise<void> {
    const names = await readdir(this.#options.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    for (const name of names) {
      const [, mark, pid] = /\.([0-9a-f]{8})\.(\d+)\.spool$/.exec(name) ?? [];
      if (pid === undefined || (await processMark(Number(pid))) === mark) continue;
      const path = join(this.#options.folder, name);
      const left = await this.#deliver(decodeLines(await readFile(path, "utf8").catch(gone)));
      if (left.length === 0) await unlink(path).catch(gone);
    }
  }
}

/** One line: a checksum of the JSON behind it, so that a line cut off by a crash is told from a whole one. */
function encodeLine(entry: SpoolEntry): string {
  const json = JSON.stringify(entry);
  return `${crc32(json).toString(16).padStart(8, "0")} ${json}\n`;
}

/** The whole lines of a spool file; what a crash cut off was promised to nobody. */
export function decodeLines(text: string): SpoolEntry[] {
  const entries: SpoolEntry[] = [];
  for (const line of text.split("\n")) {
    const json = line.slice(9);
    if (json === "" || Number.parseInt(line.slice(0, 8), 16) !== crc32(json)) continue;
    entries.push(JSON.parse(json) as SpoolEntry);
  }
  return entries;
}

/** A new file's name is durable only once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Tells a process from others that have or had its number; empty if there is none. */
async function processMark(pid: number): Promise<string> {
  const start = await processStart(pid);
  return start === null ? "" : crc32(start).toString(16).padStart(8, "0");
}

/** Another worker was quicker. */
function gone(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "";
  throw error;
}
