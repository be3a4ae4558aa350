import { getTranslations } from "next-intl/server";
import { Section } from "#components/shell/page.tsx";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { RedeemForm } from "./redeem-form.tsx";

/** Where a person enters a voucher's code; for any page where somebody may be out of money. */
export async function RedeemPanel({ code }: { code: string }) {
  const translate = await getTranslations("vouchers");
  return (
    <ClientMessages nouns={["vouchers"]}>
      <Section title={translate("redeemTitle")}>
        <RedeemForm code={code} />
      </Section>
    </ClientMessages>
  );
}
