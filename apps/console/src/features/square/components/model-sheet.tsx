import { multiplyPrice, type SquareModel } from "@lyceum/db";
import type { Price } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { CopyLine } from "#components/ui/code-block.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/sheet.tsx";
import { SheetSteps } from "#components/ui/sheet-steps.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { SnippetTabs } from "#features/keys/components/snippet-tabs.tsx";
import type { Format } from "#i18n/format.ts";
import { contextText } from "../context.ts";
import { ModelReason, ModelStatus, ModelTags } from "./model-facts.tsx";

interface ModelSheetProps {
  model: SquareModel;
  /** Before any group's multiplier; null: none yet. */
  price: Price | null;
  format: Format;
  contact: string;
  baseUrl: string;
  closeHref: string;
  previous: string | null;
  next: string | null;
}

/** All that is known of a model: code, limits, and its price in each group. */
export function ModelSheet({ model, price, format, contact, baseUrl, closeHref, previous, next }: ModelSheetProps) {
  const translate = useTranslations("square");
  const chat = !model.capabilities.some((capability) => capability === "embedding" || capability === "realtime");
  const steps = { previous: translate("previousModel"), next: translate("nextModel") };
  return (
    <Sheet
      title={<span className="font-mono">{model.name}</span>}
      facts={<ModelStatus model={model} />}
      closeHref={closeHref}
      foot={
        <>
          <span className="grow muted tiny">{translate("stepHint")}</span>
          <SheetSteps previous={previous} next={next} closeHref={closeHref} words={steps} />
        </>
      }
    >
      <div className="stack gap-4">
        {model.state !== "available" && (
          <Notice tone="warning">
            <ModelReason model={model} contact={contact} />
          </Notice>
        )}
        {model.description && <p>{model.description}</p>}
        <ModelTags model={model} />
        <CopyLine label={translate("modelName")} text={model.name} />
        {chat && model.state !== "locked" && <SnippetTabs baseUrl={baseUrl} model={model.name} />}
        <section>
          <h3 className="mb-1.5">{translate("prices")}</h3>
          <Prices model={model} price={price} format={format} />
        </section>
        <section>
          <h3 className="mb-1.5">{translate("limits")}</h3>
          <dl className="kv">
            <dt>{translate("context")}</dt>
            <dd>
              {model.contextTokens === null ? translate("unknown") : `${contextText(model.contextTokens)} tokens`}
            </dd>
            <dt>{translate("maxOutput")}</dt>
            <dd>
              {model.maxOutputTokens === null ? translate("unknown") : `${contextText(model.maxOutputTokens)} tokens`}
            </dd>
            <dt>{translate("usableIn")}</dt>
            <dd>{model.groups.map((group) => group.name).join(translate("listComma"))}</dd>
          </dl>
        </section>
      </div>
    </Sheet>
  );
}

const classes = ["input", "cachedInput", "cacheWrite", "image", "audio", "output", "reasoning"] as const;

/** One row per class that has a price of its own, one column per group that may use the model. */
function Prices({ model, price, format }: Pick<ModelSheetProps, "model" | "price" | "format">) {
  const translate = useTranslations("square");
  if (price === null) return <p className="muted small">{translate("unpricedNote")}</p>;
  const columns = model.groups.map((group) => ({ group, price: multiplyPrice(price, group.multiplierPpm) }));
  const shown = classes.filter((name) => price[`${name}Nanos`] !== null);
  const column = format.moneyColumn(columns.flatMap((each) => shown.map((name) => each.price[`${name}Nanos`] ?? 0n)));
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
        {shown.map((name) => (
          <tr key={name}>
            <td>{translate(`class_${name}`)}</td>
            {columns.map(({ group, price: prices }) => (
              <td key={group.id} className={`num ${group.isMine ? "" : "muted"}`}>
                {prices[`${name}Nanos`] === 0n ? translate("freePrice") : column(prices[`${name}Nanos`] ?? 0n)}
              </td>
            ))}
          </tr>
        ))}
        {price.requestNanos > 0n && (
          <tr>
            <td>{translate("class_request")}</td>
            {columns.map(({ group, price: prices }) => (
              <td key={group.id} className={`num ${group.isMine ? "" : "muted"}`}>
                {format.money(prices.requestNanos)}
              </td>
            ))}
          </tr>
        )}
      </tbody>
    </Table>
  );
}
