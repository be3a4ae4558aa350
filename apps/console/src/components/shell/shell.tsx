import { hasCourse } from "@lyceum/db";
import { Ellipsis, Menu } from "lucide-react";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { buttonClass } from "#components/ui/button.tsx";
import { AnnouncementBanners } from "#features/announcements/components/banners.tsx";
import { countIncidents } from "#features/health/queries.ts";
import { BellLink } from "#features/notices/components/bell-link.tsx";
import { NewsWatch } from "#features/notices/components/news-watch.tsx";
import { newsOf } from "#features/notices/news.ts";
import { PaletteOpener } from "#features/palette/components/palette-opener.tsx";
import { getDb } from "#server/db.ts";
import { requireReader } from "#server/session.ts";
import { AccountMenu, MoreMenu } from "./account-menu.tsx";
import { BalanceLink } from "./balance-link.tsx";
import {
  adminBottomEntries,
  adminEntries,
  auditorEntries,
  type Entry,
  everyoneBottomEntries,
  everyoneEntries,
} from "./entries.ts";
import { Masthead } from "./masthead.tsx";
import { NavLink } from "./nav-link.tsx";
import { LocaleSwitch, ThemeSwitch } from "./switches.tsx";

/** The frame of every signed-in page: side navigation from 768 px on, a bar above and one below on phones. It only draws. */
export async function Shell({ children }: { children: ReactNode }) {
  const user = await requireReader();
  const translate = await getTranslations("shell");
  const admin = user.role === "admin";
  const auditor = user.role === "auditor";
  const [incidents, isInCourse, news] = await Promise.all([
    countIncidents(user.role),
    hasCourse(getDb(), user),
    auditor ? null : newsOf(user.id),
  ]);
  const everyone = auditor ? auditorEntries : everyoneEntries(admin || isInCourse);
  const bottom = admin ? adminBottomEntries : auditor ? auditorEntries : everyoneBottomEntries(isInCourse);
  const title = admin ? "administrator" : auditor ? "auditor" : null;
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
        <div className="nav-head">
          <Masthead />
          {!auditor && <BellLink userId={user.id} />}
        </div>
        <PaletteOpener findsPeople={admin} />
        {everyone.map(link)}
        {admin && <h2>{translate("admin")}</h2>}
        {admin && adminEntries.map(link)}
        <div className="nav-foot">
          {!auditor && <BalanceLink className="nav-balance" />}
          <div className="nav-user">
            <button type="button" className="nav-user-name grow" popoverTarget="account">
              <b>{user.name}</b>
              <span>{title ? translate(title) : user.studentId}</span>
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
        {auditor ? <span className="grow" /> : <BalanceLink className="bal" />}
        {!auditor && <BellLink userId={user.id} />}
        <PaletteOpener findsPeople={admin} compact />
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
      <div className="page">
        {!auditor && <AnnouncementBanners userId={user.id} />}
        {children}
      </div>
      <nav className="bottombar" aria-label={translate("mainNavigation")}>
        {bottom.map(bottomLink)}
        {admin && (
          <button type="button" popoverTarget="more">
            <Ellipsis className="icon" />
            {translate("more")}
          </button>
        )}
      </nav>
      {news !== null && <NewsWatch seen={news} />}
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
