"use client";
import { useTranslations } from "next-intl";
import { Status } from "#components/ui/status.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import type { Lane } from "./use-speed-run.ts";

/** One model while it is measured: what it says, and how fast. */
export function LaneCard({ lane, runs, isRunning }: { lane: Lane; runs: number; isRunning: boolean }) {
  const translate = useTranslations("speed");
  const format = useFormat();
  const rate = lane.rates.at(-1);
  return (
    <li className="speed-lane">
      <div className="row wrap">
        <code className="speed-lane-name">{lane.model}</code>
        <LaneState lane={lane} runs={runs} isRunning={isRunning} />
        <span className="end small">
          {rate === undefined ? "" : translate("laneRate", { rate: format.speed(rate) })}
        </span>
      </div>
      <Spark rates={lane.rates} label={translate("laneSpark", { model: lane.model })} />
      <p className="speed-lane-text" lang="">
        {lane.text || " "}
      </p>
    </li>
  );
}

function LaneState({ lane, runs, isRunning }: { lane: Lane; runs: number; isRunning: boolean }) {
  const translate = useTranslations("speed");
  const which = lane.place === 0 ? translate("laneWarmUp") : translate("laneRun", { place: lane.place, runs });
  if (lane.problem !== null) return <Status kind="down">{which}</Status>;
  if (lane.state === "waiting")
    return <Status kind="none">{translate(isRunning ? "laneWaiting" : "laneStopped")}</Status>;
  if (lane.state === "done" && lane.place === runs) return <Status kind="ok">{translate("laneDone")}</Status>;
  if (!isRunning) return <Status kind="paused">{translate("laneStopped")}</Status>;
  return <Status kind="wait">{lane.state === "asking" ? `${which} · ${translate("laneAsking")}` : which}</Status>;
}

const [width, height] = [300, 32];

/** A line without axis or words: its number stands beside it. */
function Spark({ rates, label }: { rates: number[]; label: string }) {
  const top = Math.max(...rates, 1);
  const points = rates.map((rate, index) => {
    const x = rates.length === 1 ? width : (index / (rates.length - 1)) * width;
    return `${x.toFixed(1)},${(height - 1 - (rate / top) * (height - 2)).toFixed(1)}`;
  });
  return (
    <svg
      className="speed-spark"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} />
      <polyline points={points.join(" ")} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
