"use client";
import { type AnnouncementLevel, announcementLevels, MAX_ANNOUNCEMENT_LENGTH } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SelectField, TextareaField, TextField } from "#components/form/fields.tsx";
import { Notice } from "#components/ui/notice.tsx";

export interface Words {
  level: AnnouncementLevel;
  zh: string;
  en: string;
  /** As a field of date and time has them, in the campus's zone; "" for none. */
  from: string;
  to: string;
}

const tones = { info: "info", warning: "warning", critical: "danger" } as const;

/** Level, words in both languages, from and to; and below how it will look in each. */
export function WordFields({ words, isCourse }: { words?: Words; isCourse: boolean }) {
  const translate = useTranslations("announcements");
  const [level, setLevel] = useState<AnnouncementLevel>(words?.level ?? "info");
  const [zh, setZh] = useState(words?.zh ?? "");
  const [en, setEn] = useState(words?.en ?? "");
  const shown = { zh: zh.trim() || en.trim(), en: en.trim() || zh.trim() };
  return (
    <>
      <SelectField
        name="level"
        label={translate("level")}
        hint={translate(`levelMeans.${level}`)}
        value={level}
        onChange={(event) => setLevel(event.target.value as AnnouncementLevel)}
      >
        {announcementLevels.map((each) => (
          <option key={each} value={each}>
            {translate(`levels.${each}`)}
          </option>
        ))}
      </SelectField>
      <TextareaField
        name="zh"
        label={translate("zh")}
        lang="zh"
        rows={2}
        maxLength={MAX_ANNOUNCEMENT_LENGTH}
        value={zh}
        onChange={(event) => setZh(event.target.value)}
      />
      <TextareaField
        name="en"
        label={translate("en")}
        hint={translate("oneLanguage")}
        lang="en"
        rows={2}
        maxLength={MAX_ANNOUNCEMENT_LENGTH}
        value={en}
        onChange={(event) => setEn(event.target.value)}
      />
      <div className="grid gap-3 md:grid-cols-2">
        <TextField
          name="from"
          type="datetime-local"
          label={translate("from")}
          hint={translate("fromHint")}
          optional
          defaultValue={words?.from}
        />
        <TextField
          name="to"
          type="datetime-local"
          label={translate("endsAt")}
          hint={translate(isCourse ? "toCourseHint" : "toHint")}
          optional
          defaultValue={words?.to}
        />
      </div>
      {shown.zh !== "" && (
        <fieldset className="stack gap-2">
          <legend className="label mb-2">{translate("preview")}</legend>
          {(["zh", "en"] as const).map((language) => (
            <Notice key={language} tone={tones[level]}>
              <p className="announced" lang={language}>
                {shown[language]}
              </p>
            </Notice>
          ))}
        </fieldset>
      )}
    </>
  );
}
