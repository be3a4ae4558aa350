import { getTranslations } from "next-intl/server";
import { getAvailable } from "#features/balance/queries.ts";
import { getFormat } from "#i18n/server-format.ts";
import { requireSession } from "#server/session.ts";
import { NavLink } from "./nav-link.tsx";

export async function BalanceLink({ className }: { className: string }) {
  const user = await requireSession();
  const [translate, format, available] = await Promise.all([
    getTranslations("shell"),
    getFormat(),
    getAvailable(user.id),
  ]);
  return (
    <NavLink href="/balance" className={className}>
      <span>{translate("balance")} </span>
      <b>{format.money(available)}</b>
    </NavLink>
  );
}
