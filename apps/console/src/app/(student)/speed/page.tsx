import { speedProtocol } from "@lyceum/domain";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getLocale, getTranslations } from "next-intl/server";
import { Page, Section } from "#components/shell/page.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { CopyLine } from "#components/ui/code-block.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { getBaseUrl } from "#features/keys/base-url.ts";
import { Definitions } from "#features/speed/components/definitions.tsx";
import { HeatMap } from "#features/speed/components/heat-map.tsx";
import { HistoryTable } from "#features/speed/components/history-table.tsx";
import { RunActions } from "#features/speed/components/run-actions.tsx";
import { RunResult } from "#features/speed/components/run-result.tsx";
import { SpeedBench } from "#features/speed/components/speed-bench.tsx";
import { TrafficTable } from "#features/speed/components/traffic-table.tsx";
import { readSpeedParams, speedHref } from "#features/speed/params.ts";
import {
  getChannelNames,
  getOwnRun,
  getRuns,
  getSpeedHours,
  getSpeeds,
  getWeekBefore,
  heatDays,
  listTestable,
} from "#features/speed/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { requireSession } from "#server/session.ts";
import { getSettings } from "#server/settings.ts";

const MODELS_PER_PAGE = 50;

interface SpeedPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("speed");
  return { title: translate("title") };
}

export default async function SpeedPage({ searchParams }: SpeedPageProps) {
  const user = await requireSession();
  const params = readSpeedParams(await searchParams);
  const [translate, format, locale, settings, baseUrl, models, runs] = await Promise.all([
    getTranslations("speed"),
    getFormat(),
    getLocale(),
    getSettings(),
    getBaseUrl(),
    listTestable(user.id),
    getRuns(user.id),
  ]);
  const runId = params.run ?? runs[0]?.id ?? null;
  const found = runId === null ? null : ((await getOwnRun(user.id, runId)) ?? notFound());
  const heated = models.find((model) => model.name === params.model) ?? models[0];
  const pages = Math.max(1, Math.ceil(models.length / MODELS_PER_PAGE));
  const page = Math.min(pages, params.page ?? 1 + Math.floor((heated ? models.indexOf(heated) : 0) / MODELS_PER_PAGE));
  const shown = models.slice((page - 1) * MODELS_PER_PAGE, page * MODELS_PER_PAGE);
  /** Tables of the result, which come before the others. */
  const tables = found === null ? 0 : 4;
  const shareUrl = found?.run.shareId ? `${baseUrl.replace(/\/v1$/, "")}/speed/result/${found.run.shareId}` : null;
  const facts = translate("facts", {
    runs: speedProtocol.runs,
    tokens: speedProtocol.maxTokens,
    seconds: speedProtocol.timeoutMs / 1_000,
  });
  const { everyone, staff } = speedProtocol.concurrencies;
  return (
    <ClientMessages nouns={["speed"]}>
      <Page title={translate("title")} facts={facts}>
        {models.length === 0 ? (
          <Empty action={<ButtonLink href="/models">{translate("toModels")}</ButtonLink>}>
            {translate("noModels")}
          </Empty>
        ) : (
          <SpeedBench
            models={models.map(({ name, cost }) => ({
              name,
              cost: { short: cost.short?.toString() ?? null, long: cost.long?.toString() ?? null },
            }))}
            concurrencies={[...(user.role === "admin" ? staff : everyone)]}
            runs={speedProtocol.runs}
            mostModels={speedProtocol.mostModels}
            language={locale}
          />
        )}
        <Definitions />
        {found === null ? (
          models.length > 0 && <Empty>{translate("empty")}</Empty>
        ) : (
          <>
            <RunResult
              {...found}
              weekBefore={await getWeekBefore(found.run)}
              channelNames={await getChannelNames(user.role, found.samples)}
              params={params}
              path="/speed"
              baseUrl={baseUrl}
              actions={<RunActions run={found.run} query={`run=${found.run.id}`} isOwner />}
            />
            {shareUrl !== null && (
              <div className="mt-3">
                <CopyLine label={translate("shareLink")} text={shareUrl} />
                <p className="caption mt-2">{translate("shared")}</p>
              </div>
            )}
          </>
        )}
        {models.length > 0 && (
          <Section title={translate("traffic")}>
            <TrafficTable
              models={shown}
              speeds={await getSpeeds(shown.map((model) => model.id))}
              hrefOf={(model) => speedHref(params, { model, page: null })}
              current={heated?.name ?? null}
              number={tables + 1}
              format={format}
            />
            <Pagination
              page={page}
              pageSize={MODELS_PER_PAGE}
              total={models.length}
              href={(to) => speedHref(params, { page: to })}
            />
          </Section>
        )}
        {heated && (
          <Section
            title={translate("heat")}
            facts={
              <>
                <code>{heated.name}</code> · {translate("heatFacts", { days: heatDays })}
              </>
            }
          >
            <HeatMap
              hours={await getSpeedHours(heated.id)}
              zone={settings.timeZone}
              format={format}
              number={tables + 2}
            />
          </Section>
        )}
        {runs.length > 0 && (
          <Section title={translate("history")}>
            <HistoryTable runs={runs} params={params} current={runId} number={tables + 3} format={format} />
          </Section>
        )}
      </Page>
    </ClientMessages>
  );
}
