import enAccount from "../../messages/en/account.json";
import enAudit from "../../messages/en/audit.json";
import enBalance from "../../messages/en/balance.json";
import enChannels from "../../messages/en/channels.json";
import enCourses from "../../messages/en/courses.json";
import enErrors from "../../messages/en/errors.json";
import enGroups from "../../messages/en/groups.json";
import enHealth from "../../messages/en/health.json";
import enHome from "../../messages/en/home.json";
import enImports from "../../messages/en/imports.json";
import enKeys from "../../messages/en/keys.json";
import enLedger from "../../messages/en/ledger.json";
import enLimits from "../../messages/en/limits.json";
import enModels from "../../messages/en/models.json";
import enPrices from "../../messages/en/prices.json";
import enRoster from "../../messages/en/roster.json";
import enSettings from "../../messages/en/settings.json";
import enShell from "../../messages/en/shell.json";
import enSpeed from "../../messages/en/speed.json";
import enSquare from "../../messages/en/square.json";
import enUi from "../../messages/en/ui.json";
import enUsage from "../../messages/en/usage.json";
import enUsers from "../../messages/en/users.json";
import enValidation from "../../messages/en/validation.json";
import zhAccount from "../../messages/zh/account.json";
import zhAudit from "../../messages/zh/audit.json";
import zhBalance from "../../messages/zh/balance.json";
import zhChannels from "../../messages/zh/channels.json";
import zhCourses from "../../messages/zh/courses.json";
import zhErrors from "../../messages/zh/errors.json";
import zhGroups from "../../messages/zh/groups.json";
import zhHealth from "../../messages/zh/health.json";
import zhHome from "../../messages/zh/home.json";
import zhImports from "../../messages/zh/imports.json";
import zhKeys from "../../messages/zh/keys.json";
import zhLedger from "../../messages/zh/ledger.json";
import zhLimits from "../../messages/zh/limits.json";
import zhModels from "../../messages/zh/models.json";
import zhPrices from "../../messages/zh/prices.json";
import zhRoster from "../../messages/zh/roster.json";
import zhSettings from "../../messages/zh/settings.json";
import zhShell from "../../messages/zh/shell.json";
import zhSpeed from "../../messages/zh/speed.json";
import zhSquare from "../../messages/zh/square.json";
import zhUi from "../../messages/zh/ui.json";
import zhUsage from "../../messages/zh/usage.json";
import zhUsers from "../../messages/zh/users.json";
import zhValidation from "../../messages/zh/validation.json";
import type { Locale } from "./locale.ts";

/** One file per noun and language. A new noun gets its two files, and a line in each of the four places here. */
const en = {
  account: enAccount,
  audit: enAudit,
  balance: enBalance,
  channels: enChannels,
  courses: enCourses,
  errors: enErrors,
  groups: enGroups,
  health: enHealth,
  home: enHome,
  imports: enImports,
  keys: enKeys,
  limits: enLimits,
  ledger: enLedger,
  models: enModels,
  prices: enPrices,
  roster: enRoster,
  settings: enSettings,
  shell: enShell,
  speed: enSpeed,
  square: enSquare,
  ui: enUi,
  usage: enUsage,
  users: enUsers,
  validation: enValidation,
};

/** The English files say which keys exist; the Chinese ones must have the same (checked here and by messages.test.ts). */
export type Messages = typeof en;
export type Noun = keyof Messages;

const zh: Messages = {
  account: zhAccount,
  audit: zhAudit,
  balance: zhBalance,
  channels: zhChannels,
  courses: zhCourses,
  errors: zhErrors,
  groups: zhGroups,
  health: zhHealth,
  home: zhHome,
  imports: zhImports,
  keys: zhKeys,
  limits: zhLimits,
  ledger: zhLedger,
  models: zhModels,
  prices: zhPrices,
  roster: zhRoster,
  settings: zhSettings,
  shell: zhShell,
  speed: zhSpeed,
  square: zhSquare,
  ui: zhUi,
  usage: zhUsage,
  users: zhUsers,
  validation: zhValidation,
};

export const messages: Record<Locale, Messages> = { zh, en };
