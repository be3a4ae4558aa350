"use client";
import type { Settings } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { CheckField, SelectField, TextField } from "#components/form/fields.tsx";
import {
  saveListWatch,
  saveLocale,
  saveRegistration,
  saveRequests,
  saveResponses,
  saveRetention,
  saveSite,
} from "../actions.ts";
import { SettingForm } from "./setting-form.tsx";

const BYTES_PER_MIB = 1024 * 1024;

export function SiteForm({ settings }: { settings: Pick<Settings, "siteName" | "contact" | "siteUrl" | "lobeUrl"> }) {
  const translate = useTranslations("settings");
  return (
    <SettingForm
      action={saveSite}
      toInput={(values) => ({
        zh: String(values.zh),
        en: String(values.en),
        contact: String(values.contact),
        siteUrl: String(values.siteUrl),
        lobeUrl: String(values.lobeUrl),
      })}
    >
      <div className="grid gap-3 md:grid-cols-2">
        <TextField
          name="zh"
          id="f-site-zh"
          label={translate("siteNameZh")}
          defaultValue={settings.siteName.zh}
          lang="zh"
        />
        <TextField
          name="en"
          id="f-site-en"
          label={translate("siteNameEn")}
          defaultValue={settings.siteName.en}
          lang="en"
        />
      </div>
      <TextField
        name="contact"
        label={translate("contact")}
        hint={translate("contactHint")}
        optional
        defaultValue={settings.contact}
      />
      <TextField
        name="siteUrl"
        type="url"
        label={translate("siteUrl")}
        hint={translate("siteUrlHint")}
        optional
        placeholder="https://llm.example.edu"
        spellCheck={false}
        defaultValue={settings.siteUrl}
      />
      <TextField
        name="lobeUrl"
        type="url"
        label={translate("lobeUrl")}
        hint={translate("lobeUrlHint")}
        optional
        placeholder="https://chat.example.edu"
        spellCheck={false}
        defaultValue={settings.lobeUrl}
      />
    </SettingForm>
  );
}

export function RegistrationForm({ settings }: { settings: Pick<Settings, "registration"> }) {
  const translate = useTranslations("settings");
  return (
    <SettingForm
      action={saveRegistration}
      toInput={(values) => ({
        registration: values.registration === "closed" ? ("closed" as const) : ("open" as const),
      })}
    >
      <SelectField
        name="registration"
        label={translate("registration")}
        hint={translate("registrationHint")}
        defaultValue={settings.registration}
      >
        <option value="open">{translate("open")}</option>
        <option value="closed">{translate("closed")}</option>
      </SelectField>
    </SettingForm>
  );
}

export function LocaleForm({
  settings,
  zones,
}: {
  settings: Pick<Settings, "currency" | "timeZone">;
  zones: string[];
}) {
  const translate = useTranslations("settings");
  return (
    <SettingForm
      action={saveLocale}
      toInput={(values) => ({ currency: String(values.currency), timeZone: String(values.timeZone) })}
      note={translate("localeNote")}
    >
      <div className="grid gap-3 md:grid-cols-2">
        <TextField
          name="currency"
          label={translate("currency")}
          hint={translate("currencyHint")}
          defaultValue={settings.currency}
          maxLength={3}
          spellCheck={false}
        />
        <TextField
          name="timeZone"
          label={translate("timeZone")}
          hint={translate("timeZoneHint")}
          defaultValue={settings.timeZone}
          list="time-zones"
          spellCheck={false}
        />
      </div>
      <datalist id="time-zones">
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </SettingForm>
  );
}

export function RequestsForm({
  settings,
}: {
  settings: Pick<Settings, "usualOutputTokens" | "maxBodyBytes" | "allowUnpriced">;
}) {
  const translate = useTranslations("settings");
  return (
    <SettingForm
      action={saveRequests}
      toInput={(values) => ({
        usualOutputTokens: String(values.usualOutputTokens),
        maxBodyMib: String(values.maxBodyMib),
        allowUnpriced: values.allowUnpriced === "on",
      })}
    >
      <div className="grid gap-3 md:grid-cols-2">
        <TextField
          name="usualOutputTokens"
          label={translate("usualOutputTokens")}
          hint={translate("usualOutputTokensHint")}
          defaultValue={settings.usualOutputTokens}
          inputMode="numeric"
          unit="tokens"
        />
        <TextField
          name="maxBodyMib"
          label={translate("maxBody")}
          hint={translate("maxBodyHint")}
          defaultValue={Math.round(settings.maxBodyBytes / BYTES_PER_MIB)}
          inputMode="numeric"
          unit="MiB"
        />
      </div>
      <CheckField
        name="allowUnpriced"
        label={translate("allowUnpriced")}
        hint={translate("allowUnpricedHint")}
        defaultChecked={settings.allowUnpriced}
      />
    </SettingForm>
  );
}

export function RetentionForm({ settings }: { settings: Pick<Settings, "usageRetentionMonths"> }) {
  const translate = useTranslations("settings");
  return (
    <SettingForm
      action={saveRetention}
      toInput={(values) => ({ usageRetentionMonths: String(values.usageRetentionMonths) })}
      note={translate("retentionNote")}
    >
      <TextField
        name="usageRetentionMonths"
        label={translate("retentionMonths")}
        hint={translate("retentionHint")}
        optional
        defaultValue={settings.usageRetentionMonths ?? ""}
        inputMode="numeric"
        unit={translate("retentionUnit")}
      />
    </SettingForm>
  );
}

export function ResponsesForm({ settings }: { settings: Pick<Settings, "responseRetentionDays"> }) {
  const translate = useTranslations("settings");
  return (
    <SettingForm
      action={saveResponses}
      toInput={(values) => ({ responseRetentionDays: String(values.responseRetentionDays) })}
      note={translate("responsesNote")}
    >
      <TextField
        name="responseRetentionDays"
        label={translate("responseDays")}
        hint={translate("responseDaysHint")}
        optional
        defaultValue={settings.responseRetentionDays ?? ""}
        inputMode="numeric"
        unit={translate("responseDaysUnit")}
      />
    </SettingForm>
  );
}

export function ListWatchForm({ settings }: { settings: Pick<Settings, "listWatchHours"> }) {
  const translate = useTranslations("settings");
  return (
    <SettingForm action={saveListWatch} toInput={(values) => ({ listWatchHours: String(values.listWatchHours) })}>
      <TextField
        name="listWatchHours"
        label={translate("listWatchHours")}
        hint={translate("listWatchHint")}
        unit={translate("hours")}
        optional
        inputMode="numeric"
        defaultValue={settings.listWatchHours ?? ""}
      />
    </SettingForm>
  );
}
