import { type Balance, findWaiting, type SessionUser } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Link } from "#components/ui/link.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { ClaimForm } from "#features/account/components/claim-form.tsx";
import { balanceState } from "#features/balance/low-balance.ts";
import { CampusProof } from "#features/campus/components/campus-proof.tsx";
import { getSquare } from "#features/square/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";
import { getSettings } from "#server/settings.ts";

/** The one thing that stands between this person and work: an ID nobody confirmed, or a balance near its end. */
export async function StandingNotice({ user, balance }: { user: SessionUser; balance: Balance }) {
  const state = balanceState(balance);
  if (user.verified && state === "fine") return null;
  const [translate, format, settings, square, waiting] = await Promise.all([
    getTranslations("home"),
    getFormat(),
    getSettings(),
    getSquare(user.id),
    user.verified ? null : findWaiting(getDb(), user.id),
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
        {state === "none" && <Link href="/balance/empty">{translate("goOn", { count: free })}</Link>}
      </p>
      {waiting && (
        <>
          {waiting.courses > 0 && (
            <p>
              {translate("waiting", {
                courses: waiting.courses,
                amount: waiting.amountNanos > 0n ? format.money(waiting.amountNanos) : "none",
              })}
            </p>
          )}
          <p>{translate.rich("proveByMail", { link: (text) => <Link href="/settings">{text}</Link> })}</p>
          <CampusProof />
          <ClientMessages nouns={["account"]}>
            <ClaimForm />
          </ClientMessages>
        </>
      )}
    </Notice>
  );
}
