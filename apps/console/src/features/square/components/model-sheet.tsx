import type { ModelAbout, SquareModel, SquareSpeed } from "@lyceum/db";
import type { Price } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { ButtonLink } from "#components/ui/button.tsx";
import { CopyLine } from "#components/ui/code-block.tsx";
import { Link } from "#components/ui/link.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/sheet.tsx";
import { SheetSteps } from "#components/ui/sheet-steps.tsx";
import { SnippetTabs } from "#features/snippets/components/snippet-tabs.tsx";
import { SpeedLine } from "#features/speed/components/speed-line.tsx";
import type { Format } from "#i18n/format.ts";
import { contextText } from "../context.ts";
import { ModelReason, ModelRetirement, ModelStatus, ModelTags } from "./model-facts.tsx";
import { ModelParameters } from "./model-parameters.tsx";
import { ModelPast, ViewerLimits } from "./model-past.tsx";
import { ModelPrices } from "./model-prices.tsx";

interface ModelSheetProps {
  model: SquareModel;
  /** From real traffic; null: there was none. */
  speed: SquareSpeed | null;
  /** Before any group's multiplier; null: none yet. */
  price: Price | null;
  about: ModelAbout;
  format: Format;
  contact: string;
  baseUrl: string;
  closeHref: string;
  previous: string | null;
  next: string | null;
}

/** All that is known of a model: code, limits, parameters, and its price in each group. */
export function ModelSheet({
  model,
  speed,
  price,
  about,
  format,
  contact,
  baseUrl,
  closeHref,
  previous,
  next,
}: ModelSheetProps) {
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
            {model.state === "locked" && about.courses.length > 0 && (
              <p>
                {translate("openedBy", {
                  courses: about.courses.map(({ code, name }) => `${name} (${code})`).join(translate("listComma")),
                })}
              </p>
            )}
          </Notice>
        )}
        {model.retiresAt && (
          <Notice tone="warning">
            <ModelRetirement model={model} format={format} />
          </Notice>
        )}
        {model.description && <p>{model.description}</p>}
        <ModelTags model={model} />
        <div>
          <SpeedLine speed={speed} format={format} />
          <Link className="small" href={`/speed?model=${encodeURIComponent(model.name)}`}>
            {translate("speedByHour")}
          </Link>
        </div>
        <CopyLine label={translate("modelName")} text={model.name} />
        {chat && model.state === "available" && (
          <p>
            <ButtonLink size="sm" href={`/playground?model=${encodeURIComponent(model.name)}`}>
              {translate("tryIt")}
            </ButtonLink>
          </p>
        )}
        {chat && model.state !== "locked" && <SnippetTabs baseUrl={baseUrl} model={model.name} />}
        <section>
          <h3 className="mb-1.5">{translate("prices")}</h3>
          <ModelPrices model={model} price={price} format={format} />
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
            <ViewerLimits about={about} groupName={model.group.name} format={format} />
          </dl>
        </section>
        <ModelParameters constraints={model.constraints} />
        <ModelPast about={about} format={format} />
      </div>
    </Sheet>
  );
}
