import type { Balance, SessionUser } from "@lyceum/db";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Notice } from "#components/ui/notice.tsx";
import { balanceState } from "#features/balance/low-balance.ts";
import { getSquare } from "#features/square/queries.ts";
import { getFormat } from "#i18n/server-format.ts";
import { getSettings } from "#server/settings.ts";

/** The one thing that stands between this person and work: an ID nobody confirmed, or a balance near its end. */
export async function StandingNotice({ user, balance }: { user: SessionUser; balance: Balance }) {
  const state = balanceState(balance);
  if (user.verified && state === "fine") return null;
  const [translate, format, settings, square] = await Promise.all([
    getTranslations("home"),
    getFormat(),
    getSettings(),
    getSquare(user.id),
  ]);
  const ask = settings.contact ? translate("askContact", { contact: settings.contact }) : translate("askStaff");
  const free = square.filter((model) => model.isFree && model.state === "available").length;
  return (
    <Notice tone={user.verified && state === "none" ? "danger" : "warning"} className="mb-5">
      <p>
        <b className="strong">
          {user.verified
            ? translate(state === "none" ? "balanceNone" : "balanceLow", {
                available: format.money(balance.availableNanos),
              })
            : translate("unverified", { studentId: user.studentId })}
        </b>{" "}
        {user.verified ? translate("moreMoney", { ask }) : translate("unverifiedMeans", { ask })}{" "}
        {state === "none" && free > 0 && (
          <Link href="/models?filter=free">{translate("freeModels", { count: free })}</Link>
        )}
      </p>
    </Notice>
  );
}
