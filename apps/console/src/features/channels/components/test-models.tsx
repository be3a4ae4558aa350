"use client";
import { Square, Zap } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { testSavedChannel } from "../actions.ts";
import { TestResult } from "./test-result.tsx";
import { TrialsList } from "./trials-list.tsx";
import { useModelTrials } from "./use-model-trials.ts";
import { useUpstreamTest } from "./use-upstream-test.ts";

/** Tries a saved channel: one of its models or all, whether they answer and what they are capable of. */
export function TestModels({ channelId, upstreamModels }: { channelId: string; upstreamModels: string[] }) {
  const translate = useTranslations("channels");
  const trials = useModelTrials();
  const test = useUpstreamTest();
  const [model, setModel] = useState("");
  const chosen = upstreamModels.includes(model) ? [model] : upstreamModels;
  const run = () => {
    // Without a model there is only the list to ask for.
    if (upstreamModels.length === 0) void test.run(() => testSavedChannel({ channelId, upstreamModel: "" }));
    else void trials.start({ of: { channelId }, models: chosen, depth: "all" });
  };
  return (
    <section className="grid gap-2" aria-label={translate("trials")}>
      <div className="row">
        {upstreamModels.length > 0 && (
          <select
            className="select h-(--height-control) min-w-0 grow"
            aria-label={translate("testWith")}
            value={model}
            onChange={(event) => setModel(event.target.value)}
          >
            <option value="">{translate("testWithAll", { count: upstreamModels.length })}</option>
            {upstreamModels.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        )}
        {trials.running ? (
          <Button onClick={trials.stop}>
            <Square className="icon" />
            {translate("stopTrials")}
          </Button>
        ) : (
          <Button aria-disabled={test.pending} aria-busy={test.pending} onClick={run}>
            <Zap className="icon" />
            {translate("test")}
          </Button>
        )}
      </div>
      <TestResult test={test} />
      <TrialsList state={trials} />
    </section>
  );
}
