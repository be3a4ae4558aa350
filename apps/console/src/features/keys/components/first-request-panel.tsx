"use client";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Dot } from "#components/ui/badge.tsx";
import { LONG_SECONDS } from "./first-request-line.tsx";
import { FixLink } from "./fix-link.tsx";
import { useFirstRequest } from "./use-first-request.ts";

interface FirstRequestPanelProps {
  keyId: string;
  name: string;
  /** What may be shown of the key, and when it was made. */
  shown: string;
  made: string;
}

/** The way of a new key to its first answer, step by step; it listens. */
export function FirstRequestPanel({ keyId, name, shown, made }: FirstRequestPanelProps) {
  const translate = useTranslations("keys");
  const { answer, seconds } = useFirstRequest(keyId, { refreshes: false });
  return (
    <section className="panel" aria-labelledby="h-listen">
      <div className="panel-head">
        <h2 id="h-listen">{translate("newKey", { name })}</h2>
      </div>
      <ol className="listen" aria-live="polite">
        <Step shape="done" title={translate("madeTitle")}>
          <code>{shown}</code>
          <Dot />
          {made}
        </Step>
        {answer.state === "failed" && (
          <Step shape="failed" title={translate("firstFailed", { status: answer.status })}>
            {answer.time}
            <Dot />
            <code>{answer.model}</code>
            {answer.sentence && <span className="fix">{answer.sentence}</span>}
          </Step>
        )}
        {answer.state === "refused" && (
          <Step shape="failed" title={translate("firstRefused", { status: answer.status })}>
            {answer.time}
            {answer.asked && (
              <>
                <Dot />
                <code>{answer.asked}</code>
              </>
            )}
            <span className="fix">
              {answer.sentence} <FixLink fix={answer.fix} />
            </span>
          </Step>
        )}
        {answer.state === "done" ? (
          <Step shape="done" title={translate("firstDone", { status: answer.status })}>
            <code>{answer.model}</code>
            <Dot />
            {answer.tokens} tokens
            <Dot />
            {answer.cost}
          </Step>
        ) : (
          <Step shape="wait" title={translate("firstWaiting")}>
            {translate(seconds < LONG_SECONDS ? "firstWaitingPanel" : "nothingYet")}
          </Step>
        )}
      </ol>
    </section>
  );
}

const shapes = {
  done: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  failed: <path d="M6 .8 11.6 11H.4z" fill="currentColor" />,
};

function Step({ shape, title, children }: { shape: "done" | "failed" | "wait"; title: string; children: ReactNode }) {
  return (
    <li>
      {shape === "wait" ? (
        <span className="pulse" aria-hidden="true" />
      ) : (
        <svg viewBox="0 0 12 12" aria-hidden="true" className={shape === "done" ? "text-positive" : "text-warning"}>
          {shapes[shape]}
        </svg>
      )}
      <div>
        <b>{title}</b>
        <p>{children}</p>
      </div>
    </li>
  );
}
