"use client";
import { type ModelCheck, modelChecks } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Notice } from "#components/ui/notice.tsx";
import { Status, type StatusKind } from "#components/ui/status.tsx";
import { type CheckFound, countTrials, type ModelTrial, type ModelTrials } from "../trial-lines.ts";
import type { ModelTrialsState } from "./use-model-trials.ts";

type Shown = Pick<ModelTrialsState, "trials" | "failure" | "running">;

/** Each model that is tried, with what is known of it so far; and how far it has come, unless somebody else says so. */
export function TrialsList({ state, isQuiet = false }: { state: Shown; isQuiet?: boolean }) {
  const translate = useTranslations("channels");
  const { trials, failure, running } = state;
  const { all, done, usable } = countTrials(trials);
  return (
    <div className="grid gap-2">
      {!isQuiet && (
        <p role="status" className="small empty:hidden">
          {all > 0 && (
            <>
              <b className="strong">{translate("trialsDone", { done, all })}</b>{" "}
              <span className="muted">{translate("trialsUsable", { usable, failed: done - usable })}</span>
            </>
          )}
        </p>
      )}
      {failure !== null && <Notice tone="danger">{failure}</Notice>}
      {all > 0 && <Rows trials={trials} running={running} />}
    </div>
  );
}

/** Where trials stand between a form and its buttons. */
export function TrialsPane({ shown, children }: { shown: boolean; children: ReactNode }) {
  const look = shown ? "max-h-[35dvh] overflow-auto border-line border-t px-4 py-2 md:px-6" : "";
  const translate = useTranslations("channels");
  return (
    <section className={look} aria-label={translate("trials")} tabIndex={shown ? 0 : undefined}>
      {children}
    </section>
  );
}

function Rows({ trials, running }: { trials: ModelTrials; running: boolean }) {
  return (
    <ul className="border-rule border-y">
      {[...trials].map(([model, trial]) => (
        <li key={model} className="border-line border-b py-1.5 last:border-b-0">
          <Row model={model} trial={trial} running={running} />
        </li>
      ))}
    </ul>
  );
}

function Row({ model, trial, running }: { model: string; trial: ModelTrial; running: boolean }) {
  const translate = useTranslations("channels");
  const { checks, isUsable } = trial;
  const ttftMs = checks.stream?.ttftMs ?? null;
  const wrong = isUsable === false ? firstFailure(checks) : undefined;
  const known = Object.keys(checks).length;
  const started = known > 0;
  // Where one question says it all, its mark would only repeat the outcome.
  const isDetailed = known > 1 || (known === 1 && isUsable === null && running);
  return (
    <>
      <div className="row gap-x-3">
        <code className="small min-w-0 grow wrap-anywhere">{model}</code>
        {ttftMs !== null && <span className="small muted num nowrap">TTFT {(ttftMs / 1000).toFixed(2)} s</span>}
        <span className="small nowrap">
          {isUsable !== null ? (
            <Status kind={isUsable ? "ok" : "down"}>{translate(isUsable ? "testPassed" : "testFailed")}</Status>
          ) : running ? (
            <Status kind={started ? "wait" : "none"}>{translate(started ? "trialRunning" : "trialWaiting")}</Status>
          ) : (
            <Status kind="none">{translate("trialStopped")}</Status>
          )}
        </span>
      </div>
      {isDetailed && (
        <p className="small muted row wrap gap-x-3 gap-y-0">
          {modelChecks.map((check) => {
            const found = checks[check];
            return found === undefined || found.outcome === "skipped" ? null : <Mark key={check} found={found} />;
          })}
        </p>
      )}
      {wrong && <p className="small wrap-anywhere">{wrong.said || translate("trialSilent")}</p>}
    </>
  );
}

const kinds: Record<Exclude<CheckFound["outcome"], "skipped">, StatusKind> = {
  passed: "ok",
  failed: "off",
  unsure: "none",
};

function Mark({ found }: { found: CheckFound }) {
  const translate = useTranslations("channels");
  if (found.outcome === "skipped") return null;
  return (
    <span title={found.said || undefined} className="nowrap">
      <Status kind={kinds[found.outcome]}>
        {translate(`check_${found.check}`)}
        {found.outcome !== "passed" && <span className="muted">{translate(`outcome_${found.outcome}`)}</span>}
      </Status>
    </span>
  );
}

function firstFailure(checks: ModelTrial["checks"]): CheckFound | undefined {
  return (["embedding", "stream", "text"] satisfies ModelCheck[])
    .map((check) => checks[check])
    .find((found) => found?.outcome === "failed");
}
