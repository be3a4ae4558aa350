"use client";
import type { KeyRisk, KeyRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { Status } from "#components/ui/status.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { disableKey, enableKey, setKeyExpiry } from "../actions.ts";
import { useKeyDesk } from "./key-desk.tsx";

/** Keys that deserve a look, each with the one act that settles it. */
export function RiskyKeys({ risks, rows }: { risks: readonly KeyRisk[]; rows: readonly KeyRow[] }) {
  const translate = useTranslations("keys");
  return (
    <section className="panel risks" aria-labelledby="h-risks">
      <div className="panel-head">
        <h2 id="h-risks">{translate("risksTitle", { count: risks.length })}</h2>
      </div>
      <ul>
        {risks.map((risk) => (
          <li key={risk.keyId}>
            <Status kind={risk.kind === "leaked" ? "down" : "warn"}>{translate(`risk_${risk.kind}`)}</Status>
            <div className="grow">
              <b>{risk.name}</b>
              <p className="muted small">{translate(`riskWhy_${risk.kind}`, { count: risk.count })}</p>
            </div>
            <Fix risk={risk} formerEndsAt={rows.find(({ id }) => id === risk.keyId)?.formerEndsAt ?? null} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Fix({ risk: { keyId, name, kind }, formerEndsAt }: { risk: KeyRisk; formerEndsAt: Date | null }) {
  const translate = useTranslations("keys");
  const format = useFormat();
  const begin = useKeyDesk();
  const { act, pending } = useAct();
  const enable = () =>
    act(
      () => enableKey({ keyId }),
      () => ({ message: translate("enabled", { name }) }),
    );
  const disable = () =>
    act(
      () => disableKey({ keyId }),
      () => ({ message: translate("disabled", { name }), undo: enable }),
    );
  const endless = () =>
    act(
      () => setKeyExpiry({ keyId, expiry: "none" }),
      () => ({ message: translate("saved", { name }) }),
    );
  const end = () =>
    act(
      () => setKeyExpiry({ keyId, expiry: "term" }),
      ({ expiresAt }) => {
        const day = expiresAt === null ? "" : format.date(new Date(expiresAt.getTime() - 1));
        return { message: translate("endsNow", { name, day }), undo: endless };
      },
    );
  const label = (verb: string) => ({ "aria-label": `${verb} ${name}`, size: "sm" as const, disabled: pending });
  if (kind === "leaked" || kind === "many-networks") {
    const verb = translate("roll");
    const isLeaked = kind === "leaked";
    return (
      <Button
        {...label(verb)}
        onClick={() => begin({ kind: "roll", key: { id: keyId, name, isLeaked, formerEndsAt } })}
      >
        {verb}
      </Button>
    );
  }
  const verb = translate(kind === "idle" ? "disable" : "endWithTerm");
  return (
    <Button {...label(verb)} onClick={kind === "idle" ? disable : end}>
      {verb}
    </Button>
  );
}
