import { getTranslations } from "next-intl/server";
import { ButtonLink } from "#components/ui/button.tsx";
import { Problem } from "./problem.tsx";

/** For what isn't there, and for what the reader may not see: the two look the same. */
export async function Missing() {
  const translate = await getTranslations("errors");
  return (
    <Problem title={translate("notFoundTitle")} action={<ButtonLink href="/">{translate("toHome")}</ButtonLink>}>
      {translate("notFoundBody")}
    </Problem>
  );
}
