"use client";
import { useTranslations } from "next-intl";
import { Dot } from "#components/ui/badge.tsx";
import { Status } from "#components/ui/status.tsx";
import { useFirstRequest } from "./use-first-request.ts";

/** The line that waits for a key's first request and says what became of it. */
export function FirstRequestLine({ keyId }: { keyId: string }) {
  const translate = useTranslations("keys");
  const { answer, seconds } = useFirstRequest(keyId, { refreshes: true });
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return (
    <div className="waitline">
      <div className="grow" role="status">
        {answer.state === "done" && (
          <Status kind="ok">
            <span className="text-text">
              {translate("firstDone", { status: answer.status })}
              <Dot />
              <code>{answer.model}</code>
              <Dot />
              {answer.tokens} tokens
              <Dot />
              {answer.cost}
            </span>
          </Status>
        )}
        {answer.state === "failed" && (
          <Status kind="warn">
            <span className="whitespace-normal text-text">
              {translate("firstFailed", { status: answer.status })}
              {answer.sentence && <span className="muted"> {answer.sentence}</span>}
            </span>
          </Status>
        )}
        {answer.state === "waiting" && (
          <Status kind="wait">
            <span className="whitespace-normal text-text">
              {translate("firstWaiting")} <span className="muted">{translate("firstWaitingHint")}</span>
            </span>
          </Status>
        )}
      </div>
      {answer.state !== "done" && <span className="muted tiny wide-only">{translate("waitedFor", { clock })}</span>}
    </div>
  );
}
