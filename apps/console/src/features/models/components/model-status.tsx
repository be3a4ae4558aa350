import { useTranslations } from "next-intl";
import { Status, type StatusKind } from "#components/ui/status.tsx";
import type { ModelState } from "../model-state.ts";

const kinds = {
  ...{ normal: "ok", retiring: "warn", unpriced: "warn", unserved: "off" },
  ...{ lost: "down", paused: "paused", removed: "off" },
} as const satisfies Record<ModelState, StatusKind>;

export function ModelStatus({ state }: { state: ModelState }) {
  const translate = useTranslations("models");
  return <Status kind={kinds[state]}>{translate(state)}</Status>;
}
