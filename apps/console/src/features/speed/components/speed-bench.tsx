"use client";
import { Play, Square } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { reasonKey } from "../reasons.ts";
import type { SpeedInput } from "../schema.ts";
import { Choice } from "./choice.tsx";
import { LaneCard } from "./lane-card.tsx";
import { useSpeedRun } from "./use-speed-run.ts";

export interface BenchModel {
  name: string;
  /** Nanos of a run, as text; null: no price. */
  cost: { short: string | null; long: string | null };
}

interface SpeedBenchProps {
  models: BenchModel[];
  concurrencies: SpeedInput["concurrency"][];
  runs: number;
  mostModels: number;
  language: SpeedInput["language"];
}

/** What is to be measured, at what price; then the models while they answer. */
export function SpeedBench({ models, concurrencies, runs, mostModels, language }: SpeedBenchProps) {
  const translate = useTranslations("speed");
  const run = useSpeedRun();
  const [input, setInput] = useState<SpeedInput>({
    models: models[0] === undefined ? [] : [models[0].name],
    prompt: "short",
    language,
    isCached: false,
    concurrency: 1,
  });
  const change = (changes: Partial<SpeedInput>) => setInput((before) => ({ ...before, ...changes }));
  const toggle = (name: string) =>
    change({
      models: input.models.includes(name) ? input.models.filter((each) => each !== name) : [...input.models, name],
    });
  const isFull = input.models.length >= mostModels;
  const chosen = models.filter((model) => input.models.includes(model.name));
  return (
    <>
      <fieldset className="speed-form" disabled={run.isRunning} id="speed-form">
        <legend className="label">
          {translate("models")}
          <span className="unit"> {translate("modelsHint", { count: input.models.length, most: mostModels })}</span>
        </legend>
        <div className="speed-models">
          {models.map(({ name }) => {
            const isChosen = input.models.includes(name);
            return (
              <button
                key={name}
                type="button"
                className="chip"
                aria-pressed={isChosen}
                disabled={run.isRunning || (!isChosen && isFull)}
                onClick={() => toggle(name)}
              >
                <code>{name}</code>
              </button>
            );
          })}
        </div>
        <div className="speed-options">
          <Choice
            label={translate("prompt")}
            value={input.prompt}
            options={(["short", "long"] as const).map((value) => ({ value, label: translate(`prompt_${value}`) }))}
            onChoose={(prompt) => change({ prompt })}
          />
          <Choice
            label={translate("language")}
            value={input.language}
            options={(["zh", "en"] as const).map((value) => ({ value, label: translate(`language_${value}`) }))}
            onChoose={(value) => change({ language: value })}
          />
          {concurrencies.length > 1 && (
            <Choice
              label={translate("concurrency")}
              value={input.concurrency}
              options={concurrencies.map((value) => ({ value, label: String(value) }))}
              onChoose={(concurrency) => change({ concurrency })}
            />
          )}
          <label className="speed-check">
            <input
              type="checkbox"
              className="check"
              checked={input.isCached}
              onChange={(event) => change({ isCached: event.target.checked })}
            />
            {translate("cached")}
          </label>
        </div>
      </fieldset>
      <div className="row wrap speed-start">
        {run.isRunning ? (
          <Button onClick={run.stop}>
            <Square className="icon" />
            {translate("stop")}
          </Button>
        ) : (
          <Button variant="primary" disabled={chosen.length === 0} onClick={() => run.start(input)}>
            <Play className="icon" />
            {translate("start")}
          </Button>
        )}
        <Cost chosen={chosen} prompt={input.prompt} />
      </div>
      {run.problem !== null && <Problem problem={run.problem} />}
      <Announcement run={run} runs={runs} />
      {run.lanes.length > 0 && (
        <section aria-label={translate("lanes")}>
          <ul className="speed-lanes">
            {run.lanes.map((lane) => (
              <LaneCard key={lane.model} lane={lane} runs={runs} isRunning={run.isRunning} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** What it will cost at most, before it begins. */
function Cost({ chosen, prompt }: { chosen: BenchModel[]; prompt: SpeedInput["prompt"] }) {
  const translate = useTranslations("speed");
  const format = useFormat();
  if (chosen.length === 0) return <p className="small muted">{translate("pickModels")}</p>;
  const costs = chosen.map((model) => model.cost[prompt]);
  const sum = costs.reduce((total, cost) => total + BigInt(cost ?? "0"), 0n);
  return (
    <p className="small muted">
      {sum === 0n ? translate("costFree") : translate("costAtMost", { cost: format.money(sum) })}
      {costs.includes(null) && <span className="block">{translate("costUnpriced")}</span>}
    </p>
  );
}

function Problem({ problem }: { problem: NonNullable<ReturnType<typeof useSpeedRun>["problem"]> }) {
  const translate = useTranslations("speed");
  if (problem.kind === "broken")
    return (
      <Notice tone="warning" className="mt-3">
        {translate("problem_broken")}
      </Notice>
    );
  if (problem.kind === "ended") {
    const key = reasonKey(problem.code);
    const reason = key === null ? problem.code : translate(key);
    return (
      <Notice tone="warning" className="mt-3">
        {translate("problem_ended", { reason })}
      </Notice>
    );
  }
  const refusals = ["one_at_a_time", "invalid_input", "not_yours", "signed_out", "foreign_origin"] as const;
  const known = refusals.find((each) => each === problem.code) ?? "invalid_input";
  return (
    <Notice tone="warning" className="mt-3">
      {translate(`problem_${known}`)}
    </Notice>
  );
}

/** For the ear: each request that is measured, and the end. There before its words. */
function Announcement({ run, runs }: { run: ReturnType<typeof useSpeedRun>; runs: number }) {
  const translate = useTranslations("speed");
  const last = run.lanes.findLast((lane) => lane.state === "done" && lane.place > 0);
  const words = last ? translate("announceRun", { model: last.model, place: last.place, runs }) : "";
  return (
    <p className="sr" role="status">
      {run.lanes.length > 0 && !run.isRunning ? translate("announceEnd") : words}
    </p>
  );
}
