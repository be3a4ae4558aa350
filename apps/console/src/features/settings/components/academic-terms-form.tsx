"use client";
import type { AcademicTerm } from "@lyceum/domain";
import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { TextField } from "#components/form/fields.tsx";
import type { FormValues } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { saveAcademicTerms } from "../actions.ts";
import { SettingForm } from "./setting-form.tsx";

interface Row {
  id: number;
  term: AcademicTerm | null;
}

/** The terms of the campus, one row each; caps by term and keys that end with one go by them. */
export function AcademicTermsForm({ terms }: { terms: readonly AcademicTerm[] }) {
  const translate = useTranslations("settings");
  const [rows, setRows] = useState<Row[]>(() => terms.map((term, id) => ({ id, term })));
  const add = () => setRows([...rows, { id: Math.max(-1, ...rows.map((row) => row.id)) + 1, term: null }]);
  return (
    <SettingForm
      action={saveAcademicTerms}
      toInput={(values) => ({ terms: rows.map((_, i) => termOf(values, i)) })}
      note={translate("academicTermsNote")}
    >
      {rows.length === 0 && <p className="muted small">{translate("termsNone")}</p>}
      {rows.map(({ id, term }, i) => (
        <fieldset key={id} className="term-row">
          <TextField
            name={`terms.${i}.startsOn`}
            type="date"
            label={translate("termStartsOn")}
            defaultValue={term?.startsOn}
          />
          <TextField
            name={`terms.${i}.endsOn`}
            type="date"
            label={translate("termEndsOn")}
            defaultValue={term?.endsOn}
          />
          <TextField
            name={`terms.${i}.zh`}
            label={translate("academicTermNameZh")}
            optional
            maxLength={200}
            lang="zh"
            defaultValue={term?.name?.zh}
          />
          <TextField
            name={`terms.${i}.en`}
            label={translate("academicTermNameEn")}
            optional
            maxLength={200}
            lang="en"
            defaultValue={term?.name?.en}
          />
          <Button
            size="sm"
            aria-label={translate("termRemove", { number: i + 1 })}
            onClick={() => setRows(rows.filter((row) => row.id !== id))}
          >
            {translate("termRemoveShort")}
          </Button>
        </fieldset>
      ))}
      <div>
        <Button size="sm" onClick={add}>
          <Plus className="icon" />
          {translate("termAdd")}
        </Button>
      </div>
    </SettingForm>
  );
}

function termOf(values: FormValues, i: number) {
  const typed = (field: string) => String(values[`terms.${i}.${field}`] ?? "");
  return { startsOn: typed("startsOn"), endsOn: typed("endsOn"), zh: typed("zh"), en: typed("en") };
}
