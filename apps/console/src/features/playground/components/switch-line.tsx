"use client";
import { ArrowLeftRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import type { RequestPreview } from "../contract.ts";
import { lastAnswer } from "../conversation-state.ts";
import { useDesk, useTalkState } from "./desk.tsx";

/** After a change of model: what goes along to the new one, what it costs, and what it can't take. */
export function SwitchLine({ preview }: { preview: RequestPreview | null }) {
  const translate = useTranslations("playground");
  const format = useFormat();
  const { chosen, choose, models } = useDesk();
  const { talk } = useTalkState();
  const [model] = chosen;
  const before = lastAnswer(talk)?.answer?.model ?? null;
  const isSwitched = before !== null && chosen.length === 1 && model !== before;
  const dropped = preview?.droppedImages ?? 0;
  if (!preview || !model || (!isSwitched && dropped === 0)) return null;
  const seeing = dropped > 0 ? models.find((each) => each.hasVision && each.state === "available") : undefined;
  const messages = Math.max(0, preview.messages - 1);
  return (
    <div className="switch" role="status">
      <ArrowLeftRight className="icon icon-sm" />
      {isSwitched && <span>{translate.rich("switched", { model, b: (words) => <b>{words}</b> })}</span>}
      {isSwitched && (
        <span>
          {translate("goesAlong", { messages, tokens: format.count(preview.inputTokens) })}
          {preview.inputNanos !== null && `, ≈ ${format.money(BigInt(preview.inputNanos))}`}
        </span>
      )}
      {dropped > 0 && <span>{translate("imagesNotSent", { count: dropped })}</span>}
      {seeing && (
        <Button size="sm" onClick={() => choose([seeing.name])}>
          {translate("switchForImages", { name: seeing.name })}
        </Button>
      )}
    </div>
  );
}
