import type { PriceVersion } from "@lyceum/db";
import type { TokenPrices } from "@lyceum/domain";
import { getTranslations } from "next-intl/server";
import { Fragment } from "react";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { aboveText } from "../above.ts";

const specialClasses = ["cachedInput", "cacheWrite", "reasoning", "image", "audio"] as const;

/** Every version of a model's price: what, when and by whom. */
export async function PriceHistory({ versions }: { versions: PriceVersion[] }) {
  const [translate, format] = await Promise.all([getTranslations("prices"), getFormat()]);
  const all = versions.flatMap((version) => [version, ...version.tiers]);
  const amount = format.exactColumn(all.flatMap((prices) => [prices.inputNanos, prices.outputNanos]));
  const price = (nanos: bigint) => (nanos === 0n ? translate("free") : amount(nanos));
  // Classes that have a price of their own beside input and output, in words under them.
  const special = (prices: TokenPrices, requestNanos = 0n) => {
    const parts = specialClasses.flatMap((of) => {
      const nanos = prices[`${of}Nanos`];
      return nanos === null ? [] : `${translate(of)} ${nanos === 0n ? translate("free") : format.unitPrice(nanos)}`;
    });
    if (requestNanos > 0n) parts.push(`${translate("request")} ${format.moneyExact(requestNanos)}`);
    return parts.join(translate("comma"));
  };
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
          <Fragment key={version.id}>
            <tr>
              <td className="num">{version.version}</td>
              <td className="num">{price(version.inputNanos)}</td>
              <td className="num">{price(version.outputNanos)}</td>
              <td>
                {format.dateTime(version.createdAt)}
                <span className="muted tiny block">{version.actorName ?? translate("bySystem")}</span>
                <span className="muted tiny block whitespace-normal">{special(version, version.requestNanos)}</span>
              </td>
            </tr>
            {version.tiers.map((tier) => (
              <tr key={tier.aboveTokens} className="muted">
                <td />
                <td className="num">{price(tier.inputNanos)}</td>
                <td className="num">{price(tier.outputNanos)}</td>
                <td>
                  {translate("tier", { above: aboveText(tier.aboveTokens) })}
                  <span className="tiny block whitespace-normal">{special(tier)}</span>
                </td>
              </tr>
            ))}
          </Fragment>
        ))}
      </tbody>
    </Table>
  );
}
