import type { ModelCheck } from "@lyceum/domain";
import type { Upstream } from "../upstream/upstream.ts";
import { type Probed, type ProbeTarget, probeDeployment } from "./probe-deployment.ts";

/** What was found out about what a deployment is capable of. */
export type Look = {
  /** By capability: "" (it has it), or the words that say that it has not. What stayed open is missing. */
  readonly findings: Readonly<Record<string, string>>;
  /** Each probe, for what it cost. */
  readonly probes: readonly Probed[];
};

/** The question that shows whether a deployment works at all. */
export function basicCheck(capabilities: readonly string[]): ModelCheck {
  return capabilities.includes("embedding") ? "embedding" : "text";
}

/**
 * Finds out what a deployment can't do of what its model is said to: only where it answers the plain question, so that a fault or an empty account
 * takes no capability from it.
 */
export async function lookAtDeployment(upstream: Upstream, target: ProbeTarget): Promise<Look> {
  const { capabilities } = target.model;
  const probes: Probed[] = [];
  const findings: Record<string, string> = {};
  const ask = async (check: ModelCheck): Promise<Probed | null> => {
    const probed = await probeDeployment(upstream, target, check);
    if (probed !== null) probes.push(probed);
    return probed;
  };
  const basic = basicCheck(capabilities);
  const first = await ask(basic);
  if (basic === "embedding") {
    if (first !== null && first.isShown !== null) findings.embedding = first.isShown ? "" : words(first);
    return { findings, probes };
  }
  if (first?.sign !== "passed") return { findings, probes };
  for (const check of ["stream", "tools", "vision"] as const) {
    if (check !== "stream" && !capabilities.includes(check)) continue;
    const probed = await ask(check);
    if (probed === null || probed.isShown === null) continue;
    findings[check] = probed.isShown ? "" : words(probed);
  }
  return { findings, probes };
}

function words({ error, check }: Probed): string {
  return error === "" ? `no ${check}` : error;
}
