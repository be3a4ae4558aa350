import type { UsageReceipt } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { aboveText } from "#features/prices/above.ts";
import type { Format } from "#i18n/format.ts";
import { receiptSums } from "../receipt-sums.ts";

interface ReceiptCalculationProps {
  receipt: UsageReceipt;
  groupName: string;
  format: Format;
}

/** The charge as it was computed: tokens × price = amount, sub-total, group, charge. */
export function ReceiptCalculation({ receipt, groupName, format }: ReceiptCalculationProps) {
  const translate = useTranslations("usage");
  const sums = receiptSums(receipt);
  const { lines } = sums;
  const prices = format.exactColumn(lines.map((line) => line.priceNanos));
  const amounts = format.exactColumn(
    Object.values(sums).flatMap((sum) => (typeof sum === "bigint" ? sum : [])),
    7,
  );
  const rows = [
    [translate("groupFactor", { group: groupName, factor: receipt.multiplierPpm / 1e6 }), sums.groupNanos],
    [translate("rounding"), sums.roundingNanos],
    [translate("corrected"), sums.correctedNanos],
    [translate("uncollected"), sums.uncollectedNanos],
  ] as const;
  return (
    <>
      <table className="calc">
        <caption className="sr">{translate("calculation")}</caption>
        <thead>
          <tr>
            <th scope="col">
              {receipt.tier ? translate("tier", { above: aboveText(receipt.tier.aboveTokens) }) : translate("item")}
            </th>
            <th scope="col">tokens</th>
            <td />
            <th scope="col">{translate("perMillion", { symbol: format.symbol })}</th>
            <td />
            <th scope="col">{translate("amount", { symbol: format.symbol })}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.class}>
              <th scope="row">{translate(`class_${line.class}`)}</th>
              <td>{line.class === "request" ? 1 : format.count(line.tokens)}</td>
              <td className="op">×</td>
              <td>{line.priceNanos === 0n ? translate("free") : prices(line.priceNanos)}</td>
              <td className="op">=</td>
              <td>{amounts(line.plainNanos)}</td>
            </tr>
          ))}
          {lines.length === 0 && (
            <tr>
              <th scope="row" colSpan={6} className="muted">
                {translate(receipt.price === null ? "unpriced" : "nothingCharged")}
              </th>
            </tr>
          )}
        </tbody>
        {lines.length > 0 && (
          <tbody>
            <tr>
              <th scope="row" colSpan={5}>
                {translate("subtotal")}
              </th>
              <td>{amounts(sums.subtotalNanos)}</td>
            </tr>
            {rows.map(
              ([words, nanos], i) =>
                // The factor stands there even where it is 1: it was asked about.
                (i === 0 || nanos !== 0n) && (
                  <tr key={words}>
                    <th scope="row" colSpan={5}>
                      {words}
                    </th>
                    <td className="muted">{amounts(nanos)}</td>
                  </tr>
                ),
            )}
          </tbody>
        )}
        <tfoot>
          <tr>
            <th scope="row" colSpan={5}>
              {translate("charge")}
            </th>
            <td>{format.money(receipt.chargeNanos)}</td>
          </tr>
        </tfoot>
      </table>
      <p className="caption mt-1.5">
        {translate("exact", { amount: format.fixed(receipt.chargeNanos, 9) })}
        {receipt.price && translate("priceVersion", { version: receipt.price.version })}
        {receipt.tier &&
          translate("tierApplied", {
            above: aboveText(receipt.tier.aboveTokens),
            tokens: format.count(receipt.inputTokens),
          })}
      </p>
    </>
  );
}
