import type { UsageReceipt } from "@lyceum/db";
import { AppError, type ErrorCode, errorTable, formatRequestId } from "@lyceum/domain";
import { getLocale, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Dot } from "#components/ui/badge.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/sheet.tsx";
import { SheetSteps } from "#components/ui/sheet-steps.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { sourceText } from "../source.ts";
import { Outcome } from "./outcome.tsx";
import { ReceiptCalculation } from "./receipt-calculation.tsx";

interface ReceiptSheetProps {
  receipt: UsageReceipt;
  groupName: string;
  closeHref: string;
  previous: string | null;
  next: string | null;
}

/** One request opened until it adds up; channel and upstream are staff's matter and stay out. */
export async function ReceiptSheet({ receipt, groupName, closeHref, previous, next }: ReceiptSheetProps) {
  const [translate, format, locale] = await Promise.all([getTranslations("usage"), getFormat(), getLocale()]);
  const id = formatRequestId(receipt.id);
  const code = receipt.errorCode;
  const sentence =
    code !== null && Object.hasOwn(errorTable, code)
      ? new AppError(code as ErrorCode, { parameters: { model: receipt.model } }).sentence(locale)
      : null;
  const money = (nanos: bigint) => (nanos === 0n ? "0" : format.fixed(nanos, 7));
  return (
    <Sheet
      title={translate("receipt")}
      facts={
        <>
          <span title={format.exact(receipt.admittedAt)}>{format.dateTime(receipt.admittedAt)}</span>
          <Dot />
          <Outcome outcome={receipt.outcome} />
        </>
      }
      closeHref={closeHref}
      foot={
        <>
          <CopyButton text={id} label={translate("copyId")} variant={undefined} />
          <span className="grow" />
          <SheetSteps
            previous={previous}
            next={next}
            closeHref={closeHref}
            words={{ previous: translate("previous"), next: translate("next") }}
          />
        </>
      }
    >
      {(sentence || code) && (
        <Notice tone="warning" className="mb-3">
          {sentence ?? code}
        </Notice>
      )}
      <ReceiptCalculation receipt={receipt} groupName={groupName} format={format} />

      {(receipt.entries.length > 0 || receipt.reservedNanos > 0n) && <h3>{translate("whereFrom")}</h3>}
      <dl className="kv">
        {receipt.entries.map((entry) => (
          <Pair key={entry.id} name={translate("entryAt", { time: format.dateTime(entry.createdAt) })}>
            {money(entry.amountNanos)}
          </Pair>
        ))}
        {receipt.reservedNanos > 0n && (
          <Pair name={translate("reservedReleased")}>
            {receipt.reservedNanos >= receipt.chargeNanos
              ? translate("released", {
                  reserved: money(receipt.reservedNanos),
                  charge: money(receipt.chargeNanos),
                  rest: money(receipt.reservedNanos - receipt.chargeNanos),
                })
              : money(receipt.reservedNanos)}
          </Pair>
        )}
      </dl>

      <h3>{translate("times")}</h3>
      <Phases receipt={receipt} queue={translate("queue")} answer={translate("answer")} duration={format.duration} />

      <h3>{translate("path")}</h3>
      <dl className="kv">
        <Pair name={translate("requestedModel")}>
          <code>{receipt.requestedModel}</code>
        </Pair>
        {receipt.model !== receipt.requestedModel && (
          <Pair name={translate("answeredBy")}>
            <code>{receipt.model}</code>
          </Pair>
        )}
        <Pair name={translate("kind")}>
          {translate(receipt.isStream ? "streamed" : "whole")}
          <Dot />
          HTTP {receipt.httpStatus}
        </Pair>
        <Pair name={translate("attempts")}>{translate("times_n", { count: receipt.attempts })}</Pair>
        <Pair name={translate("key")}>{sourceText(receipt, translate)}</Pair>
        <Pair name={translate("client")}>{receipt.client || "—"}</Pair>
        <Pair name={translate("usageSource")}>{translate(receipt.isEstimated ? "estimated" : "reported")}</Pair>
        <Pair name={translate("requestId")}>
          <code className="break-all">{id}</code>
        </Pair>
      </dl>
    </Sheet>
  );
}

function Pair({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

interface PhasesProps {
  receipt: UsageReceipt;
  queue: string;
  answer: string;
  duration: (ms: number) => string;
}

/** The time until the first token and after it, as one bar. */
function Phases({ receipt, queue, answer, duration }: PhasesProps) {
  const { queueMs, ttftMs, totalMs } = receipt;
  const first = ttftMs === null ? totalMs : Math.min(ttftMs, totalMs);
  const rest = totalMs - first;
  const words = [`${ttftMs === null ? queue : "TTFT"} ${duration(first)}`, `${answer} ${duration(rest)}`];
  const share = totalMs > 0 ? (first / totalMs) * 100 : 0;
  const output = receipt.outputTokens;
  const speed =
    rest > 0 && output > 1 && receipt.isStream ? ` · ${Math.round((output - 1) / (rest / 1000))} tok/s` : "";
  return (
    <div className="phases">
      <div className="bar" role="img" aria-label={words.join(", ")}>
        <i style={{ width: `${share}%`, background: "var(--color-control)" }} />
        {rest > 0 && <i className="s1 grow" />}
      </div>
      <div className="lab">
        <span title={`${queue} ${duration(queueMs)}`}>{words[0]}</span>
        {rest > 0 && (
          <span>
            {words[1]}
            {speed}
          </span>
        )}
      </div>
    </div>
  );
}
