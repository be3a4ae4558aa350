import {
  Activity,
  BookOpenCheck,
  ChartNoAxesColumn,
  Component,
  Gauge,
  GraduationCap,
  House,
  KeyRound,
  Layers,
  type LucideIcon,
  Megaphone,
  MessageSquareText,
  Newspaper,
  Route,
  ScrollText,
  Settings,
  Tag,
  Ticket,
  Users,
  Wallet,
} from "lucide-react";
import type { Messages } from "#i18n/messages.ts";

export interface Entry {
  href: string;
  icon: LucideIcon;
  /** Key in messages/shell. */
  label: keyof Messages["shell"];
  /** A shorter word for the bottom bar. */
  short?: keyof Messages["shell"];
  /** How many incidents are open stands beside it. */
  hasIncidents?: boolean;
}

const home: Entry = { href: "/", icon: House, label: "home" };
const note: Entry = { href: "/admin", icon: Newspaper, label: "note" };
const health: Entry = { href: "/admin/health", icon: Activity, label: "health", hasIncidents: true };
const channels: Entry = { href: "/admin/channels", icon: Route, label: "channels" };
const prices: Entry = { href: "/admin/models", icon: Tag, label: "prices", short: "pricesShort" };
const users: Entry = { href: "/admin/users", icon: Users, label: "users" };

/** Only for those who have one. */
const courses: Entry = { href: "/courses", icon: GraduationCap, label: "courses" };
const models: Entry = { href: "/models", icon: Layers, label: "models" };
const playground: Entry = { href: "/playground", icon: MessageSquareText, label: "playground" };
const speed: Entry = { href: "/speed", icon: Gauge, label: "speed" };
const own: Entry[] = [
  { href: "/keys", icon: KeyRound, label: "keys" },
  { href: "/usage", icon: ChartNoAxesColumn, label: "usage" },
];
const balance: Entry = { href: "/balance", icon: Wallet, label: "balance" };

export function everyoneEntries(hasCourse: boolean): Entry[] {
  return [home, models, playground, ...own, speed, balance, ...(hasCourse ? [courses] : [])];
}

/** The bottom bar of a phone holds five; the menu has them all. */
export function everyoneBottomEntries(hasCourse: boolean): Entry[] {
  return [home, hasCourse ? courses : models, playground, ...own];
}

const ledger: Entry = { href: "/admin/ledger", icon: BookOpenCheck, label: "ledger" };
const audit: Entry = { href: "/admin/audit", icon: ScrollText, label: "audit" };

const vouchers: Entry = { href: "/admin/vouchers", icon: Ticket, label: "vouchers" };

/** An auditor's, all of them: there is nothing of his own. */
export const auditorEntries: Entry[] = [courses, vouchers, ledger, audit];

export const adminEntries: Entry[] = [
  note,
  health,
  channels,
  prices,
  { href: "/admin/groups", icon: Component, label: "groups" },
  users,
  vouchers,
  { href: "/admin/announcements", icon: Megaphone, label: "announcements" },
  ledger,
  audit,
  { href: "/admin/settings", icon: Settings, label: "settings" },
];

/** An administrator's fifth is "more", which opens all. */
export const adminBottomEntries: Entry[] = [health, channels, prices, users];
