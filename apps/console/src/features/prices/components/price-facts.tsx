import { classPrice, isFree, type Price, type TokenPrices } from "@lyceum/domain";
import { getTranslations } from "next-intl/server";
import { Fragment } from "react";
import { getFormat } from "#i18n/server-format.ts";
import { aboveText } from "../above.ts";
import { fallbackOf } from "../price-fields.ts";
import { tierClasses } from "../tier-fields.ts";

/** The price in force, class by class and tier by tier; what falls back says to what. */
export async function PriceFacts({ price }: { price: Price }) {
  const [translate, format] = await Promise.all([getTranslations("prices"), getFormat()]);
  const all = [price, ...price.tiers].flatMap((prices) => tierClasses.map((of) => classPrice(prices, of)));
  const amount = format.exactColumn(all);
  const rows = (prices: TokenPrices, isShown: (of: (typeof tierClasses)[number]) => boolean) =>
    tierClasses.filter(isShown).map((of) => {
      const nanos = prices[`${of}Nanos`];
      const to = fallbackOf(of);
      return (
        <Fragment key={of}>
          <dt>{translate(of)}</dt>
          <dd className={nanos === null ? "muted" : undefined}>
            {nanos !== null && (nanos === 0n ? translate("free") : amount(nanos))}
            {nanos === null && to && translate(to === "input" ? "asInput" : "asOutput")}
          </dd>
        </Fragment>
      );
    });
  if (isFree(price)) return <p>{translate("freeModel")}</p>;
  return (
    <>
      <dl className="kv">
        {rows(price, () => true)}
        {price.requestNanos > 0n && (
          <>
            <dt>{translate("request")}</dt>
            <dd>
              {format.moneyExact(price.requestNanos)} {translate("perRequest")}
            </dd>
          </>
        )}
      </dl>
      {price.tiers.map((tier) => (
        <Fragment key={tier.aboveTokens}>
          <h4 className="small mt-3 mb-1 font-medium">{translate("tier", { above: aboveText(tier.aboveTokens) })}</h4>
          <dl className="kv">{rows(tier, (of) => price[`${of}Nanos`] !== null || tier[`${of}Nanos`] !== null)}</dl>
        </Fragment>
      ))}
    </>
  );
}
