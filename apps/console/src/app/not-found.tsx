import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Missing } from "#components/shell/missing.tsx";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("errors");
  return { title: translate("notFoundTitle") };
}

export default Missing;
