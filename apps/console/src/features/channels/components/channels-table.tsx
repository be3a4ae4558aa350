import { Server } from "lucide-react";
import { useTranslations } from "next-intl";
import { Badge, Dot, Tag } from "#components/ui/badge.tsx";
import { Link } from "#components/ui/link.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import type { ChannelView } from "../queries.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { ChannelStatus } from "./channel-status.tsx";
import { CredentialWords } from "./credential-words.tsx";
import { ProviderName } from "./provider-name.tsx";
import { ChannelSelection, SelectAll, SelectChannel } from "./selection.tsx";

interface Props {
  channels: ChannelView[];
  /** The channel whose sheet is open; then the table has less room and fewer columns. */
  openId: string | undefined;
}

export const channelHref = (id: string) => `/admin/channels?channel=${id}`;

/** The host and port an address points to. */
function hostOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl;
}

/** Every channel; rows of two lines on a phone. */
export function ChannelsTable({ channels, openId }: Props) {
  const translate = useTranslations("channels");
  const roomy = openId === undefined;
  return (
    <ChannelSelection>
      <Table className="wide-only" number={1} caption={translate("tableCaption")}>
        <thead>
          <tr>
            <th scope="col" className="w-6">
              <SelectAll ids={channels.map(({ id }) => id)} />
            </th>
            <Head>{translate("name")}</Head>
            {roomy && <Head>{translate("protocol")}</Head>}
            <Head>{translate("host")}</Head>
            <Head numeric>{translate("models")}</Head>
            {roomy && <Head>{translate("credential")}</Head>}
            <Head>{translate("state")}</Head>
          </tr>
        </thead>
        <tbody>
          {channels.map((channel) => (
            <tr key={channel.id} aria-selected={channel.id === openId || undefined}>
              <td>
                <SelectChannel id={channel.id} name={channel.name} />
              </td>
              <td>
                <Link className="medium" href={channelHref(channel.id)} scroll={false}>
                  {channel.name}
                </Link>{" "}
                <ListBadge channel={channel} />
              </td>
              {roomy && (
                <td>
                  <ProviderName of={channel.protocol} />
                </td>
              )}
              <td>
                <span className="row wrap gap-x-2 gap-y-0">
                  <code>{hostOf(channel.baseUrl)}</code>
                  {channel.allowPrivate && <PrivateMark />}
                </span>
              </td>
              <td className="num">{modelCount(channel)}</td>
              {roomy && (
                <td>
                  <CredentialWords of={channel.credentials} />
                </td>
              )}
              <td>
                <ChannelStatus channel={channel} />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      <ul className="narrow-only border-rule border-y-[1.5px]">
        {channels.map((channel) => (
          <li key={channel.id} className="flex gap-3 border-line border-b py-2 last:border-b-0">
            <span className="pt-0.5">
              <SelectChannel id={channel.id} name={channel.name} />
            </span>
            <Link href={channelHref(channel.id)} scroll={false} className="block min-w-0 grow text-text">
              <span className="row between">
                <span className="medium min-w-0">
                  {channel.name} <ListBadge channel={channel} />
                </span>
                <ChannelStatus channel={channel} />
              </span>
              <span className="row wrap muted small gap-x-1 gap-y-0">
                <code className="min-w-0 wrap-anywhere whitespace-normal">{hostOf(channel.baseUrl)}</code>
                {channel.allowPrivate && <PrivateMark />}
                <Dot />
                {translate("modelCount", { count: modelCount(channel) })}
                {channel.credentials.length > 0 && (
                  <>
                    <Dot />
                    <CredentialWords of={channel.credentials} />
                  </>
                )}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      <BulkBar
        channels={channels.map(({ id, name, isEnabled, deployments }) => ({
          id,
          name,
          isEnabled,
          upstreamModels: [...new Set(deployments.map((deployment) => deployment.upstreamModel))],
        }))}
      />
    </ChannelSelection>
  );
}

/** That the upstream's list waits for a decision. */
function ListBadge({ channel }: { channel: ChannelView }) {
  const translate = useTranslations("channels");
  const count = channel.list?.changes.length ?? 0;
  return count === 0 ? null : <Badge>{translate("listBadge", { count })}</Badge>;
}

function PrivateMark() {
  const translate = useTranslations("channels");
  return <Tag icon={<Server className="icon" />}>{translate("private")}</Tag>;
}

function modelCount(channel: ChannelView): number {
  return new Set(channel.deployments.map((deployment) => deployment.modelId)).size;
}
