"use client";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import type { GaugeSet } from "../gauges.ts";
import { GaugeList } from "./gauge-list.tsx";

const ASK_EVERY_MS = 5_000;

const GaugesContext = createContext<readonly GaugeSet[]>([]);

/** Keeps the reader's own gauges up to date while the page is seen. `initial` is what the page was drawn with. */
export function LiveGauges({ initial, children }: { initial: GaugeSet[]; children: ReactNode }) {
  const [fresh, setFresh] = useState<{ drawnWith: GaugeSet[]; sets: GaugeSet[] } | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const abort = new AbortController();
    const ask = async () => {
      const sets = document.hidden ? null : await askOnce(abort.signal);
      if (abort.signal.aborted) return;
      if (sets) setFresh({ drawnWith: initial, sets });
      timer = setTimeout(ask, ASK_EVERY_MS);
    };
    timer = setTimeout(ask, ASK_EVERY_MS);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [initial]);
  // A page that was drawn anew knows better than an answer from before.
  const sets = fresh?.drawnWith === initial ? fresh.sets : initial;
  return <GaugesContext value={sets}>{children}</GaugesContext>;
}

/** Null where the server could not be reached or refused: the next time may go better. */
async function askOnce(signal: AbortSignal): Promise<GaugeSet[] | null> {
  try {
    const response = await fetch("/keys/gauges", { signal, redirect: "error" });
    return response.ok ? ((await response.json()) as GaugeSet[]) : null;
  } catch (error) {
    if (!signal.aborted) console.warn("reading the gauges", error);
    return null;
  }
}

/** The gauges of one key but for its cap, which the page shows in any case; nothing where it has no other limit. */
export function KeyGauges({ keyId }: { keyId: string }) {
  const set = useContext(GaugesContext).find((each) => each.scope === "key" && each.holderId === keyId);
  const gauges = set?.gauges.filter((gauge) => gauge.kind !== "spent") ?? [];
  return gauges.length === 0 ? null : <GaugeList gauges={gauges} />;
}

/** What limits the reader whichever key is used; nothing where nothing does. */
export function OwnGauges() {
  const translate = useTranslations("limits");
  const sets = useContext(GaugesContext).filter((each) => each.scope !== "key");
  if (sets.length === 0) return null;
  return (
    <section className="section">
      <div className="section-head">
        <h2>{translate("own")}</h2>
        <p>{translate("live")}</p>
      </div>
      <div className="gauge-sets">
        {sets.map((set) => (
          <div key={`${set.scope}-${set.holderId}`} className="stack">
            <h3>{set.scope === "user" ? translate("user") : translate("member", { group: set.holderName })}</h3>
            <GaugeList gauges={set.gauges} />
          </div>
        ))}
      </div>
    </section>
  );
}
