import { NextIntlClientProvider } from "next-intl";
import { getLocale } from "next-intl/server";
import type { ReactNode } from "react";
import { messages, type Noun } from "./messages.ts";

/**
 * Sends the texts of these nouns to the client components inside, beside the ones every page has (ui, validation,
 * shell). Server components need nothing of it. Nested ones replace, they don't add.
 */
export async function ClientMessages({ nouns = [], children }: { nouns?: Noun[]; children: ReactNode }) {
  const locale = await getLocale();
  const wanted: Noun[] = ["ui", "validation", "shell", ...nouns];
  const chosen = Object.fromEntries(wanted.map((noun) => [noun, messages[locale][noun]]));
  return <NextIntlClientProvider messages={chosen}>{children}</NextIntlClientProvider>;
}
