"use client";
import { Zap } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { testSavedChannel } from "../actions.ts";
import { TestResult } from "./test-result.tsx";
import { useUpstreamTest } from "./use-upstream-test.ts";

/** Tries a saved channel with one of its models, with the stored credential. */
export function TestSavedChannel({ channelId, upstreamModels }: { channelId: string; upstreamModels: string[] }) {
  const translate = useTranslations("channels");
  const test = useUpstreamTest();
  const [model, setModel] = useState(upstreamModels[0] ?? "");
  const upstreamModel = upstreamModels.includes(model) ? model : (upstreamModels[0] ?? "");
  return (
    <section className="grid gap-2">
      <div className="row">
        {upstreamModels.length > 0 && (
          <select
            className="select h-(--height-control) grow font-mono"
            aria-label={translate("testWith")}
            value={upstreamModel}
            onChange={(event) => setModel(event.target.value)}
          >
            {upstreamModels.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        )}
        <Button
          aria-disabled={test.pending}
          aria-busy={test.pending}
          onClick={() => test.run(() => testSavedChannel({ channelId, upstreamModel }))}
        >
          <Zap className="icon" />
          {translate("test")}
        </Button>
      </div>
      <TestResult test={test} />
    </section>
  );
}
