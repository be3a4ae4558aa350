import type { SessionUser } from "@lyceum/db";
import { BookOpen, KeyRound, LogOut, UserCog } from "lucide-react";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { adminEntries, type Entry } from "./entries.ts";
import { NavLink } from "./nav-link.tsx";
import { signOut } from "./sign-out.ts";
import { LocaleSwitch, ThemeChoice } from "./switches.tsx";

/**
 * Who you are, how it looks, the way out. A native popover: opened by `popovertarget`, it works without JavaScript,
 * closes on Escape or a press outside, and gives the focus back.
 */
export async function AccountMenu({ user }: { user: SessionUser }) {
  const translate = await getTranslations("shell");
  return (
    <div id="account" popover="auto" className="account" role="dialog" aria-label={translate("account")}>
      <Identity user={user} unverified={translate("unverified")} />
      <Preferences user={user} />
    </div>
  );
}

/** The phone's menu: every entry of the role, then what the account menu has. `entries`: everybody's. */
export async function MoreMenu({ user, entries }: { user: SessionUser; entries: Entry[] }) {
  const translate = await getTranslations("shell");
  const link = ({ href, icon: Icon, label }: Entry) => (
    <NavLink key={href} href={href}>
      <Icon className="icon" />
      {translate(label)}
    </NavLink>
  );
  return (
    <div id="more" popover="auto" className="more" role="dialog" aria-label={translate("more")}>
      <Identity user={user} unverified={translate("unverified")} />
      <nav className="mt-3" aria-label={translate("more")}>
        {entries.map(link)}
      </nav>
      {user.role === "admin" && (
        <>
          <h2>{translate("admin")}</h2>
          <nav aria-label={translate("admin")}>{adminEntries.map(link)}</nav>
        </>
      )}
      <Preferences user={user} />
    </div>
  );
}

function Identity({ user, unverified }: { user: SessionUser; unverified: string }): ReactNode {
  return (
    <div>
      <p className="strong">{user.name}</p>
      <p className="muted small">
        {user.studentId}
        {!user.verified && <span className="sep">·</span>}
        {!user.verified && unverified}
      </p>
    </div>
  );
}

async function Preferences({ user }: { user: SessionUser }) {
  const translate = await getTranslations("shell");
  return (
    <>
      <h2>{translate("theme")}</h2>
      <ThemeChoice />
      <h2>{translate("language")}</h2>
      <LocaleSwitch />
      <hr className="my-2 border-line" />
      {user.role !== "auditor" && (
        <NavLink href="/settings" className="menu-item">
          <UserCog className="icon" />
          {translate("mySettings")}
        </NavLink>
      )}
      <NavLink href="/docs" className="menu-item">
        <BookOpen className="icon" />
        {translate("docs")}
      </NavLink>
      <NavLink href="/password" className="menu-item">
        <KeyRound className="icon" />
        {translate("changePassword")}
      </NavLink>
      <form action={signOut}>
        <button type="submit" className="menu-item">
          <LogOut className="icon" />
          {translate("signOut")}
        </button>
      </form>
    </>
  );
}
