import type { ModelDeployment } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { Dot } from "#components/ui/badge.tsx";
import { Link } from "#components/ui/link.tsx";
import { Status, type StatusKind } from "#components/ui/status.tsx";

const kinds = {
  up: "ok",
  off: "off",
  "channel-off": "off",
  "no-credential": "off",
  open: "down",
  "half-open": "warn",
  "credentials-out": "down",
} as const satisfies Record<ModelDeployment["standing"], StatusKind>;

/** The channels that serve a model, first choice first; each leads to its channel, where it is changed, and its state to the evidence. */
export function ModelDeployments({ deployments }: { deployments: ModelDeployment[] }) {
  const translate = useTranslations("models");
  return (
    <section>
      <h3 className="mb-1">{translate("channelsHeading", { count: deployments.length })}</h3>
      {deployments.length === 0 ? (
        <p className="muted small">
          {translate.rich("noChannels", { link: (words) => <Link href="/admin/channels">{words}</Link> })}
        </p>
      ) : (
        <ul className="border-rule border-y">
          {deployments.map((deployment) => (
            <li key={deployment.id} className="border-line border-b py-1.5 last:border-b-0">
              <div className="row between">
                <Link className="medium min-w-0" href={`/admin/channels?channel=${deployment.channelId}`}>
                  {deployment.channelName}
                </Link>
                <Link href={`/admin/health?cell=${deployment.id}`}>
                  <Status kind={kinds[deployment.standing]}>{translate(`standing_${deployment.standing}`)}</Status>
                </Link>
              </div>
              <p className="muted small">
                <code className="wrap-anywhere">{deployment.upstreamModel}</code>
                <Dot />
                <span className="nowrap">
                  {translate("rank", { priority: deployment.priority, weight: deployment.weight })}
                </span>
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
