import { getVoucherBatch, type SessionUser } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Sheet } from "#components/ui/sheet.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { orMissing } from "#features/courses/queries.ts";
import { getFormat } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";
import { RevokeButton } from "./revoke-button.tsx";

/** What a sheet can hold; the redeemed ones stand first. */
const SHOWN = 300;

/** One batch beside the list: by whom each code was redeemed, and the way to end those that nobody has. */
export async function BatchSheet({
  actor,
  courseId,
  batchId,
  closeHref,
  canRevoke,
}: {
  actor: SessionUser;
  courseId: string | null;
  batchId: string;
  closeHref: string;
  canRevoke: boolean;
}) {
  const [batch, translate, format] = await Promise.all([
    orMissing(getVoucherBatch(getDb(), actor, { courseId, batchId })),
    getTranslations("vouchers"),
    getFormat(),
  ]);
  const mayRevoke = canRevoke && batch.open > 0;
  return (
    <Sheet
      key={batch.id}
      title={batch.note}
      facts={[
        translate("worth", { amount: format.money(batch.amountNanos), count: batch.codes }),
        translate("until", { date: format.date(batch.redeemUntil) }),
        batch.endsAt === null ? translate("moneyEndless") : translate("moneyEnds", { date: format.date(batch.endsAt) }),
        ...(batch.membersOnly ? [translate("membersOnly")] : []),
      ].join(translate("comma"))}
      closeHref={closeHref}
      foot={mayRevoke && <RevokeButton batchId={batch.id} open={batch.open} />}
    >
      <Table label={translate("codes")}>
        <thead>
          <tr>
            <Head>{translate("code")}</Head>
            <Head>{translate("stateHead")}</Head>
            <th scope="col">
              <span className="sr">{translate("revoke")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {batch.vouchers.slice(0, SHOWN).map((voucher) => (
            <tr key={voucher.id}>
              <td>
                <code>{voucher.prefix}…</code>
              </td>
              <td>
                {voucher.name === null ? translate(`state.${voucher.state}`) : voucher.name}
                {voucher.closedAt && (
                  <span className="block muted tiny">
                    {voucher.studentId}{" "}
                    <span title={format.exact(voucher.closedAt)}>{format.dateTime(voucher.closedAt)}</span>
                  </span>
                )}
              </td>
              <td className="num">
                {mayRevoke && voucher.state === "open" && (
                  <RevokeButton batchId={batch.id} voucherId={voucher.id} prefix={voucher.prefix} open={1} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      {batch.vouchers.length > SHOWN && (
        <p className="muted small">{translate("andMore", { count: batch.vouchers.length - SHOWN })}</p>
      )}
    </Sheet>
  );
}
