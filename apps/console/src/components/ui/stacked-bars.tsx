"use client";
import { type KeyboardEvent, useState } from "react";
import { Bar, BarChart, CartesianGrid, ReferenceArea, ResponsiveContainer, XAxis, YAxis } from "recharts";
import { gapsOf } from "./bar-gaps.ts";
import { usePaperWidth } from "./use-paper-width.ts";

export interface BarColumn {
  /** The whole name, for the read-out: 10月12日 星期一. */
  label: string;
  /** The short one under the axis. */
  tick: string;
  /** One for each series, in the axis' unit. */
  values: number[];
  /** The same as text, exact, with unit. */
  texts: string[];
  total: string;
  /** Missing: nothing was measured (drawn hatched). Ahead: it has not happened yet (left blank). */
  state: "measured" | "missing" | "ahead";
}

export interface StackedBarsProps {
  /** 费用 / ¥ */
  yTitle: string;
  columns: BarColumn[];
  series: { label: string; color: string }[];
  /** From zero, ascending; the last is the top. */
  ticks: { value: number; text: string }[];
  /** The figure in words. */
  label: string;
  words: { missing: string; total: string; ahead: string };
  /** "end": the last column always has its tick, as for days up to today. */
  anchor: "start" | "end";
  /** Write 0 over columns that were measured and hold nothing. */
  markZeros: boolean;
}

export const chartHeight = 250;
const margin = { top: 30, right: 12, bottom: 4, left: 0 };
const axisWidth = 44;
const tickRoom = 64;
const gapWordRoom = 48;
const axisHeight = 28;
const plotHeight = chartHeight - margin.top - margin.bottom - axisHeight;

