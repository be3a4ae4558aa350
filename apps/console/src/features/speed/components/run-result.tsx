import type { SpeedRunRow, SpeedSampleRow } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Section } from "#components/shell/page.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { getFormat } from "#i18n/server-format.ts";
import type { SpeedParams } from "../params.ts";
import { channelLetters, summarize } from "../summary.ts";
import { benchLine } from "../vllm.ts";
import { OverheadTable } from "./overhead-table.tsx";
import { RateTable } from "./rate-table.tsx";
import { ResultTable } from "./result-table.tsx";
import { SampleTable } from "./sample-table.tsx";
import { StripPlot } from "./strip-plot.tsx";

interface RunResultProps {
  run: SpeedRunRow;
  samples: SpeedSampleRow[];
  /** For each model, what a run of the same kind measured a week before. */
  weekBefore: ReadonlyMap<string, SpeedSampleRow[]>;
  /** Names of channels, for those who may know them; others see letters. */
  channelNames: ReadonlyMap<string, string>;
  params: SpeedParams;
  /** The page that it stands on. */
  path: string;
  baseUrl: string;
  actions?: ReactNode;
}

/** What one run measured: table, every sample, what we add ourselves, and how to do the same with another tool. */
export async function RunResult({
  run,
  samples,
  weekBefore,
  channelNames,
  params,
  path,
  baseUrl,
  actions,
}: RunResultProps) {
  const [translate, format] = await Promise.all([getTranslations("speed"), getFormat()]);
  const summaries = summarize(run.models, samples);
  const letters = channelLetters(samples);
  const channelOf = (id: string) =>
    channelNames.get(id) ?? translate("channelLetter", { letter: letters.get(id) ?? "?" });
  const facts = [
    translate("resultFacts", {
      time: format.dateTime(run.startedAt),
      prompt: translate(`prompt_${run.prompt}`),
      language: translate(`language_${run.language}`),
      concurrency: run.concurrency,
    }),
    run.isCached ? translate("cachedRun") : null,
    translate(`state_${run.state}`),
  ];
  return (
    <>
      <Section title={translate("result")} facts={facts.filter(Boolean).join(" · ")} end={actions}>
        <ResultTable summaries={summaries} />
        <RateTable summaries={summaries} weekBefore={weekBefore} channelOf={channelOf} format={format} />
      </Section>
      <Section title={translate("samples")}>
        <StripPlot summaries={summaries} samples={samples} params={params} path={path} />
        <details className="speed-details">
          <summary>{translate("sampleTable")}</summary>
          <SampleTable samples={samples} channelOf={channelOf} format={format} />
        </details>
      </Section>
      {summaries.some((each) => each.overhead !== null) && (
        <Section title={translate("overhead")}>
          <OverheadTable summaries={summaries} samples={samples} />
        </Section>
      )}
      <Section title={translate("vllm")}>
        <CodeBlock source={run.models.map((model) => benchLine(run, model, baseUrl)).join("\n\n")} title="bash" />
        <p className="caption mt-2">{translate("vllmHint")}</p>
      </Section>
    </>
  );
}
