import { getTranslations } from "next-intl/server";
import { Link } from "#components/ui/link.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/sheet.tsx";
import { getFormat } from "#i18n/server-format.ts";
import type { ChannelView, GroupChoice } from "../queries.ts";
import { AddModels } from "./add-models.tsx";
import { ChannelActs } from "./channel-acts.tsx";
import { ChannelStatus } from "./channel-status.tsx";
import { CopyChannel } from "./copy-channel.tsx";
import { CredentialsSection } from "./credentials-section.tsx";
import { DeploymentItem } from "./deployment-item.tsx";
import { EditChannel } from "./edit-channel.tsx";
import { ListChanges } from "./list-changes.tsx";
import { OverridesSection } from "./overrides-section.tsx";
import { ProviderName } from "./provider-name.tsx";
import { TestModels } from "./test-models.tsx";

/** One channel beside the list: its address, a trial, and the models on it. */
export async function ChannelSheet({ channel, groups }: { channel: ChannelView; groups: GroupChoice[] }) {
  const [translate, format] = await Promise.all([getTranslations("channels"), getFormat()]);
  const { deployments, unpricedModels } = channel;
  const upstreamModels = [...new Set(deployments.map((deployment) => deployment.upstreamModel))];
  return (
    <Sheet
      title={channel.name}
      facts={<ChannelStatus channel={channel} />}
      closeHref="/admin/channels"
      foot={
        <>
          <EditChannel channel={channel} />
          <CopyChannel channel={channel} />
          <ChannelActs channel={channel} />
        </>
      }
    >
      <div className="stack gap-6">
        <dl className="kv">
          <dt>{translate("address")}</dt>
          <dd>
            <code className="wrap-anywhere">{channel.baseUrl}</code>
          </dd>
          <dt>{translate("protocol")}</dt>
          <dd>
            <ProviderName of={channel.protocol} />
          </dd>
          <dt>{translate("privateAddress")}</dt>
          <dd>{translate(channel.allowPrivate ? "allowed" : "notAllowed")}</dd>
          <dt>{translate("timeouts")}</dt>
          <dd>
            {translate("timeoutsValue", {
              idle: channel.idleTimeoutMs / 1000,
              total: channel.totalTimeoutMs / 1000,
              first: channel.firstTokenTimeoutMs === null ? "none" : String(channel.firstTokenTimeoutMs / 1000),
            })}
          </dd>
          <dt>{translate("parallel")}</dt>
          <dd>
            {channel.parallelLimit === null
              ? translate("unlimited")
              : translate("parallelValue", {
                  limit: channel.parallelLimit,
                  running: channel.queue?.running ?? 0,
                  waiting: channel.queue?.waiting ?? 0,
                })}
          </dd>
          <dt>{translate("added")}</dt>
          <dd>{format.dateTime(channel.createdAt)}</dd>
        </dl>
        <TestModels key={channel.id} channelId={channel.id} upstreamModels={upstreamModels} />
        <CredentialsSection
          channel={{ id: channel.id, name: channel.name, upstreamModel: upstreamModels[0] ?? "" }}
          credentials={channel.credentials}
        />
        <section>
          <div className="row between mb-1">
            <h3>{translate("modelsHeading", { count: deployments.length })}</h3>
            <AddModels channel={{ id: channel.id, name: channel.name }} groups={groups} />
          </div>
          {unpricedModels.length > 0 && (
            <Notice tone="warning" className="my-2">
              {translate.rich("unpriced", {
                count: unpricedModels.length,
                link: (words) => (
                  <Link
                    href={
                      unpricedModels.length === 1
                        ? `/admin/models?model=${unpricedModels[0]?.id}`
                        : "/admin/models?state=unpriced"
                    }
                  >
                    {words}
                  </Link>
                ),
              })}
            </Notice>
          )}
          <ul className="border-rule border-y">
            {deployments.map((deployment) => (
              <DeploymentItem key={deployment.id} deployment={deployment} channelId={channel.id} />
            ))}
            {deployments.length === 0 && <li className="muted small py-3">{translate("noDeployments")}</li>}
          </ul>
        </section>
        <ListChanges channelId={channel.id} list={channel.list} />
        <OverridesSection channel={channel} />
      </div>
    </Sheet>
  );
}
