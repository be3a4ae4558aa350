import { parentPort, workerData } from "node:worker_threads";
import { readRoster } from "../read-roster.ts";

// A thread of its own, because only a thread's heap can be limited.
const result = readRoster(workerData);
parentPort?.postMessage(result.ok ? "ok" : result.problem.code);
