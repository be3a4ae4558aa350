import { Bell } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { NavLink } from "#components/shell/nav-link.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { getUnread } from "../news.ts";

/** More would be no number to read. */
const MOST = 99;

/** To the notices, with how many are unread: a number for the eye, and what it counts for those who hear the page. */
export async function BellLink({ userId }: { userId: string }) {
  const [count, translate] = await Promise.all([getUnread(userId), getTranslations("shell")]);
  return (
    <NavLink href="/notices" className={buttonClass({ variant: "ghost", icon: true }, "bell")}>
      <Bell className="icon" />
      <span className="sr-only">{count === 0 ? translate("notices") : translate("unread", { count })}</span>
      {count > 0 && (
        <span className="bell-count" aria-hidden="true">
          {count > MOST ? `${MOST}+` : count}
        </span>
      )}
    </NavLink>
  );
}
