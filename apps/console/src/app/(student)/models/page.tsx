import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { Dot } from "#components/ui/badge.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Link } from "#components/ui/link.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { ModelNotices } from "#features/home/components/model-notices.tsx";
import { getBaseUrl } from "#features/keys/base-url.ts";
import { getSpeeds } from "#features/speed/queries.ts";
import { ModelCard } from "#features/square/components/model-card.tsx";
import { ModelSheet } from "#features/square/components/model-sheet.tsx";
import { ModelTable } from "#features/square/components/model-table.tsx";
import { SquareBar } from "#features/square/components/square-bar.tsx";
import {
  filterModels,
  isAway,
  MODELS_PER_PAGE,
  readSquareParams,
  searchModels,
  squareHref,
} from "#features/square/filter.ts";
import { findBasePrice, getAbout, getSquare } from "#features/square/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { requireSession } from "#server/session.ts";
import { getSettings } from "#server/settings.ts";

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
  const [translate, format, { contact }, all, baseUrl] = await Promise.all([
    getTranslations("square"),
    getFormat(),
    getSettings(),
    getSquare(user.id),
    getBaseUrl(),
  ]);
  const matching = searchModels(all, params.q);
  const found = params.away ? matching : matching.filter((model) => !isAway(model));
  const fitting = filterModels(found, params);
  const open = params.model === null ? null : (all.find((model) => model.name === params.model) ?? notFound());
  const away = filterModels(matching, params).filter(isAway).length;
  const first = (params.page - 1) * MODELS_PER_PAGE;
  const models = fitting.slice(first, first + MODELS_PER_PAGE);
  const speeds = await getSpeeds([...models, ...(open ? [open] : [])].map((model) => model.id));
  const place = fitting.findIndex((model) => model.name === params.model);
  const step = (by: number) => {
    const name = place === -1 ? undefined : fitting[place + by]?.name;
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
      about={await getAbout(user.id, open)}
      format={format}
      contact={contact}
      baseUrl={baseUrl}
      closeHref={closeHref}
      previous={step(-1)}
      next={step(1)}
    />
  );
  return (
    <ClientMessages nouns={["keys", "snippets"]}>
      <Page title={translate("title")} facts={facts} sheet={sheet}>
        <ModelNotices userId={user.id} />
        <SquareBar params={params} all={all} found={found} format={format} />
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
        <Pagination
          page={params.page}
          pageSize={MODELS_PER_PAGE}
          total={fitting.length}
          href={(page) => squareHref(params, { page, model: null })}
        />
      </Page>
    </ClientMessages>
  );
}
