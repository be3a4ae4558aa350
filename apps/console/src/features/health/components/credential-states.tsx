import { useTranslations } from "next-intl";
import { Dot } from "#components/ui/badge.tsx";
import { Status } from "#components/ui/status.tsx";
import type { Format } from "#i18n/format.ts";
import type { Evidence } from "../queries.ts";
import { causeWords } from "./cell-status.tsx";
import { ResetCredential } from "./evidence-acts.tsx";
import { FixKey } from "./fix-key.tsx";

const kinds = { ready: "ok", cooling: "warn", refused: "down" } as const;

/** Each credential of a deployment's channel, what the upstream said of it, and the two acts that help. */
export function CredentialStates({
  evidence: { credentials, deployment },
  format,
}: {
  evidence: Evidence;
  format: Format;
}) {
  const translate = useTranslations("health");
  const real = credentials.filter(({ lastFour }) => lastFour !== "");
  if (real.length === 0) return null;
  return (
    <section>
      <h3 className="mb-1">{translate("credentials")}</h3>
      <ul className="border-rule border-y">
        {real.map((credential) => (
          <li key={credential.credentialId} className="border-line border-b py-1.5 last:border-b-0">
            <div className="row between wrap">
              {credential.isEnabled ? (
                <Status kind={kinds[credential.state]}>{translate(`credential_${credential.state}`)}</Status>
              ) : (
                <Status kind="off">{translate("credentialOff")}</Status>
              )}
              <span className="row gap-1.5">
                {credential.state !== "ready" && <ResetCredential credentialId={credential.credentialId} />}
                <FixKey credentialId={credential.credentialId} channelName={deployment.channelName} />
              </span>
            </div>
            <p className="muted small">
              {credential.label && (
                <>
                  {credential.label}
                  <Dot />
                </>
              )}
              {translate("credentialEnds", { lastFour: credential.lastFour })}
              {credential.state !== "ready" && (
                <>
                  <Dot />
                  {causeWords(translate, credential.cause)}
                </>
              )}
              {credential.state === "cooling" && credential.until && (
                <>
                  <Dot />
                  {translate("coolingUntil", { when: format.dateTime(credential.until) })}
                </>
              )}
            </p>
            {credential.state !== "ready" && credential.lastError && (
              <div className="quote mt-1">{credential.lastError}</div>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
