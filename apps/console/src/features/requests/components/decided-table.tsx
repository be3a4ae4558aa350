import type { OwnFundingRow } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { RequestOutcome } from "./request-outcome.tsx";

/** What became of requests, the last first. */
export async function DecidedTable({ requests }: { requests: OwnFundingRow[] }) {
  const [translate, format] = await Promise.all([getTranslations("requests"), getFormat()]);
  return (
    <Table label={translate("decided")}>
      <thead>
        <tr>
          <Head>{translate("who")}</Head>
          <Head numeric>{translate("asked")}</Head>
          <Head>{translate("outcomeHead")}</Head>
        </tr>
      </thead>
      <tbody>
        {requests.map((request) => (
          <tr key={request.id} id={`request-${request.id}`}>
            <td>
              {request.name} <span className="muted small">{request.studentId}</span>
              <span className="block muted tiny">{request.reason}</span>
            </td>
            <td className="num">{format.money(request.amountNanos)}</td>
            <td>
              <RequestOutcome request={request} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
