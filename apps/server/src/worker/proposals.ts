import { type ObservedProposal, recordProposals } from "@lyceum/db/observed-proposals";
import type { DatabasePool } from "@lyceum/db/pool";
import { changeText } from "@lyceum/domain";
import type { Log, Proposal } from "@lyceum/gateway";

/** However often upstreams refuse, the database hears of it so often. */
const WRITE_EVERY_MS = 2_000;
/** Different ones between two writes; what is more is left for the next refusal of its kind. */
const MOST_WAITING = 100;

export type Proposals = {
  note(proposal: Proposal): void;
  /** Writes what is left. */
  stop(): Promise<void>;
};

/** Gathers what refusals suggest and writes it down now and then, off the path of requests. Trouble is logged, and tried again. */
export function startProposals(pool: DatabasePool, log: Log): Proposals {
  let waiting = new Map<string, ObservedProposal>();
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  function note(proposal: Proposal): void {
    add(waiting, { ...proposal, count: 1 });
    timer ??= setTimeout(write, WRITE_EVERY_MS).unref();
  }

  function write(): void {
    timer = null;
    const taken = waiting;
    waiting = new Map();
    writing = writing
      .then(() => recordProposals(pool, [...taken.values()]))
      .catch((error: unknown) => {
        log("warn", "what upstreams' refusals suggest was not written down", { error });
        for (const proposal of taken.values()) add(waiting, proposal);
      });
  }

  return {
    note,
    async stop() {
      if (timer !== null) clearTimeout(timer);
      if (waiting.size > 0) write();
      await writing;
    },
  };
}

function add(waiting: Map<string, ObservedProposal>, proposal: ObservedProposal): void {
  const key = [proposal.modelId, proposal.channelId, changeText(proposal.change)].join(" ");
  const known = waiting.get(key);
  if (known === undefined && waiting.size >= MOST_WAITING) return;
  waiting.set(key, { ...proposal, count: proposal.count + (known?.count ?? 0) });
}
