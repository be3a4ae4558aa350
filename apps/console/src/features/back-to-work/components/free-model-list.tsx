"use client";
import { MessageSquare } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useAct } from "#components/form/use-act.ts";
import { Tag } from "#components/ui/badge.tsx";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { CopyLine } from "#components/ui/code-block.tsx";
import { SnippetTabs } from "#features/snippets/components/snippet-tabs.tsx";
import { setKeyModel } from "../actions.ts";
import type { FreeModel, GoingKey } from "../free-models.ts";

interface FreeModelListProps {
  models: FreeModel[];
  /** Empty: there is no key that could use them; the playground needs none. */
  keys: GoingKey[];
  baseUrl: string;
}

/** Models that cost nothing: one press, and the key may use it and the code that does stands there. */
export function FreeModelList({ models, keys, baseUrl }: FreeModelListProps) {
  const translate = useTranslations("work");
  const { act, pending } = useAct();
  const [keyId, setKeyId] = useState(keys[0]?.id);
  const [chosen, setChosen] = useState<string | null>(null);
  const key = keys.find((each) => each.id === keyId);
  const take = (model: string, wanted = true): void => {
    if (key === undefined) return;
    if (!key.isLimited) {
      setChosen(model);
      return;
    }
    act(
      () => setKeyModel({ keyId: key.id, model, wanted }),
      ({ changed }) => {
        setChosen(wanted ? model : null);
        if (!changed) return undefined;
        if (!wanted) return { message: translate("takenBack", { key: key.name, model }) };
        return { message: translate("opened", { key: key.name, model }), undo: () => take(model, false) };
      },
    );
  };
  return (
    <div>
      {keys.length > 1 && (
        <label className="row mb-2 font-normal">
          {translate("forKey")}
          <span className="input">
            <select
              value={keyId}
              onChange={(event) => {
                setKeyId(event.target.value);
                setChosen(null);
              }}
            >
              {keys.map((each) => (
                <option key={each.id} value={each.id}>
                  {each.name} {each.shown}
                </option>
              ))}
            </select>
          </span>
        </label>
      )}
      <ul className="border-y border-line">
        {models.map((model, place) => (
          <li key={model.name} className="row wrap between border-b border-line py-2 last:border-b-0">
            <span className="row wrap">
              <code className="whitespace-normal!">{model.name}</code>
              {model.vendor && <Tag>{model.vendor}</Tag>}
              {model.isLocal && <Tag>{translate("local")}</Tag>}
            </span>
            <span className="row">
              <ButtonLink size="sm" href={`/playground?model=${encodeURIComponent(model.name)}`}>
                <MessageSquare className="icon icon-sm" />
                {translate("chat")}
              </ButtonLink>
              {key?.models.includes(model.name) && (
                <Button
                  size="sm"
                  variant={place === 0 ? "primary" : undefined}
                  aria-disabled={pending}
                  aria-label={translate("switchTo", { key: key.name, model: model.name })}
                  onClick={() => take(model.name)}
                >
                  {translate("switch", { key: key.name })}
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {chosen !== null && key !== undefined && (
        <div className="stack mt-4 gap-3" aria-live="polite">
          <p>{translate("nowUse", { key: key.name })}</p>
          <CopyLine label={translate("modelName")} text={chosen} />
          <SnippetTabs key={chosen} baseUrl={baseUrl} model={chosen} />
        </div>
      )}
    </div>
  );
}
