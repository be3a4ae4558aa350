import "server-only";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";
import { playgroundLimits } from "../contract.ts";

/** A thesis takes two seconds; what takes longer is made to. */
const timeoutMs = 20_000;
const memoryMb = 256;
/** Threads at once; others wait. */
const mostThreads = 2;
const longestLine = 20;

const answer = z.union([
  z.object({ pages: z.number().int(), text: z.string(), isCut: z.boolean() }),
  z.object({ problem: z.enum(["locked", "unreadable"]) }),
]);
export type PdfAnswer = z.infer<typeof answer> | { problem: "too-slow" | "busy" };

/** The thread's own source: nothing bundles it, so it is found beside the console's other sources. */
const usualWorker = join(process.cwd(), "src", "features", "playground", "files", "pdf-worker.ts");

let running = 0;
const line: (() => void)[] = [];

/** The text of a PDF, read in a thread of its own, bounded in time and memory. */
export async function readPdf(
  bytes: Uint8Array,
  { workerFile = usualWorker, waitMs = timeoutMs } = {},
): Promise<PdfAnswer> {
  if (running >= mostThreads) {
    if (line.length >= longestLine) return { problem: "busy" };
    await new Promise<void>((resolve) => line.push(resolve));
  }
  running++;
  try {
    return await readInThread(bytes, workerFile, waitMs);
  } finally {
    running--;
    line.shift()?.();
  }
}

async function readInThread(bytes: Uint8Array, workerFile: string, waitMs: number): Promise<PdfAnswer> {
  // Not imported: the bundler would want to know the thread's file.
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const { pdfPages: mostPages, fileTextLength: mostLength } = playgroundLimits;
  const worker = new Worker(workerFile, {
    workerData: { bytes, mostPages, mostLength },
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 32 },
    // Neither what this process was started with, nor its secrets.
    execArgv: [],
    env: {},
  });
  const timeout = AbortSignal.timeout(waitMs);
  try {
    const [message] = await once(worker, "message", { signal: timeout });
    return answer.parse(message);
  } catch {
    // Out of memory and every crash of the thread end here.
    return { problem: timeout.aborted ? "too-slow" : "unreadable" };
  } finally {
    await worker.terminate();
  }
}
