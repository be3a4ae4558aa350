import { useTranslations } from "next-intl";
import { Meter } from "#components/ui/meter.tsx";
import type { Gauge } from "../gauges.ts";

/** Used and limit in words with a bar each; one that is full says so. */
export function GaugeList({ gauges }: { gauges: readonly Gauge[] }) {
  const translate = useTranslations("limits");
  return (
    <ul className="gauges">
      {gauges.map(({ kind, used, limit, words, anew }) => (
        <li key={kind}>
          <span className="row between">
            <span title={anew ?? undefined}>{words}</span>
            {used >= limit && <span className="gauge-full">{translate("full")}</span>}
          </span>
          <Meter value={used} max={limit} label={words} />
        </li>
      ))}
    </ul>
  );
}
