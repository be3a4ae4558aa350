import type { UsageReceipt } from "@lyceum/db";
import { type ChargeLine, multiplyDivide } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import type { Format } from "#i18n/format.ts";

/** Line by line before the group's multiplier; the lines' own amounts are after it. */
function beforeGroup(line: ChargeLine): bigint {
  return line.class === "request" ? line.priceNanos : multiplyDivide(BigInt(line.tokens), line.priceNanos, 1_000_000n);
}

interface ReceiptCalculationProps {
  receipt: UsageReceipt;
  groupName: string;
  format: Format;
}

/** The charge as it was computed: tokens × price = amount, sub-total, group, charge. */
export function ReceiptCalculation({ receipt, groupName, format }: ReceiptCalculationProps) {
  const translate = useTranslations("usage");
  const lines = receipt.lines.map((line) => ({ ...line, plainNanos: beforeGroup(line) }));
  const subtotal = lines.reduce((sum, line) => sum + line.plainNanos, 0n);
  const prices = format.moneyColumn(lines.map((line) => line.priceNanos));
  const amounts = (nanos: bigint) => (nanos === 0n ? "0" : format.fixed(nanos, 7));
  const summed = lines.reduce((sum, line) => sum + line.amountNanos, 0n);
  return (
    <>
      <table className="calc">
        <caption className="sr">{translate("calculation")}</caption>
        <thead>
          <tr>
            <th scope="col">{translate("item")}</th>
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
              <td>{prices(line.priceNanos)}</td>
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
              <td>{amounts(subtotal)}</td>
            </tr>
            <tr>
              <th scope="row" colSpan={5}>
                {translate("groupFactor", { group: groupName, factor: receipt.multiplierPpm / 1e6 })}
              </th>
              <td className="muted">{amounts(summed - subtotal)}</td>
            </tr>
            {receipt.costNanos !== summed && (
              <tr>
                <th scope="row" colSpan={5}>
                  {translate("corrected")}
                </th>
                <td className="muted">{amounts(receipt.costNanos - summed)}</td>
              </tr>
            )}
            {receipt.uncollectedNanos > 0n && (
              <tr>
                <th scope="row" colSpan={5}>
                  {translate("uncollected")}
                </th>
                <td className="muted">{amounts(-receipt.uncollectedNanos)}</td>
              </tr>
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
      </p>
    </>
  );
}
