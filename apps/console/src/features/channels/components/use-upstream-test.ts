"use client";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import type { ActionResult } from "#server/action-result.ts";
import type { TestReport } from "../upstream-test.ts";

/** The last trial of an upstream: running, its outcome, and the models it named. */
export function useUpstreamTest() {
  const translate = useTranslations("ui");
  const [result, setResult] = useState<ActionResult<TestReport> | null>(null);
  const [pending, startTransition] = useTransition();
  const run = (ask: () => Promise<ActionResult<TestReport>>): Promise<ActionResult<TestReport> | null> => {
    if (pending) return Promise.resolve(null);
    return new Promise((resolve) => {
      startTransition(async () => {
        const answered = await ask().catch(
          (): ActionResult<TestReport> => ({ ok: false, code: "offline", message: translate("offline") }),
        );
        setResult(answered);
        resolve(answered);
      });
    });
  };
  return {
    run,
    pending,
    result,
    /** An answer with a sample came from a model; one without, from the list of models only. */
    passed: result?.ok === true && result.data.sample !== "",
    models: result?.ok ? result.data.models : null,
    errors: result?.ok === false ? (result.fieldErrors ?? {}) : {},
    clear: () => setResult(null),
  };
}

export type UpstreamTestState = ReturnType<typeof useUpstreamTest>;
