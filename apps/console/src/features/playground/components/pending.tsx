"use client";
import { Clock, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { cancelPending, sendPending } from "../actions.ts";
import { useDesk, useTalkState } from "./desk.tsx";

/** Messages that wait for the running answer; they can be taken back to be changed, or sent where the answer failed. */
export function Pending() {
  const translate = useTranslations("playground");
  const { perform, change, fill, drafts, applySent } = useDesk();
  const { talk, isRunning } = useTalkState();
  if (talk.pending.length === 0) return null;
  const drop = (id: string) => change((now) => ({ ...now, pending: now.pending.filter((each) => each.id !== id) }));
  const takeBack = async (turnId: string) => {
    const place = drafts.at(talk.id);
    const taken = await perform(cancelPending({ turnId }));
    if (!taken) return;
    drop(turnId);
    fill(taken, place);
  };
  const sendNow = async (turnId: string) => {
    const sent = await perform(sendPending({ turnId }));
    if (sent) applySent(sent);
  };
  return (
    <ul className="pending" aria-label={translate("queued")}>
      {talk.pending.map((turn) => (
        <li key={turn.id}>
          <Clock className="icon icon-sm" />
          <span className="grow">{turn.text || turn.attachments.map(({ name }) => name).join(", ")}</span>
          {!isRunning && (
            <Button size="sm" onClick={() => sendNow(turn.id)}>
              {translate("sendNow")}
            </Button>
          )}
          <Button
            {...{ variant: "ghost", size: "sm", icon: true, onClick: () => takeBack(turn.id) }}
            aria-label={translate("takeBack")}
            title={translate("takeBack")}
          >
            <X className="icon icon-sm" />
          </Button>
        </li>
      ))}
    </ul>
  );
}
