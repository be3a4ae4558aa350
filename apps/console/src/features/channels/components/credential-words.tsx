import { useTranslations } from "next-intl";

/** The end of the credential, all that is ever shown of it. */
export function CredentialWords({ lastFour }: { lastFour: string }) {
  const translate = useTranslations("channels");
  if (lastFour === "") return <span className="muted">{translate("credentialNone")}</span>;
  return <code>…{lastFour}</code>;
}
