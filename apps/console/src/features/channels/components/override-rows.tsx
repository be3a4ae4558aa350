"use client";
import { Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import type { BodyField, HeaderField, OverrideFields } from "../override-fields.ts";

interface Props {
  fields: OverrideFields;
  onChange: (fields: OverrideFields) => void;
  /** By dotted path: `overrides.headers.0.name`. */
  errors: Record<string, string>;
}

const grid =
  "grid grid-cols-[minmax(0,1fr)_auto] items-center gap-1.5 border-line border-b pb-2 md:grid-cols-[minmax(0,5fr)_minmax(0,5fr)_8rem_auto] md:border-b-0 md:pb-0";
const nextKey = (rows: readonly { key: number }[]) => Math.max(-1, ...rows.map(({ key }) => key)) + 1;

/** Headers and fields of the body, a row each. */
export function OverrideRows({ fields, onChange, errors }: Props) {
  const translate = useTranslations("channels");
  const { headers, body } = fields;
  const setHeaders = (next: HeaderField[]) => onChange({ ...fields, headers: next });
  const setBody = (next: BodyField[]) => onChange({ ...fields, body: next });
  const header = (row: HeaderField, change: Partial<HeaderField>) =>
    setHeaders(headers.map((each) => (each.key === row.key ? { ...each, ...change } : each)));
  const field = (row: BodyField, change: Partial<BodyField>) =>
    setBody(body.map((each) => (each.key === row.key ? { ...each, ...change } : each)));
  const wrong = (part: "headers" | "body") =>
    Object.entries(errors).find(([path]) => path.startsWith(`overrides.${part}`)) !== undefined;
  return (
    <>
      <fieldset className="field m-0 min-w-0 border-0 p-0">
        <legend className="label mb-1.5 p-0">{translate("headers")}</legend>
        <div className="grid gap-2">
          {headers.map((row, at) => (
            <div key={row.key} className={grid}>
              <Input
                label={translate("headerName", { number: at + 1 })}
                placeholder="X-Team"
                value={row.name}
                onChange={(name) => header(row, { name })}
              />
              <Input
                label={translate("headerValue", { number: at + 1 })}
                value={row.isRemoved ? "" : row.value}
                disabled={row.isRemoved}
                onChange={(value) => header(row, { value })}
              />
              <select
                className="input h-(--height-control) w-full"
                aria-label={translate("overrideMode", { number: at + 1 })}
                value={row.isRemoved ? "remove" : "force"}
                onChange={(event) => header(row, { isRemoved: event.target.value === "remove" })}
              >
                <option value="force">{translate("mode_force")}</option>
                <option value="remove">{translate("mode_remove")}</option>
              </select>
              <Remove
                label={translate("removeRow", { number: at + 1 })}
                onClick={() => setHeaders(headers.filter((each) => each.key !== row.key))}
              />
            </div>
          ))}
          <p className={wrong("headers") ? "error" : "hint"}>
            {translate(wrong("headers") ? "headersWrong" : "headersHint")}
          </p>
          <div>
            <Button
              size="sm"
              onClick={() => setHeaders([...headers, { key: nextKey(headers), name: "", value: "", isRemoved: false }])}
            >
              <Plus className="icon icon-sm" />
              {translate("addHeader")}
            </Button>
          </div>
        </div>
      </fieldset>
      <fieldset className="field m-0 min-w-0 border-0 p-0">
        <legend className="label mb-1.5 p-0">{translate("bodyFields")}</legend>
        <div className="grid gap-2">
          {body.map((row, at) => (
            <div key={row.key} className={grid}>
              <Input
                label={translate("fieldPath", { number: at + 1 })}
                placeholder="chat_template_kwargs.enable_thinking"
                value={row.path}
                onChange={(path) => field(row, { path })}
              />
              <Input
                label={translate("fieldValue", { number: at + 1 })}
                placeholder="false"
                value={row.mode === "remove" ? "" : row.value}
                disabled={row.mode === "remove"}
                onChange={(value) => field(row, { value })}
              />
              <select
                className="input h-(--height-control) w-full"
                aria-label={translate("overrideMode", { number: at + 1 })}
                value={row.mode}
                onChange={(event) => field(row, { mode: event.target.value as BodyField["mode"] })}
              >
                {(["force", "fill", "remove"] as const).map((mode) => (
                  <option key={mode} value={mode}>
                    {translate(`mode_${mode}`)}
                  </option>
                ))}
              </select>
              <Remove
                label={translate("removeRow", { number: at + 1 })}
                onClick={() => setBody(body.filter((each) => each.key !== row.key))}
              />
            </div>
          ))}
          <p className={wrong("body") ? "error" : "hint"}>{translate(wrong("body") ? "fieldsWrong" : "fieldsHint")}</p>
          <div>
            <Button
              size="sm"
              onClick={() => setBody([...body, { key: nextKey(body), path: "", value: "", mode: "force" }])}
            >
              <Plus className="icon icon-sm" />
              {translate("addField")}
            </Button>
          </div>
        </div>
      </fieldset>
    </>
  );
}

function Input({
  label,
  onChange,
  ...rest
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  disabled?: boolean;
}) {
  return (
    <span className="input col-span-2 md:col-span-1">
      <input
        {...rest}
        aria-label={label}
        className="font-mono"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
      />
    </span>
  );
}

function Remove({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button variant="ghost" size="sm" icon aria-label={label} title={label} onClick={onClick}>
      <X className="icon" />
    </Button>
  );
}
