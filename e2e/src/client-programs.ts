import { expect } from "@playwright/test";
import type { Campus } from "./campus.ts";
import { cliJson, runProgram } from "./system.ts";
import { upstreams } from "./upstreams.ts";

/** What a program of e2e/clients says of one of its checks. */
type CheckResult = { name: string; upstream: string; problem: string | null };

/** Models of the demo upstream that the programs ask, each behind a channel of every protocol. */
const MODELS = [
  ...["demo-text", "demo-echo", "demo-inspect", "demo-image", "demo-json", "demo-tools", "demo-parallel-tools"],
  ...[
    "demo-reasoning",
    "demo-thinking-tools",
    "demo-429",
    "demo-redacted-thinking",
    "demo-context-too-long",
    "demo-error-mid-stream",
  ],
];

/** Sets the scene that the programs expect, and resolves to what they are told of it. */
export async function sceneForClients(campus: Campus): Promise<Record<string, string>> {
  await campus.offerEverywhere(MODELS);
  const rich = await campus.student("100");
  const poor = await campus.student("0");
  const slow = await cliJson<{ key: string }>(campus.dataDir, [
    ...["key", "create", "--student-id", rich.studentId, "--name", "slow", "--group", "default", "--rpm", "1"],
  ]);
  return {
    LYCEUM_URL: campus.system.url,
    LYCEUM_KEY: rich.key,
    LYCEUM_POOR_KEY: poor.key,
    LYCEUM_SLOW_KEY: slow.key,
    LYCEUM_UPSTREAMS: Object.keys(upstreams).join(),
  };
}

/**
 * Runs a program and judges its checks one by one, so that a failure names the client, the check and the upstream. `named`: the upstreams that it must
 * speak of.
 */
export async function judgeProgram(
  command: string,
  args: readonly string[],
  scene: Record<string, string>,
  named: readonly string[] = ["", ...Object.keys(upstreams)],
): Promise<void> {
  const { code, stdout, stderr } = await runProgram(command, args, scene);
  const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
  const results = lines.map((line) => JSON.parse(line) as CheckResult);
  for (const { name, upstream, problem } of results)
    expect.soft(problem, `${args.at(-1)}: ${name}${upstream && `, upstream ${upstream}`}`).toBeNull();
  // A program that ends early must not pass by saying little.
  expect([code, stderr]).toEqual([0, ""]);
  expect(new Set(results.map(({ upstream }) => upstream))).toEqual(new Set(named));
}
