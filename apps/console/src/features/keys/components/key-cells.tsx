import type { KeyRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { Meter } from "#components/ui/meter.tsx";
import { Status } from "#components/ui/status.tsx";
import type { Format } from "#i18n/format.ts";

const dayMs = 86_400_000;
/** An end nearer than this is worth a warning. */
const soonDays = 7;

/** Name, what may be shown of the key, until when its former secret works, and from where it may be used. */
export function KeyName({ row, format }: { row: KeyRow; format: Format }) {
  const translate = useTranslations("keys");
  const { formerEndsAt, networks } = row;
  const [first] = networks;
  return (
    <div className={`keyname ${row.status === "disabled" ? "muted" : ""}`}>
      {row.name}
      <span>
        {row.prefix}…{row.lastFour}
      </span>
      {formerEndsAt !== null && (
        <small title={format.exact(formerEndsAt)}>
          {translate("formerUntil", { time: format.dateTime(formerEndsAt) })}
        </small>
      )}
      {first !== undefined && (
        <small title={networks.join("\n")}>{translate("onlyFrom", { first, count: networks.length })}</small>
      )}
    </div>
  );
}

export function KeyModels({ row }: { row: KeyRow }) {
  const translate = useTranslations("keys");
  const [first] = row.models;
  if (first === undefined) return translate("allModels");
  return <span title={row.models.join("\n")}>{translate("someModels", { first, count: row.models.length })}</span>;
}

/** Spent and cap in bare numbers, with how much of it is used as a bar; without a cap what was spent so far. */
export function KeyCap({ row, format }: { row: KeyRow; format: Format }) {
  const translate = useTranslations("keys");
  if (row.capNanos === null) {
    return (
      <span className="muted">
        {row.spentNanos === 0n ? translate("noCap") : translate("noCapSpent", { spent: format.money(row.spentNanos) })}
      </span>
    );
  }
  const column = format.moneyColumn([row.capNanos]);
  const spent = row.spentNanos > 0n && row.spentNanos < 10_000_000n ? "<0.01" : column(row.spentNanos);
  const words = translate("capUse", { spent, cap: column(row.capNanos), period: translate(`period_${row.capPeriod}`) });
  return (
    <div className="cap">
      <span>{words}</span>
      <Meter value={format.plotUnits(row.spentNanos)} max={format.plotUnits(row.capNanos)} label={words} />
    </div>
  );
}

/** The last day a key works; close ends count the days. */
export function KeyExpiry({ row, format, now }: { row: KeyRow; format: Format; now: Date }) {
  const translate = useTranslations("keys");
  if (row.expiresAt === null) return <span className="muted">{translate("expiryNone")}</span>;
  const lastDay = format.date(new Date(row.expiresAt.getTime() - 1));
  const days = Math.ceil((row.expiresAt.getTime() - now.getTime()) / dayMs);
  const soon = !row.isExpired && days <= soonDays;
  return (
    <span className={soon ? "text-warning" : undefined} title={format.exact(row.expiresAt)}>
      {soon ? translate("inDays", { days }) : lastDay}
    </span>
  );
}

/** When, from where and with what a key was used last. */
export function KeyLastUse({ row, format }: { row: KeyRow; format: Format }) {
  if (row.lastUsedAt === null) return <span className="muted">—</span>;
  const where = [row.lastUsedIp, row.lastUsedClient].filter(Boolean).join(" · ");
  return (
    <span title={format.exact(row.lastUsedAt)}>
      {format.relative(row.lastUsedAt)}
      {where && <span className="where muted tiny">{where}</span>}
    </span>
  );
}

export function KeyStatus({ row }: { row: KeyRow }) {
  const translate = useTranslations("keys");
  if (row.isLeaked) return <Status kind="down">{translate("statusLeaked")}</Status>;
  if (row.status === "disabled") return <Status kind="off">{translate("statusDisabled")}</Status>;
  if (row.isExpired) return <Status kind="off">{translate("statusExpired")}</Status>;
  if (row.isGroupClosed) return <Status kind="off">{translate("statusGroupClosed")}</Status>;
  if (row.capNanos !== null && row.spentNanos >= row.capNanos) {
    return <Status kind="warn">{translate("statusCapped")}</Status>;
  }
  if (row.lastUsedAt === null) return <Status kind="wait">{translate("statusUnused")}</Status>;
  return <Status kind="ok">{translate("statusOk")}</Status>;
}