/** A stacked column chart: hover and arrow keys read out a column; the one highest carries its total. Its table twin stands in the page. */
export function StackedBars({ yTitle, columns, series, ticks, label, words, anchor, markZeros }: StackedBarsProps) {
  const [active, setActive] = useState<number | null>(null);
  const [measured, setMeasured] = useState(0);
  const paper = usePaperWidth();
  const width = paper ?? measured;
  const plot = width - axisWidth - margin.right;
  const centre = (index: number) => axisWidth + ((index + 0.5) / columns.length) * plot;
  const rows = columns.map((column, index) => ({ index, ...column }));
  const sums = columns.map((column) => column.values.reduce((sum, value) => sum + value, 0));
  const peak = sums.indexOf(Math.max(...sums));
  const every = stepFor(columns.length, plot);
  const shownTicks = columns.flatMap((_, index) =>
    (anchor === "end" ? columns.length - 1 - index : index) % every === 0 ? index : [],
  );
  const gaps = gapsOf(columns);

  const move = (event: KeyboardEvent) => {
    const last = columns.length - 1;
    const next = {
      ArrowLeft: active === null ? last : Math.max(0, active - 1),
      ArrowRight: active === null ? 0 : Math.min(last, active + 1),
      Home: 0,
      End: last,
      Escape: null,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setActive(next);
  };
  const top = ticks.at(-1)?.value ?? 1;
  const marks = columns.flatMap((column, index) => {
    const sum = sums[index] ?? 0;
    if (column.state !== "measured" || (sum === 0 ? !markZeros : index !== peak)) return [];
    const text = sum === 0 ? "0" : column.total.replace(/^[^\d]+/, "");
    return [{ index, text, left: centre(index), top: margin.top + plotHeight * (1 - sum / top) }];
  });

  return (
    // biome-ignore lint/a11y/useSemanticElements: a figure with a keyboard read-out is no fieldset
    <div
      className="bars"
      role="group"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read out its columns
      tabIndex={0}
      onKeyDown={move}
      onBlur={() => setActive(null)}
      onMouseLeave={() => setActive(null)}
    >
      <span className="bars-title">{yTitle}</span>
      <ResponsiveContainer width={paper ?? "100%"} height={chartHeight} onResize={setMeasured}>
        <BarChart
          data={rows}
          margin={margin}
          barCategoryGap="22%"
          accessibilityLayer={false}
          className="chart"
          onMouseMove={({ activeTooltipIndex }) =>
            setActive(
              activeTooltipIndex === null || activeTooltipIndex === undefined ? null : Number(activeTooltipIndex),
            )
          }
        >
          <defs>
            <pattern id="missing" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <line x1="0" x2="0" y1="0" y2="6" stroke="var(--color-control)" />
            </pattern>
          </defs>
          <CartesianGrid vertical={false} stroke="var(--color-line)" />
          {gaps.map((gap) => (
            <ReferenceArea
              key={gap.x1}
              x1={gap.x1}
              x2={gap.x2}
              fill="url(#missing)"
              fillOpacity={0.55}
              // Where it is too narrow for the word, the caption says what the hatching means.
              {...(((gap.x2 - gap.x1 + 1) / columns.length) * plot >= gapWordRoom && {
                label: { value: words.missing, position: "insideTop" as const, className: "bars-missing" },
              })}
            />
          ))}
          {active !== null && <ReferenceArea x1={active} x2={active} fill="var(--color-text)" fillOpacity={0.06} />}
          <XAxis
            dataKey="index"
            ticks={shownTicks}
            interval={0}
            height={axisHeight}
            tickLine={{ stroke: "var(--color-rule)" }}
            axisLine={{ stroke: "var(--color-rule)" }}
            tickFormatter={(index: number) => columns[index]?.tick ?? ""}
          />
          <YAxis
            width={axisWidth}
            domain={[0, ticks.at(-1)?.value ?? 1]}
            ticks={ticks.map((tick) => tick.value)}
            interval={0}
            tickLine={false}
            axisLine={false}
            tickFormatter={(value: number) => ticks.find((tick) => tick.value === value)?.text ?? ""}
          />
          {series.map(({ label: name, color }, place) => (
            <Bar
              key={name}
              dataKey={(row: BarColumn) => row.values[place] ?? 0}
              name={name}
              stackId="all"
              fill={color}
              stroke="var(--color-bg)"
              strokeWidth={1}
              isAnimationActive={false}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
      {width > 0 &&
        marks.map((mark) => (
          <span
            key={mark.index}
            className={mark.text === "0" ? "bars-mark" : "bars-mark ink"}
            style={{ left: mark.left, top: mark.top }}
            aria-hidden="true"
          >
            {mark.text}
          </span>
        ))}
      {active !== null && (
        <Readout column={columns[active]} series={series} words={words} left={centre(active)} width={width} />
      )}
    </div>
  );
}

interface ReadoutProps {
  column: BarColumn | undefined;
  series: StackedBarsProps["series"];
  words: StackedBarsProps["words"];
  left: number;
  width: number;
}

/** One column in numbers, beside its bar; spoken as well. */
function Readout({ column, series, words, left, width }: ReadoutProps) {
  if (!column) return null;
  const side = left > width / 2 ? { right: width - left + 14 } : { left: left + 14 };
  const parts = series.flatMap((each, index) =>
    column.values[index] ? [{ ...each, text: column.texts[index] ?? "" }] : [],
  );
  return (
    <div className="readout" style={side} role="status">
      <b>{column.label}</b>
      {column.state === "measured" ? (
        <dl>
          {parts.map((part) => (
            <div key={part.label}>
              <dt>
                <i style={{ background: part.color }} />
                {part.label}
              </dt>
              <dd>{part.text}</dd>
            </div>
          ))}
          <div>
            <dt>{words.total}</dt>
            <dd>{column.total}</dd>
          </div>
        </dl>
      ) : (
        <p>{words[column.state]}</p>
      )}
    </div>
  );
}

/** How many columns share one tick, in a step that reads well. */
function stepFor(count: number, width: number): number {
  if (width <= 0) return count;
  const least = (count * tickRoom) / width;
  const steps = count > 20 && count < 26 ? [1, 2, 3, 4, 6, 12] : [1, 2, 7, 14, 28];
  return steps.find((step) => step >= least) ?? count;
}
