import type { SquareModel, SquareSpeed } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { ButtonLink } from "#components/ui/button.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Link } from "#components/ui/link.tsx";
import { worksFor } from "#features/keys/working-model.ts";
import { SpeedLine } from "#features/speed/components/speed-line.tsx";
import type { Format } from "#i18n/format.ts";
import { ModelReason, ModelRetirement, ModelStatus, ModelTags, PriceLine } from "./model-facts.tsx";

interface ModelCardProps {
  model: SquareModel;
  /** From real traffic; null: there was none. */
  speed: SquareSpeed | null;
  format: Format;
  contact: string;
  /** Opens its sheet. */
  href: string;
  isOpen: boolean;
}

export function ModelCard({ model, speed, format, contact, href, isOpen }: ModelCardProps) {
  const translate = useTranslations("square");
  const reason = model.state === "available" ? null : <ModelReason model={model} contact={contact} />;
  return (
    <article className={`card ${model.state === "locked" ? "locked" : ""}`} data-open={isOpen ? "" : undefined}>
      <div className="card-head">
        <h2>
          <Link href={href} scroll={false}>
            {model.name}
          </Link>
        </h2>
        <CopyButton text={model.name} compact label={translate("copyName")} />
        <ModelStatus model={model} />
      </div>
      <ModelTags model={model} />
      <SpeedLine speed={speed} format={format} />
      <PriceLine price={model.price} isFree={model.isFree} format={format} />
      {(reason ?? model.description) && <p className="small muted">{reason ?? model.description}</p>}
      {model.retiresAt && (
        <p className="small text-warning">
          <ModelRetirement model={model} format={format} />
        </p>
      )}
      <div className="card-foot">
        <span className="muted tiny">{translate("priceOf", { group: model.group.name })}</span>
        <span className="end row">
          {model.state === "available" && worksFor(model, {}) && (
            <ButtonLink size="sm" href={`/playground?model=${encodeURIComponent(model.name)}`}>
              {translate("tryIt")}
            </ButtonLink>
          )}
          <ButtonLink size="sm" href={href} scroll={false}>
            {translate(worksFor(model, {}) ? "code" : "details")}
          </ButtonLink>
        </span>
      </div>
    </article>
  );
}
