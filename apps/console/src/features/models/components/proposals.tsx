"use client";
import type { OpenProposal } from "@lyceum/db";
import { changeText } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { useAct } from "#components/form/use-act.ts";
import { Dot } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { acceptProposal, dismissProposal } from "../actions.ts";

/** What channels refused, and the constraint under which they would not have: one click to accept or to put away. */
export function Proposals({ proposals }: { proposals: OpenProposal[] }) {
  const translate = useTranslations("models");
  if (proposals.length === 0) return null;
  return (
    <section>
      <Notice tone="warning" className="mb-2">
        {translate("proposalsNote", { count: proposals.length })}
      </Notice>
      <ul className="border-rule border-y">
        {proposals.map((proposal) => (
          <Proposal key={proposal.id} proposal={proposal} />
        ))}
      </ul>
    </section>
  );
}

function Proposal({ proposal }: { proposal: OpenProposal }) {
  const translate = useTranslations("models");
  const format = useFormat();
  const { act, pending } = useAct();
  const { id: proposalId, change, channelName, count, lastMessage, lastSeenAt } = proposal;
  const words = change.kind === "range" ? changeText(change) : translate("rejectsField", { field: change.field });
  const accept = () =>
    act(
      () => acceptProposal({ proposalId }),
      ({ inForce }) => {
        const told = translate("proposalAccepted", { change: words });
        return { message: inForce ? told : `${told} ${translate("notInForce")}` };
      },
    );
  const dismiss = () =>
    act(
      () => dismissProposal({ proposalId }),
      () => ({ message: translate("proposalDismissed", { change: words }) }),
    );
  return (
    <li className="border-line border-b py-2 last:border-b-0">
      <p className="medium">
        <code className="wrap-anywhere">{words}</code>
      </p>
      <p className="muted small">
        {channelName}
        <Dot />
        {translate("proposalCount", { count })}
        <Dot />
        {format.dateTime(lastSeenAt)}
      </p>
      {lastMessage !== "" && (
        <p className="small wrap-anywhere">
          {translate("upstreamSaid")} <code>{lastMessage}</code>
        </p>
      )}
      <div className="row mt-1.5">
        <Button size="sm" aria-disabled={pending} onClick={accept}>
          {translate("acceptProposal")}
        </Button>
        <Button size="sm" variant="ghost" aria-disabled={pending} onClick={dismiss}>
          {translate("dismissProposal")}
        </Button>
      </div>
    </li>
  );
}
