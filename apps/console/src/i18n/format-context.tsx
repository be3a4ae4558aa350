"use client";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { createFormat, type Format, type FormatSettings } from "./format.ts";

const FormatContext = createContext<FormatSettings | null>(null);

export function FormatProvider({ settings, children }: { settings: FormatSettings; children: ReactNode }) {
  return <FormatContext value={settings}>{children}</FormatContext>;
}

/** The formatters of i18n/format.ts in a client component; server components use `getFormat` of i18n/server-format.ts. */
export function useFormat(): Format {
  const settings = useContext(FormatContext);
  if (!settings) throw new Error("useFormat needs the FormatProvider of the root layout");
  return useMemo(() => createFormat(settings), [settings]);
}
