"use client";
import { Brain, Eye, Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Status, type StatusKind } from "#components/ui/status.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import type { PlaygroundModel } from "../contract.ts";
import { useDesk } from "./desk.tsx";

const kinds = {
  ...{ available: "ok", down: "down", lost: "down", paused: "paused", unpriced: "warn" },
} as const satisfies Record<PlaygroundModel["state"], StatusKind>;

/** The models to choose from: state, price in one's own group, what they can. */
export function ModelList({ chosen, pick }: { chosen: string[]; pick: (name: string) => void }) {
  const translate = useTranslations("playground");
  const { models } = useDesk();
  const [query, setQuery] = useState("");
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = models.filter((model) => {
    const text = `${model.name} ${model.vendor} ${model.description} ${model.capabilities.join(" ")}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <>
      <span className="input">
        <Search className="icon" />
        <input
          type="search"
          value={query}
          placeholder={translate("searchModels")}
          aria-label={translate("searchModels")}
          onChange={(event) => setQuery(event.target.value)}
        />
      </span>
      <ul className="model-list">
        {found.map((model) => (
          <li key={model.name}>
            <button
              type="button"
              className="model-choice"
              aria-pressed={chosen.includes(model.name)}
              disabled={model.state !== "available"}
              onClick={() => pick(model.name)}
            >
              <ModelRow model={model} />
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="muted">{translate("noModels")}</p>}
    </>
  );
}

function ModelRow({ model }: { model: PlaygroundModel }) {
  const translate = useTranslations("playground");
  const format = useFormat();
  const { price } = model;
  const unit = (nanos: string) => format.unitPrice(BigInt(nanos));
  return (
    <>
      <span className="model-line">
        <code className="grow">{model.name}</code>
        {model.hasVision && <Can icon={<Eye className="icon icon-sm" />} word={translate("sees")} />}
        {model.canThink && <Can icon={<Brain className="icon icon-sm" />} word={translate("thinks")} />}
        <Status kind={kinds[model.state]}>{translate(`state.${model.state}`)}</Status>
      </span>
      <span className="model-line tiny muted">
        <span>{model.vendor}</span>
        {model.contextTokens !== null && <span>{format.tokens(model.contextTokens)}</span>}
        {model.isFree ? (
          <span>{translate("free")}</span>
        ) : (
          price && <span>{translate("price", { input: unit(price.inputNanos), output: unit(price.outputNanos) })}</span>
        )}
        {model.state !== "available" && model.insteadName && (
          <span>{translate("instead", { name: model.insteadName })}</span>
        )}
      </span>
    </>
  );
}

function Can({ icon, word }: { icon: ReactNode; word: string }) {
  return (
    <span className="row tiny muted">
      {icon}
      {word}
    </span>
  );
}
