import type { DeploymentConfig, GatewayConfig } from "@lyceum/db/gateway-config";
import type { HealthSnapshot } from "@lyceum/db/gateway-health";
import {
  claimProbes,
  noteCredentialProbe,
  noteLook,
  noteProbe,
  type ProbeTask,
  type ProbeVerdict,
} from "@lyceum/db/health-notes";
import type { DatabasePool } from "@lyceum/db/pool";
import {
  basicCheck,
  type HealthBook,
  type Log,
  lookAtDeployment,
  type Probed,
  probeDeployment,
  type Route,
  type Upstream,
} from "@lyceum/gateway";
import type { Ledger } from "@lyceum/ledger";
import { probeRecord } from "./probe-record.ts";
import { type Candidate, findCredential, findDeployment } from "./probe-targets.ts";

const ROUND_MS = 1_000;
/** To find what nobody uses every deployment is looked at: not every second. */
const IDLE_EVERY_MS = 15_000;
/** Of one worker; campus servers are small, and nothing here is urgent. */
const AT_ONCE = 4;
/** Longer than one question may take; and than all of a look. */
const LEASE_SECONDS = 90;
const LOOK_LEASE_SECONDS = 330;

export type Probes = {
  /** Takes what all workers share from now on. */
  takeSnapshot(snapshot: HealthSnapshot): void;
  /** Begins no more, and waits for what is under way, of which nothing counts: the connections are about to be cut. */
  stop(): Promise<void>;
};

export type ProbesOptions = {
  readonly pool: DatabasePool;
  readonly upstream: Upstream;
  readonly book: HealthBook;
  readonly ledger: Pick<Ledger, "settle">;
  readonly config: () => GatewayConfig | null;
  /** A probe changed what all share. */
  readonly onChanged: () => void;
  readonly log: Log;
};

/**
 * Probes what is due: deployments that are out, those that nobody has tried for a while, refused credentials, and what deployments are capable of.
 * Each is due for one worker of all only: the database gives them out. What it costs is the house's. Trouble is logged, and what was not told is
 * due again.
 */
export function startProbes({ pool, upstream, book, ledger, config, onChanged, log }: ProbesOptions): Probes {
  const running = new Set<Promise<void>>();
  let isStopped = false;
  let isFailing = false;
  let out: HealthSnapshot["deployments"] = new Map();
  let idleAt = performance.now();
  let timer: NodeJS.Timeout | undefined;

  async function round(): Promise<void> {
    const current = config();
    const room = AT_ONCE - running.size;
    if (current !== null && room > 0) {
      const withIdle = performance.now() - idleAt >= IDLE_EVERY_MS;
      if (withIdle) idleAt = performance.now();
      try {
        const options = { withIdle, most: room, leaseSeconds: withIdle ? LOOK_LEASE_SECONDS : LEASE_SECONDS };
        for (const task of await claimProbes(pool, current.settings, options)) begin(task, current);
        isFailing = false;
      } catch (error) {
        if (!isFailing && !isStopped) log("warn", "what is to be probed can't be read", { error });
        isFailing = true;
      }
    }
    // Spread out, so that workers started together don't look all at once.
    if (!isStopped) timer = setTimeout(() => (rounding = round()), ROUND_MS * (0.9 + Math.random() * 0.2)).unref();
  }

  function begin(task: ProbeTask, current: GatewayConfig): void {
    const work = run(task, current)
      .then((isChanged) => {
        if (isChanged) onChanged();
      })
      .catch((error: unknown) => log("warn", "a probe came to nothing", { ...task, error }))
      .finally(() => running.delete(work));
    running.add(work);
  }

  function run(task: ProbeTask, current: GatewayConfig): Promise<boolean> {
    if (task.kind === "credential") return runCredential(task.credentialId, current);
    const found = findDeployment(current, task.deploymentId);
    if (found === null) return later(task.deploymentId, current);
    return task.kind === "look" ? runLook(found, current) : runProbe(found, current);
  }

  async function runProbe(found: Candidate, current: GatewayConfig): Promise<boolean> {
    const { deployment, model } = found;
    const credential = readyCredential(deployment);
    if (credential === undefined) return later(deployment.id, current);
    const target = { deployment, credential, model };
    const probed = await probeDeployment(upstream, target, basicCheck(model.capabilities));
    if (probed === null || isStopped) return later(deployment.id, current);
    await record(target, probed);
    return noteProbe(pool, deployment.id, { verdict: verdictOf(probed), error: probed.error }, current.settings);
  }

  async function runLook(found: Candidate, current: GatewayConfig): Promise<boolean> {
    const { deployment, model } = found;
    const credential = readyCredential(deployment);
    if (credential === undefined) return later(deployment.id, current);
    const target = { deployment, credential, model };
    const { findings, probes } = await lookAtDeployment(upstream, target);
    if (isStopped) return later(deployment.id, current);
    for (const probed of probes) await record(target, probed);
    // Where it does not even answer, that is what was found; once it does, it is looked at again.
    const [first] = probes;
    if (first !== undefined && first.sign !== "passed" && first.sign !== "request")
      return noteProbe(pool, deployment.id, { verdict: verdictOf(first), error: first.error }, current.settings);
    return noteLook(pool, deployment.id, findings);
  }

  async function runCredential(id: string, current: GatewayConfig): Promise<boolean> {
    const found = findCredential(current, id, (deployment) => out.has(deployment.id));
    const { settings } = current;
    const none = { verdict: null, error: "" };
    if (found === null) return noteCredentialProbe(pool, id, none, settings);
    const { credential, candidate } = found;
    const target = { ...candidate, credential };
    const probed = await probeDeployment(upstream, target, basicCheck(candidate.model.capabilities));
    if (probed === null || isStopped) return noteCredentialProbe(pool, id, none, settings);
    await record(target, probed);
    const { sign, error } = probed;
    switch (sign) {
      case "refused":
      case "quota":
        return noteCredentialProbe(pool, id, { verdict: sign, error }, settings);
      case "failure":
      case "rate":
      case null:
        return noteCredentialProbe(pool, id, none, settings);
      default:
        // Whatever else it says of the model: the credential was taken.
        return noteCredentialProbe(pool, id, { verdict: "passed", error: "" }, settings);
    }
  }

  /** What a probe says of its credential goes the way of what requests say of theirs. */
  async function record(target: Candidate & Route, probed: Probed): Promise<void> {
    const { sign, error, retryAfterMs } = probed;
    if (sign === "rate" || sign === "refused" || sign === "quota") {
      const { deployment, credential, model } = target;
      book.note({
        route: { deployment, credential },
        model: { id: model.id, name: model.name },
        sign,
        error,
        retryAfterMs,
      });
    }
    await ledger.settle(probeRecord(target, probed));
  }

  const later = (id: string, { settings }: GatewayConfig) =>
    noteProbe(pool, id, { verdict: null, error: "" }, settings);

  const readyCredential = ({ channel }: DeploymentConfig) =>
    channel.credentials.find((credential) => book.isReady(credential));

  let rounding: Promise<void> = Promise.resolve();
  timer = setTimeout(() => (rounding = round()), ROUND_MS).unref();

  return {
    takeSnapshot({ deployments }) {
      out = deployments;
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await rounding;
      await Promise.all(running);
    },
  };
}

/** What a probe says of its deployment: a credential that is not taken, or has to wait, says nothing of it. */
function verdictOf({ sign }: Probed): ProbeVerdict {
  switch (sign) {
    case "request":
      return "passed";
    case "passed":
    case "failure":
    case "denied":
    case "model-missing":
      return sign;
    default:
      return null;
  }
}
