"use client";
import { useTranslations } from "next-intl";
import { Dot } from "#components/ui/badge.tsx";
import { Status } from "#components/ui/status.tsx";
import type { Finding, TestReport } from "../upstream-test.ts";
import type { UpstreamTestState } from "./use-upstream-test.ts";

/** What the upstream answered, where it was asked: a word, the times, and a line of what it said. */
export function TestResult({ test, className = "" }: { test: UpstreamTestState; className?: string }) {
  const translate = useTranslations("channels");
  const { pending, result } = test;
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  return (
    <div role="status" className={`small empty:hidden ${className}`}>
      {pending ? (
        <Status kind="wait">{translate("testing")}</Status>
      ) : (
        result && (
          <div className="grid gap-1.5 rounded-md bg-sunken px-3 py-2">
            {result.ok ? (
              <>
                {result.data.detection && <DetectionWords detection={result.data.detection} />}
                <p>
                  <Status kind="ok">{translate(result.data.sample === "" ? "testAnswered" : "testPassed")}</Status>
                  <Dot />
                  {result.data.sample !== "" && (
                    <>
                      {translate("testTtft", { time: seconds(result.data.ttftMs) })}
                      <Dot />
                    </>
                  )}
                  {translate("testTotal", { time: seconds(result.data.totalMs) })}
                  <Dot />
                  {translate("testModels", { count: result.data.models.length })}
                </p>
                {result.data.sample === "" ? (
                  <p className="muted">{translate("testListOnly")}</p>
                ) : (
                  <p className="muted line-clamp-3">
                    {translate("testSample")} <code>{result.data.sample}</code>
                  </p>
                )}
              </>
            ) : (
              <>
                <Status kind="down">{translate("testFailed")}</Status>
                <p>{Object.values(result.fieldErrors ?? {})[0] ?? result.message}</p>
              </>
            )}
          </div>
        )
      )}
    </div>
  );
}

/** What the upstream was found to be, where that was asked; nothing else of the trial. */
export function Detected({ test: { result } }: { test: UpstreamTestState }) {
  if (result?.ok !== true || result.data.detection === null) return null;
  return (
    <div className="small pb-1">
      <DetectionWords detection={result.data.detection} />
    </div>
  );
}

/** What the upstream was found to be, by what, and what else it speaks. */
function DetectionWords({ detection: { chosen, others } }: { detection: NonNullable<TestReport["detection"]> }) {
  const translate = useTranslations("channels");
  const name = ({ provider }: Finding) => translate(`provider_${provider}`);
  const value = chosen.sign.kind === "list" ? "" : chosen.sign.value;
  return (
    <p>
      <strong className="medium">{translate("detected", { provider: name(chosen) })}</strong>
      <Dot />
      {translate(`sign_${chosen.sign.kind}`, { path: chosen.path, value })}
      {others.length > 0 && (
        <>
          <Dot />
          {translate("alsoSpeaks", { others: others.map(name).join(translate("listComma")) })}
        </>
      )}
    </p>
  );
}
