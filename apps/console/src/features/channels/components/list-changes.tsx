"use client";
import type { UpstreamListState } from "@lyceum/db";
import { RefreshCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { addListed, disableUnlisted, ignoreListed, lookNow } from "../lists/actions.ts";

/** What the upstream's own list of models has gained and lost, each with what can be done about it. */
export function ListChanges({ channelId, list }: { channelId: string; list: UpstreamListState | null }) {
  const translate = useTranslations("channels");
  const format = useFormat();
  const { act, pending } = useAct();
  const [unticked, setUnticked] = useState<ReadonlySet<string>>(new Set());
  const changes = list?.changes ?? [];
  const named = (kind: "new" | "gone") => changes.filter((change) => change.kind === kind);
  const chosen = (kind: "new" | "gone") => named(kind).flatMap(({ name }) => (unticked.has(name) ? [] : [name]));
  const look = () =>
    act(
      () => lookNow({ channelId }),
      ({ added, gone }) => ({ message: translate("looked", { added, gone }) }),
    );
  const tick = (name: string, on: boolean) => {
    const next = new Set(unticked);
    if (on) next.delete(name);
    else next.add(name);
    setUnticked(next);
  };
  const ignore = (names: string[]) =>
    act(
      () => ignoreListed({ channelId, names }),
      () => ({ message: translate("ignored", { count: names.length }) }),
    );
  const add = (names: string[]) =>
    act(
      () => addListed({ channelId, names }),
      ({ newModels }) => ({ message: translate("listedAdded", { count: names.length, unpriced: newModels.length }) }),
    );
  const disable = (names: string[]) =>
    act(
      () => disableUnlisted({ channelId, names }),
      () => ({ message: translate("unlistedDisabled", { count: names.length }) }),
    );
  const lists = [
    { kind: "new", verb: "addListed", perform: add },
    { kind: "gone", verb: "disableUnlisted", perform: disable },
  ] as const;
  return (
    <section aria-busy={pending}>
      <div className="row between mb-1">
        <h3>{translate("listHeading")}</h3>
        <Button size="sm" aria-disabled={pending} onClick={look}>
          <RefreshCw className="icon icon-sm" />
          {translate("lookNow")}
        </Button>
      </div>
      <p className="muted small">
        {list?.lookedAt ? translate("lookedAt", { time: format.dateTime(list.lookedAt) }) : translate("neverLooked")}
        {list?.lookedAt && list.error === "" && changes.length === 0 && ` ${translate("noChanges")}`}
      </p>
      {list !== null && list.error !== "" && (
        <Notice tone="warning" className="mt-2">
          {translate("lookFailed")} <span className="wrap-anywhere">{list.error}</span>
        </Notice>
      )}
      {lists.map(({ kind, verb, perform }) => {
        const rows = named(kind);
        const names = chosen(kind);
        if (rows.length === 0) return null;
        return (
          <fieldset key={kind} className="m-0 mt-2 min-w-0 rounded-md border border-line p-0">
            <legend className="sr">{translate(`list_${kind}`, { count: rows.length })}</legend>
            <p className="small medium border-line border-b px-3 py-1.5" aria-hidden="true">
              {translate(`list_${kind}`, { count: rows.length })}
            </p>
            <ul className="max-h-48 overflow-auto px-3 py-1.5">
              {rows.map(({ name, since }) => (
                <li key={name}>
                  <label className="row small py-1">
                    <input
                      type="checkbox"
                      className="check"
                      checked={!unticked.has(name)}
                      onChange={(event) => tick(name, event.target.checked)}
                    />
                    <code className="min-w-0 grow wrap-anywhere">{name}</code>
                    <span className="muted nowrap">{format.dateTime(since)}</span>
                  </label>
                </li>
              ))}
            </ul>
            <div className="row wrap border-line border-t px-3 py-2">
              <Button
                size="sm"
                aria-disabled={pending || names.length === 0}
                onClick={() => names.length > 0 && perform(names)}
              >
                {translate(verb, { count: names.length })}
              </Button>
              <Button
                size="sm"
                variant="ghost"
                aria-disabled={pending || names.length === 0}
                onClick={() => names.length > 0 && ignore(names)}
              >
                {translate("ignore")}
              </Button>
            </div>
          </fieldset>
        );
      })}
    </section>
  );
}
