import "server-only";
import { type AuditRow, formatMultiplier } from "@lyceum/db";
import { formatAmount } from "@lyceum/domain";
import { getTranslations } from "next-intl/server";

type Words = {
  (key: string): string;
  has(key: string): boolean;
};

/** The names of acts, kinds and fields; what has no word yet appears as it is written in the trail. */
export async function getAuditWords() {
  const translate = (await getTranslations("audit")) as unknown as Words;
  const word = (key: string, fallback: string) => (translate.has(key) ? translate(key) : fallback);
  return {
    act: (action: string) => word(`acts.${action}`, action),
    kind: (kind: string) => word(`kinds.${kind}`, kind),
    setting: (key: string) => word(`settings.${key}`, key),
    field: (path: string) => (path === "" ? "" : word(`fields.${path.replaceAll(".", "-")}`, path)),
    value: (path: string, text: string) => {
      if (/(^|\.)multiplierPpm$/.test(path) && /^\d+$/.test(text)) return `× ${formatMultiplier(Number(text))}`;
      if (/Nanos$/.test(path) && /^-?\d+$/.test(text)) return formatAmount(BigInt(text));
      return text === "true" || text === "false" ? word(`values.${text}`, text) : text;
    },
    actor: (row: AuditRow) =>
      row.actorId === null ? word(`actors.${row.actorName.replaceAll(" ", "-")}`, row.actorName) : row.actorName,
  };
}

export type AuditWords = Awaited<ReturnType<typeof getAuditWords>>;

/** Where the reader finds what an entry is about; null where there is no such page. */
export function targetHref(row: AuditRow): string | null {
  if (row.action.endsWith(".delete")) return null;
  switch (row.targetKind) {
    case "user":
      return `/admin/users?user=${row.targetId}`;
    case "account":
      return row.targetName ? `/admin/users?q=${encodeURIComponent(row.targetName)}` : null;
    case "course":
      return `/courses/${row.targetId}`;
    case "group":
      return "/admin/groups";
    case "setting":
      return "/admin/settings";
    default:
      return null;
  }
}
