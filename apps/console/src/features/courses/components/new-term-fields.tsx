"use client";
import { useTranslations } from "next-intl";
import { TextField } from "#components/form/fields.tsx";

/** What a new course needs to be told. `prefix` keeps its ids apart from another form's on the page. */
export function NewTermFields({ prefix, name }: { prefix: string; name?: string }) {
  const translate = useTranslations("courses");
  const id = (field: string) => `f-${prefix}-${field}`;
  return (
    <>
      <TextField
        name="code"
        id={id("code")}
        label={translate("code")}
        hint={translate("codeHint")}
        maxLength={32}
        spellCheck={false}
      />
      <TextField name="name" id={id("name")} label={translate("courseName")} maxLength={100} defaultValue={name} />
      <TextField name="firstDay" id={id("firstDay")} label={translate("firstDay")} type="date" optional />
      <TextField
        name="lastDay"
        id={id("lastDay")}
        label={translate("lastDay")}
        type="date"
        hint={translate("lastDayHint")}
      />
    </>
  );
}
