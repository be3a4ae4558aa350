import { hasCourse } from "@lyceum/db";
import { Ellipsis, Menu } from "lucide-react";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { buttonClass } from "#components/ui/button.tsx";
import { countIncidents } from "#features/health/queries.ts";
import { getDb } from "#server/db.ts";
import { requireSession } from "#server/session.ts";
import { AccountMenu, MoreMenu } from "./account-menu.tsx";
import { BalanceLink } from "./balance-link.tsx";
import { adminBottomEntries, adminEntries, type Entry, everyoneBottomEntries, everyoneEntries } from "./entries.ts";
import { Masthead } from "./masthead.tsx";
import { NavLink } from "./nav-link.tsx";
import { LocaleSwitch, ThemeSwitch } from "./switches.tsx";

/** The frame of every signed-in page: side navigation from 768 px on, a bar above and one below on phones. It only draws. */
export async function Shell({ children }: { children: ReactNode }) {
  const user = await requireSession();
  const translate = await getTranslations("shell");
  const admin = user.role === "admin";
  const [incidents, isInCourse] = await Promise.all([countIncidents(user.role), hasCourse(getDb(), user)]);
  const everyone = everyoneEntries(admin || isInCourse);
  const count = ({ hasIncidents }: Entry) => hasIncidents && incidents > 0 && <IncidentCount count={incidents} />;
  const link = (entry: Entry) => (
    <NavLink key={entry.href} href={entry.href} className="item">
      <entry.icon className="icon" />
      {translate(entry.label)}
      {count(entry)}
    </NavLink>
  );
  const bottomLink = (entry: Entry) => (
    <NavLink key={entry.href} href={entry.href}>
      <entry.icon className="icon" />
      {translate(entry.short ?? entry.label)}
      {count(entry)}
    </NavLink>
  );
  return (
    <div className="app">
      <a className="skip btn" href="#main">
        {translate("skip")}
      </a>
      <nav className="nav" aria-label={translate("mainNavigation")}>
        <Masthead />
        {everyone.map(link)}
        {admin && <h2>{translate("admin")}</h2>}
        {admin && adminEntries.map(link)}
        <div className="nav-foot">
          <BalanceLink className="nav-balance" />
          <div className="nav-user">
            <button type="button" className="nav-user-name grow" popoverTarget="account">
              <b>{user.name}</b>
              <span>{admin ? translate("administrator") : user.studentId}</span>
            </button>
            <LocaleSwitch short />
            <ThemeSwitch />
          </div>
        </div>
      </nav>
      <header className="topbar">
        <NavLink href="/" className="name">
          Lyceum
        </NavLink>
        <BalanceLink className="bal" />
        <button
          type="button"
          className={buttonClass({ variant: "ghost", icon: true })}
          popoverTarget="more"
          aria-label={translate("menu")}
          title={translate("menu")}
        >
          <Menu className="icon" />
        </button>
      </header>
      {children}
      <nav className="bottombar" aria-label={translate("mainNavigation")}>
        {(admin ? adminBottomEntries : everyoneBottomEntries(isInCourse)).map(bottomLink)}
        {admin && (
          <button type="button" popoverTarget="more">
            <Ellipsis className="icon" />
            {translate("more")}
          </button>
        )}
      </nav>
      <AccountMenu user={user} />
      <MoreMenu user={user} entries={everyone} />
    </div>
  );
}

/** A number for the eye, and what it counts for those who hear the page. */
async function IncidentCount({ count }: { count: number }) {
  const translate = await getTranslations("shell");
  return (
    <span className="count">
      <span aria-hidden="true">{count}</span>
      <span className="sr-only">{translate("incidents", { count })}</span>
    </span>
  );
}
