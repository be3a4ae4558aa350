import type { ChannelRow } from "@lyceum/db";
import { useTranslations } from "next-intl";

/** The ends of a channel's credentials, all that is ever shown of them. */
export function CredentialWords({ of: credentials }: { of: ChannelRow["credentials"] }) {
  const translate = useTranslations("channels");
  const [first, ...others] = credentials;
  if (first === undefined) return <span className="muted">{translate("credentialNone")}</span>;
  return (
    <code>
      …{first.lastFour}
      {others.length > 0 && ` +${others.length}`}
    </code>
  );
}
