import { Brain, Gift, Image, Server, Wrench } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { Dot } from "#components/ui/badge.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { ChipLink, Segmented } from "#components/ui/link-choices.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { ModelNotices } from "#features/home/components/model-notices.tsx";
import { getBaseUrl } from "#features/keys/base-url.ts";
import { getSpeeds } from "#features/speed/queries.ts";
import { ModelCard } from "#features/square/components/model-card.tsx";
import { ModelSheet } from "#features/square/components/model-sheet.tsx";
import { ModelTable } from "#features/square/components/model-table.tsx";
import { filterModels, filters, isAway, readSquareParams, searchModels, squareHref } from "#features/square/filter.ts";
import { findBasePrice, getSquare } from "#features/square/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { requireSession } from "#server/session.ts";
import { getSettings } from "#server/settings.ts";

const icons = { all: null, vision: Image, thinking: Brain, tools: Wrench, free: Gift, local: Server } as const;

interface ModelsPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("square");
  return { title: translate("title") };
}

export default async function ModelsPage({ searchParams }: ModelsPageProps) {
  const user = await requireSession();
  const params = readSquareParams(await searchParams);
  const [translate, format, { contact }, all, baseUrl, speeds] = await Promise.all([
    getTranslations("square"),
    getFormat(),
    getSettings(),
    getSquare(user.id),
    getBaseUrl(),
    getSpeeds(),
  ]);
  const matching = searchModels(all, params.q);
  const found = params.away ? matching : matching.filter((model) => !isAway(model));
  const models = filterModels(found, params.filter);
  const away = filterModels(matching, params.filter).filter(isAway).length;
  const open = params.model === null ? null : (all.find((model) => model.name === params.model) ?? notFound());
  const place = models.findIndex((model) => model.name === params.model);
  const step = (by: number) => {
    const name = place === -1 ? undefined : models[place + by]?.name;
    return name === undefined ? null : squareHref(params, { model: name });
  };
  const count = (state: string) => all.filter((model) => model.state === state && !isAway(model)).length;
  const facts = translate("facts", {
    available: count("available"),
    locked: count("locked"),
    unpriced: count("unpriced"),
    symbol: format.symbol,
  });
  const closeHref = squareHref(params, { model: null });
  const sheet = open && (
    <ModelSheet
      model={open}
      speed={speeds.get(open.id) ?? null}
      price={await findBasePrice(open.id)}
      format={format}
      contact={contact}
      baseUrl={baseUrl}
      closeHref={closeHref}
      previous={step(-1)}
      next={step(1)}
    />
  );
  return (
    <ClientMessages nouns={["keys"]}>
      <Page title={translate("title")} facts={facts} sheet={sheet}>
        <ModelNotices userId={user.id} />
        <div className="row wrap square-bar">
          <SearchForm
            path="/models"
            value={params.q}
            label={translate("search")}
            keep={{
              filter: params.filter === "all" ? undefined : params.filter,
              view: params.view === "cards" ? undefined : params.view,
              away: params.away ? "1" : undefined,
            }}
          />
          <Segmented
            label={translate("view")}
            links={(["cards", "table"] as const).map((view) => ({
              href: squareHref(params, { view, model: null }),
              label: translate(`view_${view}`),
              current: view === params.view,
            }))}
          />
        </div>
        <nav className="scroller mt-2.5" aria-label={translate("filters")}>
          {filters.map((filter) => {
            const Icon = icons[filter];
            const current = filter === params.filter;
            return (
              <ChipLink
                key={filter}
                href={squareHref(params, { filter: current ? "all" : filter, model: null })}
                current={current}
                icon={Icon && <Icon className="icon icon-sm" />}
              >
                {translate(`filter_${filter}`)} {filterModels(found, filter).length}
              </ChipLink>
            );
          })}
        </nav>
        {away > 0 && (
          <p className="small muted mt-2.5">
            {translate("away", { count: away })}
            <Dot />
            <Link href={squareHref(params, { away: !params.away, model: null })} scroll={false}>
              {translate(params.away ? "hideAway" : "showAway")}
            </Link>
          </p>
        )}
        {models.length === 0 && (
          <Empty action={<ButtonLink href="/models">{translate("showAll")}</ButtonLink>}>
            {translate(all.length === 0 ? "empty" : all.every(isAway) ? "allAway" : "noneFound")}
          </Empty>
        )}
        {params.view === "cards" && models.length > 0 && (
          <div className="cards">
            {models.map((model) => (
              <ModelCard
                key={model.id}
                model={model}
                speed={speeds.get(model.id) ?? null}
                format={format}
                contact={contact}
                href={squareHref(params, { model: model.name })}
                isOpen={model.id === open?.id}
              />
            ))}
          </div>
        )}
        {params.view === "table" && models.length > 0 && (
          <ModelTable
            models={models}
            format={format}
            hrefOf={(name) => squareHref(params, { model: name })}
            open={params.model}
          />
        )}
      </Page>
    </ClientMessages>
  );
}
