import type { GroupRow } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/sheet.tsx";
import { PriceFacts } from "#features/prices/components/price-facts.tsx";
import { PriceHistory } from "#features/prices/components/price-history.tsx";
import { SetPrice } from "#features/prices/components/set-price.tsx";
import { getPriceHistory } from "#features/prices/queries.ts";
import { getFormat } from "#i18n/server-format.ts";
import { stateOf } from "../model-state.ts";
import type { AdminModel } from "../queries.ts";
import { ConstraintFacts } from "./constraint-facts.tsx";
import { EditModel } from "./edit-model.tsx";
import { ModelDeployments } from "./model-deployments.tsx";
import { ModelFacts } from "./model-facts.tsx";
import { ModelStatus } from "./model-status.tsx";
import { PauseModel, ResumeModel } from "./pause-model.tsx";
import { Proposals } from "./proposals.tsx";
import { RestoreModel } from "./restore-model.tsx";
import { type RedirectChoice, RetireModel } from "./retire-model.tsx";
import { StandingNotices } from "./standing-notices.tsx";

interface Props {
  model: AdminModel;
  groups: GroupRow[];
  /** What its calls may go to once it is retired. */
  redirects: RedirectChoice[];
  closeHref: string;
}

/** One model beside the list: its price and history, what is said about it, what its server takes, and which channels serve it. */
export async function ModelSheet({ model, groups, redirects, closeHref }: Props) {
  const [translate, format, versions] = await Promise.all([
    getTranslations("models"),
    getFormat(),
    getPriceHistory(model.id),
  ]);
  const { id, name, price, removedAt, removedReason } = model;
  const own = groups.filter((group) => model.groups.includes(group.id));
  return (
    <Sheet
      title={
        <span className="row">
          <code className="min-w-0 wrap-anywhere">{name}</code>
          <CopyButton text={name} compact label={translate("copyName")} />
        </span>
      }
      facts={<ModelStatus state={stateOf(model)} />}
      closeHref={closeHref}
      foot={
        <>
          <SetPrice model={{ id, name }} price={price} groups={own} />
          <EditModel model={model} groups={groups} />
          <span className="grow" />
          {removedAt ? (
            <RestoreModel model={{ id, name }} />
          ) : (
            <>
              {model.pausedAt ? <ResumeModel model={{ id, name }} /> : <PauseModel model={{ id, name }} />}
              <RetireModel model={{ id, name }} redirects={redirects} />
            </>
          )}
        </>
      }
    >
      <div className="stack gap-6">
        {removedAt && (
          <Notice tone="warning">
            {translate("removedNote", {
              when: format.dateTime(removedAt),
              reason: removedReason || translate("noReason"),
            })}{" "}
            {model.redirect && translate("removedRedirect", { name: model.redirect.name })}
          </Notice>
        )}
        {!removedAt && <StandingNotices model={model} format={format} />}
        {!price && <Notice tone="warning">{translate("unpricedNote")}</Notice>}
        {own.length === 0 && <Notice tone="warning">{translate("noGroupNote")}</Notice>}
        <Proposals proposals={model.proposals} />
        <ModelFacts model={model} groups={own} />
        <ConstraintFacts model={model} />
        {price && (
          <section>
            <div className="row between mb-1">
              <h3>{translate("price")}</h3>
              <span className="muted small">
                {translate("priceUnit", { symbol: format.symbol, version: price.version })}
              </span>
            </div>
            <PriceFacts price={price} />
          </section>
        )}
        <ModelDeployments deployments={model.deployments} />
        {versions.length > 0 && (
          <section>
            <h3 className="mb-1">{translate("priceHistory")}</h3>
            <PriceHistory versions={versions} />
          </section>
        )}
      </div>
    </Sheet>
  );
}
