import type { SquareModel, SquarePrice } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { Link } from "#components/ui/link.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { aboveText } from "#features/prices/above.ts";
import type { Format } from "#i18n/format.ts";
import { contextText } from "../context.ts";
import { ModelRetirement, ModelStatus } from "./model-facts.tsx";

interface ModelTableProps {
  models: SquareModel[];
  format: Format;
  hrefOf: (name: string) => string;
  open: string | null;
}

/** The same models as rows, prices under each other. */
export function ModelTable({ models, format, hrefOf, open }: ModelTableProps) {
  const translate = useTranslations("square");
  const prices = models.flatMap((model) => (model.price ? [model.price] : []));
  const column = format.exactColumn(
    prices
      .flatMap((price) => [price, ...price.tiers])
      .flatMap((each) => [each.inputNanos, each.cachedInputNanos ?? 0n, each.outputNanos]),
  );
  const amount = (nanos: bigint | null | undefined) => {
    if (nanos === null || nanos === undefined) return "—";
    return nanos === 0n ? translate("freePrice") : column(nanos);
  };
  // The base price, and under it those of the tiers, line by line beside the lengths under the model's name.
  const cell = (price: SquarePrice | null, name: "inputNanos" | "cachedInputNanos" | "outputNanos") => (
    <>
      {amount(price?.[name])}
      {price?.tiers.map((tier) => (
        <span key={tier.aboveTokens} className="muted tiny block">
          {amount(tier[name])}
        </span>
      ))}
    </>
  );
  return (
    <Table number={1} caption={translate("tableCaption", { symbol: format.symbol })} className="mt-4">
      <thead>
        <tr>
          <Head>{translate("model")}</Head>
          <th scope="col" className="wide-only">
            {translate("vendor")}
          </th>
          <th scope="col" className="num wide-only">
            {translate("context")}
            <span className="unit"> / tokens</span>
          </th>
          <Head numeric>{translate("class_input")}</Head>
          <th scope="col" className="num wide-only">
            {translate("class_cachedInput")}
          </th>
          <Head numeric>{translate("class_output")}</Head>
          <th scope="col" className="wide-only">
            {translate("group")}
          </th>
          <Head>{translate("status")}</Head>
        </tr>
      </thead>
      <tbody>
        {models.map((model) => (
          <tr
            key={model.id}
            className={model.state === "locked" ? "muted" : undefined}
            aria-selected={model.name === open ? true : undefined}
          >
            <td>
              <Link href={hrefOf(model.name)} scroll={false}>
                <code className="whitespace-normal!">{model.name}</code>
              </Link>
              {model.retiresAt && (
                <span className="tiny block text-warning">
                  <ModelRetirement model={model} format={format} />
                </span>
              )}
              {model.price?.tiers.map((tier) => (
                <span key={tier.aboveTokens} className="muted tiny block">
                  {translate("tier", { above: aboveText(tier.aboveTokens) })}
                </span>
              ))}
            </td>
            <td className="wide-only nowrap">{model.vendor || "—"}</td>
            <td className="num wide-only">{model.contextTokens === null ? "—" : contextText(model.contextTokens)}</td>
            <td className="num">{cell(model.price, "inputNanos")}</td>
            <td className="num wide-only">{cell(model.price, "cachedInputNanos")}</td>
            <td className="num">{cell(model.price, "outputNanos")}</td>
            <td className="wide-only nowrap">{model.group.name}</td>
            <td>
              <ModelStatus model={model} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
