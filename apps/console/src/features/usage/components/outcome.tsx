import type { UsageOutcome } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { Status, type StatusKind } from "#components/ui/status.tsx";

const kinds: Record<UsageOutcome, StatusKind> = {
  finished: "ok",
  failed: "down",
  cut: "warn",
  "client-gone": "off",
  killed: "warn",
};

/** How a request ended, as shape and word. */
export function Outcome({ outcome }: { outcome: UsageOutcome }) {
  const translate = useTranslations("usage");
  return <Status kind={kinds[outcome]}>{translate(`outcome_${outcome}`)}</Status>;
}
