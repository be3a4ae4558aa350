"use client";
import { useTranslations } from "next-intl";
import { Dot } from "#components/ui/badge.tsx";
import { Status } from "#components/ui/status.tsx";
import { type ChatClient, clientNames } from "../client-links.ts";
import { FixLink } from "./fix-link.tsx";
import { useFirstRequest } from "./use-first-request.ts";

/** Whoever ran the code has heard of it by then: nothing that arrived bore this key. */
export const LONG_SECONDS = 30;

/** The line that waits for a key's first request and says what became of it. */
export function FirstRequestLine({ keyId, client }: { keyId: string; client?: ChatClient | undefined }) {
  const translate = useTranslations("keys");
  const { answer, seconds } = useFirstRequest(keyId, { refreshes: true });
  const hint =
    client === undefined
      ? translate("firstWaitingHint")
      : translate("firstWaitingClient", { client: clientNames[client] });
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
        {answer.state === "refused" && (
          <Status kind="warn">
            <span className="whitespace-normal text-text">
              {translate("firstRefused", { status: answer.status })}
              {answer.asked && (
                <>
                  <Dot />
                  <code>{answer.asked}</code>
                </>
              )}{" "}
              <span className="muted">{answer.sentence}</span> <FixLink fix={answer.fix} />
            </span>
          </Status>
        )}
        {answer.state === "waiting" && (
          <Status kind="wait">
            <span className="whitespace-normal text-text">
              {translate("firstWaiting")}{" "}
              <span className="muted">{seconds < LONG_SECONDS ? hint : translate("nothingYet")}</span>
            </span>
          </Status>
        )}
      </div>
      {answer.state !== "done" && <span className="muted tiny wide-only">{translate("waitedFor", { clock })}</span>}
    </div>
  );
}
