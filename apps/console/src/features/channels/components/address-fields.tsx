"use client";
import type { ChannelRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { CheckField, PasswordField, SelectField, TextField } from "#components/form/fields.tsx";

/** Name, protocol, address, credential and whether the address may be private. `errors` come from a trial of the same fields. */
export function AddressFields({ channel, errors }: { channel?: ChannelRow; errors: Record<string, string> }) {
  const translate = useTranslations("channels");
  const stored = channel?.hasCredential
    ? translate("credentialStored", { lastFour: channel.credentialLastFour })
    : null;
  return (
    <>
      <div className="grid gap-3 md:grid-cols-2">
        <TextField
          name="name"
          label={translate("name")}
          defaultValue={channel?.name}
          placeholder={translate("namePlaceholder")}
          error={errors.name}
        />
        <SelectField name="protocol" label={translate("protocol")} defaultValue="openai-chat" disabled={!!channel}>
          <option value="openai-chat">{translate("openaiChat")}</option>
        </SelectField>
      </div>
      <TextField
        name="baseUrl"
        label={translate("address")}
        hint={translate(channel?.hasCredential ? "addressChangeHint" : "addressHint")}
        defaultValue={channel?.baseUrl}
        placeholder="https://api.example.com/v1"
        inputMode="url"
        spellCheck={false}
        autoCapitalize="off"
        error={errors.baseUrl}
      />
      <CheckField
        name="allowPrivate"
        label={translate("allowPrivate")}
        hint={translate("allowPrivateHint")}
        defaultChecked={channel?.allowPrivate}
      />
      <PasswordField
        name="credential"
        label={translate("credential")}
        hint={stored ?? translate("credentialHint")}
        optional
        autoComplete="new-password"
        error={errors.credential}
      />
      {channel?.hasCredential && <CheckField name="noCredential" label={translate("noCredential")} />}
    </>
  );
}

/** Names whose change makes an earlier trial say nothing any more. */
export const addressNames = new Set(["baseUrl", "credential", "noCredential", "allowPrivate"]);

/** The fields above as the actions take them. */
export function readAddress(form: HTMLFormElement) {
  const data = new FormData(form);
  const text = (name: string) => String(data.get(name) ?? "");
  return {
    name: text("name"),
    protocol: "openai-chat" as const,
    baseUrl: text("baseUrl"),
    credential: text("credential"),
    noCredential: data.has("noCredential"),
    allowPrivate: data.has("allowPrivate"),
  };
}
