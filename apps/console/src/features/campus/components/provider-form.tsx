"use client";
import type { CampusProviderFacts } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { CheckField, PasswordField, SelectField, SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { type FormValues, formValues, useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { saveCampusProvider, tryCampusProvider } from "../actions.ts";
import { TriedNotice, useTrying } from "./trying.tsx";

type Kind = CampusProviderFacts["kind"];

function toInput(values: FormValues) {
  const text = (name: string) => String(values[name] ?? "");
  return {
    kind: values.kind as Kind,
    address: text("address"),
    clientId: text("clientId"),
    clientSecret: text("clientSecret"),
    withoutSecret: values.withoutSecret === "on",
    idAttribute: text("idAttribute"),
    idSuffix: text("idSuffix"),
    nameAttribute: text("nameAttribute"),
    labelZh: text("labelZh"),
    labelEn: text("labelEn"),
    allowPrivate: values.allowPrivate === "on",
    isEnabled: values.isEnabled === "on",
  };
}

/** How the campus's own sign-in is reached; its secret is never shown again. `returnUrls`: what to enter at the server; of CAS null where nobody has said this site's address. */
export function CampusProviderForm({
  provider,
  returnUrls,
}: {
  provider: CampusProviderFacts | null;
  returnUrls: { readonly oidc: string; readonly cas: string | null };
}) {
  const translate = useTranslations("campus");
  const toast = useToast();
  const [kind, setKind] = useState<Kind>(provider?.kind ?? "oidc");
  const form = useActionForm(saveCampusProvider, { toInput, onSuccess: () => toast({ message: translate("saved") }) });
  const trying = useTrying(tryCampusProvider);
  const isOidc = kind === "oidc";
  const returnUrl = returnUrls[kind];
  // Another kind has other names: what was typed for the one says nothing for the other.
  const known = provider?.kind === kind ? provider : null;
  return (
    <Form
      form={form}
      footer={
        <>
          <TriedNotice trying={trying} />
          <div className="row wrap gap3 mt-4">
            <SubmitButton variant={undefined} pending={form.pending}>
              {translate("save")}
            </SubmitButton>
            <Button
              aria-disabled={trying.pending}
              onClick={(event) => {
                const element = event.currentTarget.form;
                if (element) trying.start(toInput(formValues(new FormData(element))));
              }}
            >
              {translate("try")}
            </Button>
          </div>
        </>
      }
    >
      <SelectField
        name="kind"
        label={translate("kind")}
        value={kind}
        onChange={(event) => setKind(event.currentTarget.value === "cas" ? "cas" : "oidc")}
      >
        <option value="oidc">{translate("kinds.oidc")}</option>
        <option value="cas">{translate("kinds.cas")}</option>
      </SelectField>
      <TextField
        key={`address ${kind}`}
        name="address"
        type="url"
        label={translate(isOidc ? "issuer" : "casAddress")}
        hint={translate(isOidc ? "issuerHint" : "casAddressHint")}
        placeholder={isOidc ? "https://id.example.edu/realms/campus" : "https://sso.example.edu/cas"}
        spellCheck={false}
        defaultValue={known?.address}
      />
      <div>
        <p className="label">{translate(isOidc ? "redirectUri" : "service")}</p>
        {returnUrl !== null && (
          <p className="row">
            <code className="min-w-0 break-all">{returnUrl}</code>
            <CopyButton text={returnUrl} compact label={translate("copyAddress")} />
          </p>
        )}
        <p className="muted small">
          {translate(isOidc ? "redirectUriHint" : returnUrl === null ? "siteAddressFirst" : "serviceHint")}
        </p>
      </div>
      <div className="grid gap-3 md:grid-cols-2">
        {isOidc && (
          <>
            <TextField
              name="clientId"
              label={translate("clientId")}
              hint={translate("clientIdHint")}
              defaultValue={known?.clientId}
              spellCheck={false}
            />
            <PasswordField
              name="clientSecret"
              label={translate("clientSecret")}
              hint={translate(known?.hasSecret ? "secretKept" : "secretHint")}
              optional
              autoComplete="new-password"
            />
          </>
        )}
        <TextField
          key={`id ${kind}`}
          name="idAttribute"
          label={translate(isOidc ? "idClaim" : "idAttribute")}
          hint={translate(isOidc ? "idClaimHint" : "idAttributeHint")}
          defaultValue={known?.idAttribute ?? (isOidc ? "preferred_username" : "user")}
          spellCheck={false}
          autoCapitalize="off"
        />
        <TextField
          name="idSuffix"
          label={translate("idSuffix")}
          hint={translate("idSuffixHint")}
          optional
          placeholder="@stu.example.edu"
          defaultValue={provider?.idSuffix}
          spellCheck={false}
          autoCapitalize="off"
        />
        <TextField
          key={`name ${kind}`}
          name="nameAttribute"
          label={translate(isOidc ? "nameClaim" : "nameAttribute")}
          hint={translate("nameHint")}
          optional
          defaultValue={known?.nameAttribute}
          spellCheck={false}
          autoCapitalize="off"
        />
      </div>
      <div className="grid gap-3 md:grid-cols-2">
        <TextField
          name="labelZh"
          label={translate("labelZh")}
          defaultValue={provider?.labelZh ?? "用校园统一认证登录"}
          lang="zh"
          maxLength={40}
        />
        <TextField
          name="labelEn"
          label={translate("labelEn")}
          defaultValue={provider?.labelEn ?? "Sign in with your campus account"}
          lang="en"
          maxLength={40}
        />
      </div>
      {isOidc && known?.hasSecret && <CheckField name="withoutSecret" label={translate("withoutSecret")} />}
      <CheckField
        name="allowPrivate"
        label={translate("allowPrivate")}
        hint={translate("allowPrivateHint")}
        defaultChecked={provider?.allowPrivate ?? false}
      />
      <CheckField name="isEnabled" label={translate("enabled")} defaultChecked={provider?.isEnabled ?? true} />
    </Form>
  );
}
