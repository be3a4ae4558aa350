import type { PriceVersion } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";

/** Every version of a model's price: what, when and by whom. */
export async function PriceHistory({ versions }: { versions: PriceVersion[] }) {
  const [translate, format] = await Promise.all([getTranslations("prices"), getFormat()]);
  const amount = format.moneyColumn(versions.flatMap((version) => [version.inputNanos, version.outputNanos]));
  return (
    <Table label={translate("history")}>
      <thead>
        <tr>
          <Head numeric>{translate("version")}</Head>
          <Head numeric unit={format.symbol}>
            {translate("input")}
          </Head>
          <Head numeric unit={format.symbol}>
            {translate("output")}
          </Head>
          <Head>{translate("since")}</Head>
        </tr>
      </thead>
      <tbody>
        {versions.map((version) => (
          <tr key={version.id}>
            <td className="num">{version.version}</td>
            <td className="num">{amount(version.inputNanos)}</td>
            <td className="num">{amount(version.outputNanos)}</td>
            <td>
              {format.dateTime(version.createdAt)}
              <span className="muted tiny block">{version.actorName ?? translate("bySystem")}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
