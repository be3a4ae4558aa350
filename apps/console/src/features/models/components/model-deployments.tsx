import type { ModelDeployment } from "@lyceum/db";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Dot } from "#components/ui/badge.tsx";
import { Status } from "#components/ui/status.tsx";

/** The channels that serve a model, first choice first; each leads to its channel, where it is changed. */
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
                <Status kind={deployment.isUp ? "ok" : "off"}>
                  {translate(deployment.isUp ? "up" : deployment.isEnabled ? "channelOff" : "off")}
                </Status>
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
