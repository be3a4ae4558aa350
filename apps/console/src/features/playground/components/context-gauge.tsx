"use client";
import { useTranslations } from "next-intl";
import { Meter } from "#components/ui/meter.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import type { RequestPreview } from "../contract.ts";

/** How full the model's context is with what the next question sends, and what that costs. */
export function ContextGauge({ preview }: { preview: RequestPreview | null }) {
  const translate = useTranslations("playground");
  const format = useFormat();
  if (!preview) return null;
  const { inputTokens, contextTokens, inputNanos } = preview;
  return (
    <div className="ctx">
      <div className="row between">
        <span>{translate("context")}</span>
        <span>
          ≈ {format.tokens(inputTokens)}
          {contextTokens !== null && ` / ${format.tokens(contextTokens)}`}
        </span>
      </div>
      {contextTokens !== null && <Meter value={inputTokens} max={contextTokens} label={translate("context")} />}
      {inputNanos !== null && inputNanos !== "0" && (
        <span className="muted tiny">{translate("nextCosts", { amount: format.money(BigInt(inputNanos)) })}</span>
      )}
    </div>
  );
}
