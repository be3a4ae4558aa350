"use client";
import type { PlannedChannel } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { Dot } from "#components/ui/badge.tsx";
import { Status, type StatusKind } from "#components/ui/status.tsx";
import { type ImportState, stateOf } from "../choices.ts";

const kinds: Record<ImportState, StatusKind> = { ready: "ok", double: "warn", exists: "off", bad: "down" };

/** One channel of a list as it would be here, or why it can't be. */
export function PlannedItem({
  channel,
  ticked,
  onTick,
  credential,
  onCredential,
}: {
  channel: PlannedChannel;
  ticked: boolean;
  onTick: (on: boolean) => void;
  credential: string;
  onCredential: (typed: string) => void;
}) {
  const translate = useTranslations("imports");
  const names = useTranslations("channels");
  const { name, typeName, type, provider, baseUrl, credentials, models, groups, notes, problem } = channel;
  const state = stateOf(channel);
  const id = `import-${channel.at}`;
  return (
    <li className="flex gap-3 border-line border-b py-2 last:border-b-0">
      <span className="pt-0.5">
        <input
          type="checkbox"
          className="check"
          id={id}
          disabled={problem !== null}
          checked={ticked}
          onChange={(event) => onTick(event.target.checked)}
        />
      </span>
      <div className="min-w-0 grow">
        <div className="row wrap gap-x-3 gap-y-0">
          <label htmlFor={id} className="medium min-w-0 wrap-anywhere">
            {name}
          </label>
          <span className="small">
            <Status kind={kinds[state]}>
              {problem === null
                ? translate(`state_${state}`, { other: channel.sameAddressAs })
                : translate(`problem_${problem}`, { type })}
            </Status>
          </span>
        </div>
        {problem !== "unreadable" && problem !== "unknown-type" && (
          <>
            <p className="small muted">
              <span className="nowrap">{typeName}</span> →{" "}
              <span className="nowrap">{names(`provider_${provider}`)}</span>
              {baseUrl !== "" && (
                <>
                  <Dot />
                  <code className="wrap-anywhere">{baseUrl}</code>
                </>
              )}
              <Dot />
              <span className="nowrap">{translate("credentials", { count: credentials })}</span>
              <Dot />
              <span className="nowrap">{names("priorityValue", { priority: channel.priority })}</span>
              <Dot />
              <span className="nowrap">{names("weightValue", { weight: channel.weight })}</span>
              {channel.overrides > 0 && (
                <>
                  <Dot />
                  <span className="nowrap">{translate("overrides", { count: channel.overrides })}</span>
                </>
              )}
            </p>
            <details className="small">
              <summary>
                {translate("models", { count: models.length, groups: groups.join(translate("comma")) })}
              </summary>
              <ul className="mt-1 grid gap-x-4 md:grid-cols-2">
                {models.map((model) => (
                  <li key={model.name} className="wrap-anywhere">
                    <code>{model.name}</code>
                    {model.upstreamModel !== model.name && (
                      <span className="muted">
                        {" = "}
                        <code>{model.upstreamModel}</code>
                      </span>
                    )}
                  </li>
                ))}
              </ul>
            </details>
            {notes.length > 0 && (
              <p className="small">{notes.map((note) => translate(`note_${note}`)).join(translate("semicolon"))}</p>
            )}
          </>
        )}
        {problem === null && credentials === 0 && ticked && (
          <span className="input mt-1.5 w-full max-w-md">
            <input
              type="password"
              autoComplete="new-password"
              aria-label={translate("credentialOf", { name })}
              placeholder={translate("credentialPlaceholder")}
              value={credential}
              onChange={(event) => onCredential(event.target.value)}
            />
          </span>
        )}
      </div>
    </li>
  );
}
