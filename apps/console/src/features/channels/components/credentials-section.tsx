"use client";
import type { ChannelCredentialRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "#components/form/confirm-dialog.tsx";
import { useAct } from "#components/form/use-act.ts";
import { Dot } from "#components/ui/badge.tsx";
import { MenuItem, MoreMenu } from "#components/ui/menu.tsx";
import { Status } from "#components/ui/status.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { testSavedChannel } from "../actions.ts";
import { removeCredential, retryCredential, setCredentialEnabled } from "../credentials/actions.ts";
import type { CredentialView } from "../queries.ts";
import { EditCredential } from "./edit-credential.tsx";
import { TestResult } from "./test-result.tsx";
import { useUpstreamTest } from "./use-upstream-test.ts";

interface Channel {
  id: string;
  name: string;
  /** To test a credential with; "": only the list of models is asked for. */
  upstreamModel: string;
}

/** A channel's credentials: what they are called, how they stand, and what can be done with each. */
export function CredentialsSection({ channel, credentials }: { channel: Channel; credentials: CredentialView[] }) {
  const translate = useTranslations("channels");
  return (
    <section>
      <div className="row between mb-1">
        <h3>{translate("credentialsHeading", { count: credentials.length })}</h3>
        <EditCredential channelId={channel.id} credential={null} />
      </div>
      <ul className="border-rule border-y">
        {credentials.map((credential) => (
          <CredentialItem
            key={credential.id}
            channel={channel}
            credential={credential}
            isLast={credentials.length === 1}
          />
        ))}
        {credentials.length === 0 && <li className="muted small py-3">{translate("noCredentials")}</li>}
      </ul>
    </section>
  );
}

/** What a credential is called in sentences. */
const nameOf = ({ label, lastFour }: ChannelCredentialRow) => (label ? `${label} …${lastFour}` : `…${lastFour}`);

function CredentialItem({
  channel,
  credential,
  isLast,
}: {
  channel: Channel;
  credential: CredentialView;
  isLast: boolean;
}) {
  const translate = useTranslations("channels");
  const [open, setOpen] = useState<"edit" | "remove" | null>(null);
  const { act } = useAct();
  const test = useUpstreamTest();
  const { id: credentialId, label, lastFour, weight, isEnabled, standing } = credential;
  const name = nameOf(credential);
  const setEnabled = (enabled: boolean, canUndo = true) =>
    act(
      () => setCredentialEnabled({ credentialId, enabled }),
      () => ({
        message: translate(enabled ? "enabled" : "disabled", { name }),
        ...(canUndo ? { undo: () => setEnabled(!enabled, false) } : {}),
      }),
    );
  const retry = () =>
    act(
      () => retryCredential({ credentialId }),
      () => ({ message: translate("credentialRetried", { name }) }),
    );
  const close = () => setOpen(null);
  return (
    <li className="border-line border-b py-1.5 last:border-b-0">
      <div className="flex items-center gap-2">
        <div className="min-w-0 grow">
          <div className="row wrap gap-x-2 gap-y-0">
            {label && <span className="medium min-w-0 wrap-anywhere">{label}</span>}
            <code>…{lastFour}</code>
            <span className="small">
              <CredentialStatus credential={credential} />
            </span>
          </div>
          <p className="muted small">
            <span className="nowrap">{translate("weightValue", { weight })}</span>
            <Since credential={credential} />
          </p>
          {isEnabled && standing?.lastError && <p className="small wrap-anywhere">{standing.lastError}</p>}
        </div>
        <MoreMenu name={name}>
          <MenuItem
            onSelect={() =>
              test.run(() =>
                testSavedChannel({ channelId: channel.id, credentialId, upstreamModel: channel.upstreamModel }),
              )
            }
          >
            {translate("test")}
          </MenuItem>
          {standing && <MenuItem onSelect={retry}>{translate("retryNow")}</MenuItem>}
          <MenuItem onSelect={() => setOpen("edit")}>{translate("edit")}</MenuItem>
          <MenuItem onSelect={() => setEnabled(!isEnabled)}>{translate(isEnabled ? "disable" : "enable")}</MenuItem>
          <MenuItem danger onSelect={() => setOpen("remove")}>
            {translate("remove")}
          </MenuItem>
        </MoreMenu>
      </div>
      <TestResult test={test} className="pb-1" />
      <EditCredential channelId={channel.id} credential={credential} open={open === "edit"} onOpenChange={close} />
      <ConfirmDialog
        open={open === "remove"}
        onOpenChange={close}
        title={translate("removeCredentialTitle", { name })}
        verb={translate("remove")}
        danger
        action={removeCredential}
        input={{ credentialId }}
      >
        <p>{translate(isLast ? "removeLastCredential" : "removeCredentialMeans")}</p>
      </ConfirmDialog>
    </li>
  );
}

function CredentialStatus({ credential: { isEnabled, standing } }: { credential: CredentialView }) {
  const translate = useTranslations("channels");
  if (!isEnabled) return <Status kind="off">{translate("stateOff")}</Status>;
  if (standing === null) return <Status kind="ok">{translate("credentialReady")}</Status>;
  const isCooling = standing.state === "cooling";
  return (
    <Status kind={isCooling ? "slow" : "down"}>
      {isCooling
        ? translate("credentialCooling")
        : translate(standing.cause === "quota" ? "credentialSpent" : "credentialRefused")}
    </Status>
  );
}

function Since({ credential: { isEnabled, standing } }: { credential: CredentialView }) {
  const translate = useTranslations("channels");
  const format = useFormat();
  if (!isEnabled || standing === null) return null;
  return (
    <>
      <Dot />
      <span className="nowrap">{translate("since", { time: format.dateTime(standing.since) })}</span>
      {standing.until && (
        <>
          <Dot />
          <span className="nowrap">{translate("until", { time: format.dateTime(standing.until) })}</span>
        </>
      )}
    </>
  );
}
