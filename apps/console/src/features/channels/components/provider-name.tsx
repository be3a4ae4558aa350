import { toProviderId } from "@lyceum/domain";
import { useTranslations } from "next-intl";

/** What a channel's protocol is called; as it is written where this version knows none of that name. */
export function ProviderName({ of }: { of: string }) {
  const translate = useTranslations("channels");
  const id = toProviderId(of);
  return id === null ? <code>{of}</code> : translate(`provider_${id}`);
}
