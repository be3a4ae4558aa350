"use client";
import { Plus, Radar, X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ClipboardEvent } from "react";
import { TextField } from "#components/form/fields.tsx";
import { useFieldError } from "#components/form/form.tsx";
import { Button } from "#components/ui/button.tsx";
import { parseModelRows, suggestPublicName } from "../model-rows.ts";
import { FoundModels } from "./found-models.tsx";
import type { EditedRow, ModelRowsState } from "./use-model-rows.ts";

/** Rows of `public = upstream`; "detect" fills them from the upstream's own list. A pasted list becomes rows. */
export function ModelRowsField({
  state,
  found,
  detecting,
  onDetect,
}: {
  state: ModelRowsState;
  found: string[] | null;
  detecting: boolean;
  onDetect: (form: HTMLFormElement) => void;
}) {
  const translate = useTranslations("channels");
  const error = useFieldError("models");
  const paste = (event: ClipboardEvent<HTMLInputElement>, row: EditedRow) => {
    const text = event.clipboardData.getData("text");
    if (!/[=\n,;，；]/.test(text.trim())) return;
    event.preventDefault();
    state.replace(row, parseModelRows(text));
  };
  return (
    <fieldset className="field m-0 min-w-0 border-0 p-0">
      <legend className="label mb-1.5 w-full p-0">{translate("models")}</legend>
      <div className="grid gap-2">
        {state.rows.map((row, index) => (
          <div
            key={row.key}
            className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-1.5 md:grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)_auto]"
          >
            <TextField
              name={`${state.pathOf(row)}.name`}
              label={<span className="sr">{translate("publicNameOf", { number: index + 1 })}</span>}
              placeholder={suggestPublicName(row.upstreamModel) || translate("publicName")}
              className="-mt-1 gap-1 [&_input]:font-mono"
              spellCheck={false}
              autoCapitalize="off"
              value={row.name}
              onChange={(event) => state.change(row, { name: event.target.value })}
              onPaste={(event) => paste(event, row)}
            />
            <span className="muted wide-only pt-2" aria-hidden="true">
              =
            </span>
            <TextField
              name={`${state.pathOf(row)}.upstreamModel`}
              label={<span className="sr">{translate("upstreamNameOf", { number: index + 1 })}</span>}
              placeholder={row.name.trim() || translate("upstreamName")}
              className="order-last -mt-1 gap-1 md:order-none [&_input]:font-mono"
              lead={
                <span className="muted narrow-only" aria-hidden="true">
                  =
                </span>
              }
              spellCheck={false}
              autoCapitalize="off"
              value={row.upstreamModel}
              onChange={(event) => state.change(row, { upstreamModel: event.target.value })}
            />
            <Button
              variant="ghost"
              size="sm"
              icon
              className="mt-1"
              aria-label={translate("removeRow", { number: index + 1 })}
              title={translate("removeRow", { number: index + 1 })}
              onClick={() => state.remove(row)}
            >
              <X className="icon" />
            </Button>
          </div>
        ))}
        <p className={error ? "error" : "hint"}>{error ?? translate("modelsHint")}</p>
        <div className="row wrap">
          <Button size="sm" onClick={() => state.add()}>
            <Plus className="icon icon-sm" />
            {translate("addRow")}
          </Button>
          <Button
            size="sm"
            aria-disabled={detecting}
            aria-busy={detecting}
            onClick={(event) => event.currentTarget.form && onDetect(event.currentTarget.form)}
          >
            <Radar className="icon icon-sm" />
            {translate("detect")}
          </Button>
        </div>
        {found && <FoundModels found={found} state={state} />}
      </div>
    </fieldset>
  );
}
