"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { ModelRowsState } from "./use-model-rows.ts";

const searchFrom = 12;

/** The upstream's own list of models, to tick from. */
export function FoundModels({ found, state }: { found: string[]; state: ModelRowsState }) {
  const translate = useTranslations("channels");
  const [search, setSearch] = useState("");
  const shown = found.filter((model) => model.toLowerCase().includes(search.trim().toLowerCase()));
  const ticked = (model: string) => state.rows.some((row) => (row.upstreamModel || row.name).trim() === model);
  const allTicked = shown.length > 0 && shown.every(ticked);
  if (found.length === 0) return <p className="muted small">{translate("foundNone")}</p>;
  return (
    <div className="rounded-md border border-line">
      <div className="row wrap between border-line border-b px-3 py-1.5">
        <span className="small medium">{translate("foundTitle", { count: found.length })}</span>
        {found.length >= searchFrom && (
          <span className="input h-7 w-40">
            <input
              type="search"
              aria-label={translate("foundSearch")}
              placeholder={translate("foundSearch")}
              value={search}
              onChange={(event) => setSearch(event.target.value)}
            />
          </span>
        )}
        <Button size="sm" variant="ghost" onClick={() => state.tick(shown, !allTicked)}>
          {translate(allTicked ? "tickNone" : "tickAll")}
        </Button>
      </div>
      <ul className="grid max-h-48 gap-x-4 overflow-auto px-3 py-1.5 md:grid-cols-2">
        {shown.map((model) => (
          <li key={model}>
            <label className="row small py-1">
              <input
                type="checkbox"
                className="check"
                checked={ticked(model)}
                onChange={(event) => state.tick([model], event.target.checked)}
              />
              <code className="min-w-0 wrap-anywhere">{model}</code>
            </label>
          </li>
        ))}
      </ul>
    </div>
  );
}
