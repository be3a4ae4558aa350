import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { ModelBulkBar } from "#features/models/components/bulk-bar.tsx";
import { ModelSheet } from "#features/models/components/model-sheet.tsx";
import { ModelsFilters } from "#features/models/components/models-filters.tsx";
import { ModelsTable } from "#features/models/components/models-table.tsx";
import { ModelSelection } from "#features/models/components/selection.tsx";
import {
  filterModels,
  MODELS_PER_PAGE,
  modelsHref,
  readFilters,
  readPage,
  stateOf,
} from "#features/models/model-state.ts";
import { getAdminModels, redirectsOf } from "#features/models/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { requireRole } from "#server/session.ts";

type Search = Promise<Record<string, string | string[] | undefined>>;

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("models");
  return { title: translate("title") };
}

export default async function ModelsPage({ searchParams }: { searchParams: Search }) {
  await requireRole("admin");
  const [search, { models, groups }, translate, format] = await Promise.all([
    searchParams,
    getAdminModels(),
    getTranslations("models"),
    getFormat(),
  ]);
  const filters = readFilters(search);
  const shown = filterModels(models, filters);
  const page = readPage(search, shown.length);
  const open = models.find((model) => model.id === search.model);
  const facts = translate("facts", {
    count: models.length,
    normal: models.filter((model) => stateOf(model) === "normal").length,
  });
  return (
    <ClientMessages nouns={["models", "prices"]}>
      <Page
        title={translate("title")}
        facts={models.length > 0 && facts}
        sheet={
          open && (
            <ModelSheet
              key={open.id}
              model={open}
              groups={groups}
              redirects={redirectsOf(open, models)}
              closeHref={modelsHref(filters, { page })}
            />
          )
        }
      >
        {models.length === 0 ? (
          <Empty action={<ButtonLink href="/admin/channels?channel=new">{translate("toChannels")}</ButtonLink>}>
            {translate("empty")}
          </Empty>
        ) : (
          <>
            <ModelsFilters models={models} groups={groups} filters={filters} />
            {shown.length === 0 ? (
              <Empty action={<ButtonLink href="/admin/models">{translate("clearFilters")}</ButtonLink>}>
                {translate("noneFound")}
              </Empty>
            ) : (
              <ModelSelection key={modelsHref(filters)}>
                <ModelsTable
                  models={shown.slice((page - 1) * MODELS_PER_PAGE, page * MODELS_PER_PAGE)}
                  groups={groups}
                  symbol={format.symbol}
                  href={(model) => modelsHref(filters, { page, model })}
                  openId={open?.id}
                />
                <Pagination
                  page={page}
                  pageSize={MODELS_PER_PAGE}
                  total={shown.length}
                  href={(next) => modelsHref(filters, { page: next })}
                />
                <ModelBulkBar
                  shown={shown.map(({ id, name }) => ({ id, name }))}
                  groups={groups.map(({ id, name }) => ({ id, name }))}
                  redirects={models.filter(({ standing }) => standing === "up").map(toRedirect)}
                />
              </ModelSelection>
            )}
          </>
        )}
      </Page>
    </ClientMessages>
  );
}

function toRedirect({ id, name }: { id: string; name: string }) {
  return { id, name, isEquivalent: false };
}
