import { strict as assert } from "node:assert";
import { upstreams } from "../src/upstreams.ts";

/** Where the gateway is and with which keys it is called: one with money, one without, one for a single request a minute. */
export const { LYCEUM_URL: url = "", LYCEUM_KEY: key = "", LYCEUM_POOR_KEY: poorKey = "" } = process.env;
const slowKey = process.env.LYCEUM_SLOW_KEY ?? "";
export const wrongKey = `${key.slice(0, -1)}_`;

export type Upstream = keyof typeof upstreams;

export const SENTENCE = "用一句话解释熵";
export const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
export const PNG_SEEN = /^sha256:[0-9a-f]{64} bytes:70 type:image\/png/;

/** One tool's parameters; the demo upstream fills in 北京, at the second call 上海. */
export const cityParameters = {
  type: "object" as const,
  properties: { city: { type: "string" as const } },
  required: ["city"],
  additionalProperties: false,
};
/** An object with one text, for answers by schema. */
export const answerSchema = {
  type: "object" as const,
  properties: { answer: { type: "string" as const } },
  required: ["answer"],
  additionalProperties: false,
};

type Check = { readonly name: string; readonly upstream: string; readonly run: () => Promise<unknown> };
const checks: Check[] = [];

/** What the public names of a channel's models begin with. */
export type Named = (demoModel: string) => string;

/** Adds a check that runs with every upstream protocol, or with those named. */
export function withEach(
  name: string,
  run: (model: Named, upstream: Upstream) => Promise<unknown>,
  among = Object.keys(upstreams) as Upstream[],
): void {
  for (const upstream of among)
    checks.push({ name, upstream, run: () => run((demoModel) => `${upstream}.${demoModel}`, upstream) });
}

/** The same, not streamed and streamed. */
export function withEachBothWays(name: string, run: (model: Named, stream: boolean, upstream: Upstream) => unknown) {
  for (const stream of [false, true])
    withEach(`${name}${stream ? ", streamed" : ""}`, async (model, upstream) => run(model, stream, upstream));
}

/** Adds a check of what has nothing to do with upstreams. */
export function once(name: string, run: () => Promise<unknown>): void {
  checks.push({ name, upstream: "", run });
}

/** Runs all that was added, one after the other, and prints a line of JSON for each: the spec judges them. */
export async function runChecks(): Promise<void> {
  assert(url !== "" && key !== "", "LYCEUM_URL and LYCEUM_KEY must be set");
  for (const { name, upstream, run } of checks) {
    let problem: string | null = null;
    try {
      await run();
    } catch (error) {
      problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    console.log(JSON.stringify({ name, upstream, problem }));
  }
}

/** What a promise fails with; fails itself where it doesn't. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail("it did not fail");
}

/** What the second request within a minute fails with, by a key that may make one. It is the first where another program used the key before. */
export async function limitOf<Failure>(fail: (apiKey: string) => Promise<Failure>): Promise<Failure> {
  return fail(slowKey).catch(() => fail(slowKey));
}
