"use client";
import { importSources } from "@lyceum/domain";
import { FileUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { type DragEvent, useState } from "react";
import { CheckField, SelectField, SubmitButton, TextareaField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { buttonClass } from "#components/ui/button.tsx";
import { planImport } from "../actions.ts";
import { isTooLong } from "../list-size.ts";
import { ImportPlan, type Plan } from "./import-plan.tsx";

/** A list of channels, dropped, chosen or pasted; then what becomes of it. */
export function ImportForm() {
  const translate = useTranslations("imports");
  const [text, setText] = useState("");
  const [fileName, setFileName] = useState("");
  const [plan, setPlan] = useState<Plan | null>(null);
  const asked = (element: HTMLFormElement) => {
    const values = new FormData(element);
    const source = importSources.find((each) => each === values.get("source")) ?? ("detect" as const);
    return { text, source, allowPrivate: values.has("allowPrivate") };
  };
  // What is too long would not arrive at all, and nobody would learn why.
  const planFitting: typeof planImport = async (input) => {
    if (!isTooLong(input.text)) return planImport(input);
    const message = translate("tooLong");
    return { ok: false, code: "invalid_input", message, fieldErrors: { text: message } };
  };
  const form = useActionForm(planFitting, {
    toInput: (_, element) => asked(element),
    onSuccess: (made, element) => setPlan({ ...made, asked: asked(element), key: Date.now() }),
  });
  const read = async (file: File | undefined) => {
    if (file === undefined) return;
    if (isTooLong(file)) return setFileName(translate("fileTooLong", { name: file.name }));
    setText(await file.text());
    setFileName(file.name);
    setPlan(null);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    void read(event.dataTransfer.files[0]);
  };
  return (
    <div className="stack gap-6">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is a short way; the field beside it does the same */}
      <div onDrop={drop} onDragOver={(event) => event.preventDefault()} className="max-w-3xl">
        <Form form={form}>
          <TextareaField
            name="text"
            label={translate("list")}
            hint={translate("listHint")}
            rows={plan === null ? 10 : 4}
            className="[&_textarea]:font-mono [&_textarea]:text-[0.8125rem]"
            spellCheck={false}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setPlan(null);
            }}
          />
          <div className="grid items-start gap-3 md:grid-cols-2">
            <div className="field">
              <span className="label">{translate("file")}</span>
              <span>
                <label className={buttonClass({}, "relative cursor-pointer focus-within:shadow-(--ring)")}>
                  <FileUp className="icon" />
                  {translate("chooseFile")}
                  <input
                    type="file"
                    accept=".json,application/json"
                    className="absolute inset-0 cursor-pointer opacity-0"
                    onChange={(event) => void read(event.target.files?.[0])}
                  />
                </label>
              </span>
              <span className="hint" role="status">
                {fileName || translate("noFile")}
              </span>
            </div>
            <SelectField name="source" label={translate("source")} hint={translate("sourceHint")} defaultValue="detect">
              <option value="detect">{translate("detectSource")}</option>
              <option value="new-api">New API</option>
              <option value="one-api">One API</option>
            </SelectField>
          </div>
          <CheckField name="allowPrivate" label={translate("allowPrivate")} hint={translate("allowPrivateHint")} />
          <div>
            <SubmitButton variant={plan === null ? "primary" : undefined} pending={form.pending}>
              {translate("preview")}
            </SubmitButton>
          </div>
        </Form>
      </div>
      {plan && <ImportPlan key={plan.key} plan={plan} />}
    </div>
  );
}
