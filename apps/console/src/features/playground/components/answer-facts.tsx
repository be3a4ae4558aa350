"use client";
import { useTranslations } from "next-intl";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import type { AnswerFacts as Facts } from "../contract.ts";

/** The numbers of an answer: tokens, money, TTFT, speed; the rest behind "details". */
export function AnswerFacts({ facts }: { facts: Facts }) {
  const translate = useTranslations("playground");
  const format = useFormat();
  const about = facts.isEstimated ? "≈ " : "";
  const answerTokens = facts.outputTokens === null ? null : facts.outputTokens - (facts.thinkingTokens ?? 0);
  return (
    <>
      {facts.inputTokens !== null && (
        <span>
          {translate("input")} {about}
          {format.count(facts.inputTokens)}
          {facts.thinkingTokens ? (
            <>
              <span className="sep">·</span>
              {translate("thought")} {format.count(facts.thinkingTokens)}
            </>
          ) : null}
          {answerTokens !== null && (
            <>
              <span className="sep">·</span>
              {translate("output")} {about}
              {format.count(answerTokens)}
            </>
          )}
        </span>
      )}
      {facts.chargeNanos !== null && (
        <span title={format.moneyExact(BigInt(facts.chargeNanos))}>
          {about}
          {format.money(BigInt(facts.chargeNanos))}
        </span>
      )}
      {facts.ttftMs !== null && <span>TTFT {format.duration(facts.ttftMs)}</span>}
      {facts.tokensPerSecond !== null && <span>{format.speed(facts.tokensPerSecond)}</span>}
      {facts.requestId !== null && (
        <span className="request-id">
          <CopyButton text={facts.requestId} compact label={translate("copyRequestId", { id: facts.requestId })} />
          <code>{facts.requestId.slice(-8)}</code>
        </span>
      )}
    </>
  );
}

/** What was not sent, or changed to fit the model. */
export function Adjustments({ facts }: { facts: Facts }) {
  const translate = useTranslations("playground");
  const words = (entry: string) => (entry === "images" ? translate("images") : entry);
  const servedElsewhere = facts.servedModel !== null && facts.servedModel !== facts.model;
  if (facts.dropped.length === 0 && facts.clamped.length === 0 && !servedElsewhere) return null;
  return (
    <p className="tiny muted">
      {servedElsewhere && translate("servedBy", { asked: facts.model, served: facts.servedModel ?? "" })}{" "}
      {facts.dropped.length > 0 && translate("notSent", { names: facts.dropped.map(words).join(", ") })}{" "}
      {facts.clamped.length > 0 && translate("clamped", { names: facts.clamped.join(", ") })}
    </p>
  );
}
