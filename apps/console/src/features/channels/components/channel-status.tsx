import { useTranslations } from "next-intl";
import { Status } from "#components/ui/status.tsx";
import type { ChannelView } from "../queries.ts";

/** Switched on, switched off, or on without a model. Whether the upstream is well is another question: "test" asks it. */
export function ChannelStatus({ channel }: { channel: ChannelView }) {
  const translate = useTranslations("channels");
  if (!channel.isEnabled) return <Status kind="off">{translate("stateOff")}</Status>;
  const serves = channel.deployments.some((deployment) => deployment.isEnabled && !deployment.isModelRemoved);
  if (!serves) return <Status kind="none">{translate("stateEmpty")}</Status>;
  const own = channel.credentials.filter((credential) => credential.isEnabled);
  if (channel.credentials.length > 0 && own.every((credential) => credential.standing !== null))
    return <Status kind="down">{translate("credentialsOut")}</Status>;
  return <Status kind="ok">{translate("stateOn")}</Status>;
}
