"use client";
import type { Settings } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { TextareaField, TextField } from "#components/form/fields.tsx";
import { saveTerms } from "../actions.ts";
import { SettingForm } from "./setting-form.tsx";

/** The terms, one line each; changed words become the next version, which everybody is asked to accept. `gatewayFrom`: a day. */
export function TermsForm({
  terms,
  people,
  gatewayFrom,
}: {
  terms: Settings["terms"];
  people: number;
  gatewayFrom: string;
}) {
  const translate = useTranslations("settings");
  const rows = Math.max(4, terms.zh.length + 1);
  return (
    <SettingForm
      action={saveTerms}
      toInput={(values) => ({
        zh: String(values.zh),
        en: String(values.en),
        gatewayFrom: String(values.gatewayFrom),
      })}
      note={translate("termsNote", { version: terms.version + 1, count: people })}
    >
      <div className="grid gap-3 lg:grid-cols-2">
        <TextareaField
          name="zh"
          id="f-terms-zh"
          label={translate("termsZh")}
          hint={translate("termsHint")}
          defaultValue={terms.zh.join("\n")}
          rows={rows}
          lang="zh"
        />
        <TextareaField
          name="en"
          id="f-terms-en"
          label={translate("termsEn")}
          hint={translate("termsHint")}
          defaultValue={terms.en.join("\n")}
          rows={rows}
          lang="en"
        />
      </div>
      <TextField
        name="gatewayFrom"
        type="date"
        label={translate("gatewayFrom")}
        hint={translate("gatewayFromHint")}
        optional
        defaultValue={gatewayFrom}
      />
    </SettingForm>
  );
}
