import { multiplyPrice, type SquareModel, type SquarePrice } from "@lyceum/db";
import type { Price, TokenPrices } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { Fragment } from "react";
import { Head, Table } from "#components/ui/table.tsx";
import { aboveText } from "#features/prices/above.ts";
import type { Format } from "#i18n/format.ts";

const classes = ["input", "cachedInput", "cacheWrite", "image", "audio", "output", "reasoning"] as const;

interface ModelPricesProps {
  model: SquareModel;
  /** Before any group's multiplier; null: none yet. */
  price: Price | null;
  format: Format;
}

/** One row per class that has a price of its own, again for each tier; one column per group that may use the model. */
export function ModelPrices({ model, price, format }: ModelPricesProps) {
  const translate = useTranslations("square");
  if (price === null) return <p className="muted small">{translate("unpricedNote")}</p>;
  if (model.isFree) return <p>{translate("freeModel")}</p>;
  const columns = model.groups.map((group) => ({ group, price: multiplyPrice(price, group.multiplierPpm) }));
  const all = columns.flatMap((each) => [each.price, ...each.price.tiers]);
  const column = format.exactColumn(all.flatMap((prices) => classes.map((name) => prices[`${name}Nanos`] ?? 0n)));
  /** Rows of the base prices or, by `of`, of one tier in every group. */
  const rows = (own: TokenPrices, of: (price: SquarePrice) => TokenPrices | undefined) =>
    classes
      .filter((name) => own[`${name}Nanos`] !== null)
      .map((name) => (
        <tr key={name}>
          <td>{translate(`class_${name}`)}</td>
          {columns.map(({ group, price: prices }) => {
            const nanos = of(prices)?.[`${name}Nanos`] ?? 0n;
            return (
              <td key={group.id} className={`num ${group.isMine ? "" : "muted"}`}>
                {nanos === 0n ? translate("freePrice") : column(nanos)}
              </td>
            );
          })}
        </tr>
      ));
  return (
    <Table caption={translate("pricesCaption", { symbol: format.symbol })}>
      <thead>
        <tr>
          <Head>{translate("priceClass")}</Head>
          {columns.map(({ group }) => (
            <Head key={group.id} numeric unit={format.multiplier(group.multiplierPpm)}>
              {group.name}
            </Head>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows(price, (prices) => prices)}
        {price.requestNanos > 0n && (
          <tr>
            <td>{translate("class_request")}</td>
            {columns.map(({ group, price: prices }) => (
              <td key={group.id} className={`num ${group.isMine ? "" : "muted"}`}>
                {format.moneyExact(prices.requestNanos)}
              </td>
            ))}
          </tr>
        )}
        {price.tiers.map((tier, i) => (
          <Fragment key={tier.aboveTokens}>
            <tr>
              <th scope="rowgroup" colSpan={columns.length + 1} className="font-medium">
                {translate("tier", { above: aboveText(tier.aboveTokens) })}
              </th>
            </tr>
            {rows(tier, (prices) => prices.tiers[i])}
          </Fragment>
        ))}
      </tbody>
    </Table>
  );
}
