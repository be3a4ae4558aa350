import type { ReactNode } from "react";
import { ClientMessages } from "#i18n/client-messages.tsx";

export default function PublicLayout({ children }: { children: ReactNode }) {
  return <ClientMessages nouns={["account"]}>{children}</ClientMessages>;
}
