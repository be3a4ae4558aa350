"use client";
import type { ChannelRow } from "@lyceum/db";
import { providerIds, toProviderId } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { CheckField, PasswordField, SelectField, TextField } from "#components/form/fields.tsx";
import { testChannel } from "../actions.ts";
import { DETECT } from "../schema.ts";
import type { Finding } from "../upstream-test.ts";
import type { UpstreamTestState } from "./use-upstream-test.ts";

/** Name, protocol, address, credential and whether the address may be private. `errors` come from a trial of the same fields. */
export function AddressFields({ channel, errors }: { channel?: ChannelRow; errors: Record<string, string> }) {
  const translate = useTranslations("channels");
  const [first] = channel?.credentials ?? [];
  const count = channel?.credentials.length ?? 0;
  const stored =
    first === undefined
      ? null
      : count > 1
        ? translate("credentialsStored", { count })
        : translate("credentialStored", { lastFour: first.lastFour });
  return (
    <>
      <div className="grid items-start gap-3 md:grid-cols-2">
        <TextField
          name="name"
          label={translate("name")}
          defaultValue={channel?.name}
          placeholder={translate("namePlaceholder")}
          error={errors.name}
        />
        <SelectField
          name="protocol"
          label={translate("protocol")}
          hint={translate(channel ? "protocolTestHint" : "protocolHint")}
          defaultValue={channel ? (toProviderId(channel.protocol) ?? "openai") : DETECT}
        >
          <option value={DETECT}>{translate("detectProtocol")}</option>
          {providerIds.map((id) => (
            <option key={id} value={id}>
              {translate(`provider_${id}`)}
            </option>
          ))}
        </SelectField>
      </div>
      <TextField
        name="baseUrl"
        label={translate("address")}
        hint={translate(first ? "addressChangeHint" : "addressHint")}
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
      {first && <CheckField name="noCredential" label={translate("noCredential")} />}
    </>
  );
}

const addressNames = new Set(["protocol", "baseUrl", "credential", "noCredential", "allowPrivate"]);

/** The fields above as the actions take them. */
export function readAddress(form: HTMLFormElement) {
  const data = new FormData(form);
  const text = (name: string) => String(data.get(name) ?? "");
  return {
    name: text("name"),
    protocol: toProviderId(text("protocol")) ?? DETECT,
    baseUrl: text("baseUrl"),
    credential: text("credential"),
    noCredential: data.has("noCredential"),
    allowPrivate: data.has("allowPrivate"),
  };
}

/** Tries what is typed, and fills in what the upstream was found to be. */
export async function testTyped(
  form: HTMLFormElement,
  about: { channelId?: string; upstreamModel: string },
): ReturnType<typeof testChannel> {
  const result = await testChannel({ ...readAddress(form), ...about });
  if (result.ok && result.data.detection) fillFinding(form, result.data.detection.chosen);
  return result;
}

/** Whether something typed makes an earlier trial say nothing any more; another address may also be one of another kind. */
export function outdates(test: UpstreamTestState, input: HTMLInputElement): boolean {
  if (!addressNames.has(input.name)) return false;
  const wasDetected = test.result?.ok === true && test.result.data.detection !== null;
  if (input.name === "baseUrl" && wasDetected && input.form) fillFinding(input.form, null);
  return true;
}

/** Fills in what an upstream was found to be; null: it is to be found out again. */
function fillFinding(form: HTMLFormElement, finding: Finding | null): void {
  const protocol = form.elements.namedItem("protocol");
  const baseUrl = form.elements.namedItem("baseUrl");
  if (protocol instanceof HTMLSelectElement) protocol.value = finding?.provider ?? DETECT;
  if (baseUrl instanceof HTMLInputElement && finding !== null) baseUrl.value = finding.baseUrl;
}
