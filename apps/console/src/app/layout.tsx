import { CSPProvider } from "@base-ui/react/csp-provider";
import type { Metadata } from "next";
import { cookies, headers } from "next/headers";
import { getLocale } from "next-intl/server";
import type { ReactNode } from "react";
import { ToastProvider } from "#components/ui/toast.tsx";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { FormatProvider } from "#i18n/format-context.tsx";
import { languageTags } from "#i18n/locale.ts";
import { getFormatSettings } from "#i18n/server-format.ts";
import { readTheme, themeCookie } from "#server/cookies.ts";
import "./globals.css";

/** Every page is drawn per request: it carries a nonce, and what it shows belongs to its reader. */
export const dynamic = "force-dynamic";

export const metadata: Metadata = { title: { template: "%s · Lyceum", default: "Lyceum" } };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [cookieStore, headerList, locale, settings] = await Promise.all([
    cookies(),
    headers(),
    getLocale(),
    getFormatSettings(),
  ]);
  const theme = readTheme(cookieStore.get(themeCookie)?.value);
  return (
    <html lang={languageTags[locale]} data-theme={theme === "system" ? undefined : theme}>
      <body>
        <CSPProvider nonce={headerList.get("x-nonce") ?? undefined}>
          <ClientMessages>
            <FormatProvider settings={settings}>
              <ToastProvider>{children}</ToastProvider>
            </FormatProvider>
          </ClientMessages>
        </CSPProvider>
      </body>
    </html>
  );
}
