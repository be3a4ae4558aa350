import { useTranslations } from "next-intl";

/** Probes in a row, oldest first: a tick or a cross each, and the sum in words. */
export function ProbeStrip({ probes }: { probes: readonly { at: Date; passed: boolean }[] }) {
  const translate = useTranslations("health");
  if (probes.length === 0) return <p className="muted small">{translate("noProbes")}</p>;
  const passed = probes.filter((probe) => probe.passed).length;
  return (
    <div className="strip" role="img" aria-label={translate("probesPassed", { count: probes.length, passed })}>
      {probes.toReversed().map((probe) => (
        <i
          key={probe.at.toISOString()}
          className={probe.passed ? undefined : "x"}
          title={translate(probe.passed ? "probePassed" : "probeFailed")}
        />
      ))}
    </div>
  );
}
