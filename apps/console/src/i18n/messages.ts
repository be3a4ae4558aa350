import enAccount from "../../messages/en/account.json";
import enAnnouncements from "../../messages/en/announcements.json";
import enAudit from "../../messages/en/audit.json";
import enBalance from "../../messages/en/balance.json";
import enCampus from "../../messages/en/campus.json";
import enChannels from "../../messages/en/channels.json";
import enCourses from "../../messages/en/courses.json";
import enDocs from "../../messages/en/docs.json";
import enErrors from "../../messages/en/errors.json";
import enFigures from "../../messages/en/figures.json";
import enGroups from "../../messages/en/groups.json";
import enHealth from "../../messages/en/health.json";
import enHome from "../../messages/en/home.json";
import enImports from "../../messages/en/imports.json";
import enKeys from "../../messages/en/keys.json";
import enLeaked from "../../messages/en/leaked.json";
import enLedger from "../../messages/en/ledger.json";
import enLimits from "../../messages/en/limits.json";
import enMail from "../../messages/en/mail.json";
import enModels from "../../messages/en/models.json";
import enNotices from "../../messages/en/notices.json";
import enPlayground from "../../messages/en/playground.json";
import enPrices from "../../messages/en/prices.json";
import enRequests from "../../messages/en/requests.json";
import enRoster from "../../messages/en/roster.json";
import enSettings from "../../messages/en/settings.json";
import enShell from "../../messages/en/shell.json";
import enSimulate from "../../messages/en/simulate.json";
import enSnippets from "../../messages/en/snippets.json";
import enSpeed from "../../messages/en/speed.json";
import enSquare from "../../messages/en/square.json";
import enUi from "../../messages/en/ui.json";
import enUsage from "../../messages/en/usage.json";
import enUsers from "../../messages/en/users.json";
import enValidation from "../../messages/en/validation.json";
import enVouchers from "../../messages/en/vouchers.json";
import enWork from "../../messages/en/work.json";
import zhAccount from "../../messages/zh/account.json";
import zhAnnouncements from "../../messages/zh/announcements.json";
import zhAudit from "../../messages/zh/audit.json";
import zhBalance from "../../messages/zh/balance.json";
import zhCampus from "../../messages/zh/campus.json";
import zhChannels from "../../messages/zh/channels.json";
import zhCourses from "../../messages/zh/courses.json";
import zhDocs from "../../messages/zh/docs.json";
import zhErrors from "../../messages/zh/errors.json";
import zhFigures from "../../messages/zh/figures.json";
import zhGroups from "../../messages/zh/groups.json";
import zhHealth from "../../messages/zh/health.json";
import zhHome from "../../messages/zh/home.json";
import zhImports from "../../messages/zh/imports.json";
import zhKeys from "../../messages/zh/keys.json";
import zhLeaked from "../../messages/zh/leaked.json";
import zhLedger from "../../messages/zh/ledger.json";
import zhLimits from "../../messages/zh/limits.json";
import zhMail from "../../messages/zh/mail.json";
import zhModels from "../../messages/zh/models.json";
import zhNotices from "../../messages/zh/notices.json";
import zhPlayground from "../../messages/zh/playground.json";
import zhPrices from "../../messages/zh/prices.json";
import zhRequests from "../../messages/zh/requests.json";
import zhRoster from "../../messages/zh/roster.json";
import zhSettings from "../../messages/zh/settings.json";
import zhShell from "../../messages/zh/shell.json";
import zhSimulate from "../../messages/zh/simulate.json";
import zhSnippets from "../../messages/zh/snippets.json";
import zhSpeed from "../../messages/zh/speed.json";
import zhSquare from "../../messages/zh/square.json";
import zhUi from "../../messages/zh/ui.json";
import zhUsage from "../../messages/zh/usage.json";
import zhUsers from "../../messages/zh/users.json";
import zhValidation from "../../messages/zh/validation.json";
import zhVouchers from "../../messages/zh/vouchers.json";
import zhWork from "../../messages/zh/work.json";
import type { Locale } from "./locale.ts";

/** One file per noun and language. A new noun gets its two files, and a line in each of the four places here. */
const en = {
  account: enAccount,
  announcements: enAnnouncements,
  audit: enAudit,
  balance: enBalance,
  campus: enCampus,
  channels: enChannels,
  courses: enCourses,
  docs: enDocs,
  errors: enErrors,
  figures: enFigures,
  groups: enGroups,
  health: enHealth,
  home: enHome,
  imports: enImports,
  keys: enKeys,
  limits: enLimits,
  leaked: enLeaked,
  ledger: enLedger,
  mail: enMail,
  models: enModels,
  notices: enNotices,
  playground: enPlayground,
  prices: enPrices,
  requests: enRequests,
  roster: enRoster,
  settings: enSettings,
  shell: enShell,
  snippets: enSnippets,
  simulate: enSimulate,
  speed: enSpeed,
  square: enSquare,
  ui: enUi,
  usage: enUsage,
  users: enUsers,
  validation: enValidation,
  vouchers: enVouchers,
  work: enWork,
};

/** The English files say which keys exist; the Chinese ones must have the same (checked here and by messages.test.ts). */
export type Messages = typeof en;
export type Noun = keyof Messages;

const zh: Messages = {
  account: zhAccount,
  announcements: zhAnnouncements,
  audit: zhAudit,
  balance: zhBalance,
  campus: zhCampus,
  channels: zhChannels,
  courses: zhCourses,
  docs: zhDocs,
  errors: zhErrors,
  figures: zhFigures,
  groups: zhGroups,
  health: zhHealth,
  home: zhHome,
  imports: zhImports,
  keys: zhKeys,
  limits: zhLimits,
  leaked: zhLeaked,
  ledger: zhLedger,
  mail: zhMail,
  models: zhModels,
  notices: zhNotices,
  playground: zhPlayground,
  prices: zhPrices,
  requests: zhRequests,
  roster: zhRoster,
  settings: zhSettings,
  shell: zhShell,
  snippets: zhSnippets,
  simulate: zhSimulate,
  speed: zhSpeed,
  square: zhSquare,
  ui: zhUi,
  usage: zhUsage,
  users: zhUsers,
  validation: zhValidation,
  vouchers: zhVouchers,
  work: zhWork,
};

export const messages: Record<Locale, Messages> = { zh, en };
