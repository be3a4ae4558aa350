import type { SpeedSampleRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { Segmented } from "#components/ui/link-choices.tsx";
import { Caption } from "#components/ui/table.tsx";
import { axisFor } from "../axis.ts";
import { type SpeedMetric, type SpeedParams, speedHref, speedMetrics } from "../params.ts";
import { type ModelSummary, spreadOf } from "../summary.ts";

interface StripPlotProps {
  summaries: ModelSummary[];
  samples: SpeedSampleRow[];
  params: SpeedParams;
  path: string;
}

const fieldOf = { ttft: "ttftMs", ttfa: "ttfaMs", tpot: "tpotMs", e2e: "e2eMs" } as const satisfies Record<
  SpeedMetric,
  keyof SpeedSampleRow
>;

/** Every sample of one quantity as a dot, a row for each model, on one axis. Drawn in HTML, so that its text keeps its size. */
export function StripPlot({ summaries, samples, params, path }: StripPlotProps) {
  const translate = useTranslations("speed");
  const { metric } = params;
  const name = metric.toUpperCase();
  const pick = (sample: SpeedSampleRow) => (sample.errorCode === null ? sample[fieldOf[metric]] : null);
  const axis = axisFor(samples.flatMap((sample) => pick(sample) ?? []));
  const digits = axis.top < 5 ? 1 : 0;
  const left = (ms: number) => `${(ms / axis.top) * 100}%`;
  return (
    <figure>
      <Segmented
        label={translate("metric")}
        links={speedMetrics.map((each) => ({
          href: speedHref(params, { metric: each }, path),
          label: each.toUpperCase(),
          current: each === metric,
        }))}
      />
      <span className="bars-title speed-strip-title">{name} / ms</span>
      <div className="speed-strip">
        {summaries.map(({ model }, place) => {
          const own = samples.filter((sample) => sample.model === model);
          const median = spreadOf(
            own.filter((sample) => sample.place > 0),
            pick,
          );
          const values = own.flatMap((sample) => pick(sample)?.toFixed(digits) ?? []);
          const words = values.length === 0 ? translate("stripNone") : values.join(", ");
          return (
            <div key={model} className="speed-strip-row">
              <code>{model}</code>
              <div
                className="speed-strip-plot"
                role="img"
                aria-label={translate("stripLabel", { metric: name, model, values: words })}
              >
                {axis.ticks.map((tick) => (
                  <i key={tick.value} className="grid-line" style={{ left: `${tick.place * 100}%` }} />
                ))}
                {median && <i className="median" style={{ left: left(median.p50) }} />}
                {own.map((sample) => {
                  const ms = pick(sample);
                  if (ms === null) return null;
                  const color = `var(--color-series-${(place % 6) + 1})`;
                  return (
                    <i
                      key={sample.place}
                      className={sample.place === 0 ? "dot ring" : "dot"}
                      style={{ left: left(ms), color, top: `${30 + ((sample.place * 37) % 5) * 10}%` }}
                    />
                  );
                })}
                {values.length === 0 && <span className="muted tiny">{translate("stripNone")}</span>}
              </div>
            </div>
          );
        })}
        <div className="speed-strip-row" aria-hidden="true">
          <span />
          <div className="speed-strip-axis">
            {axis.ticks.map((tick) => (
              <span key={tick.value} style={{ left: `${tick.place * 100}%` }}>
                {tick.value.toLocaleString("en-US", { maximumFractionDigits: digits })}
              </span>
            ))}
          </div>
        </div>
      </div>
      <figcaption>
        <Caption kind="figure" number={1}>
          {translate("stripCaption", { metric: name })}
        </Caption>
      </figcaption>
    </figure>
  );
}
