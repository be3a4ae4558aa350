"use client";
import { useTranslations } from "next-intl";
import type { Shared } from "../share/share-link.ts";

/** What a link holds, in full: whoever makes or opens it sees all that it carries. */
export function SharedSettings({ shared }: { shared: Shared }) {
  const translate = useTranslations("playground");
  const { models, systemPrompt, parameters, draft } = shared;
  const set = Object.entries(parameters);
  return (
    <dl className="kv shared">
      <dt>{translate("share.models")}</dt>
      <dd>
        {models.map((name) => (
          <code key={name} className="shared-value">
            {name}
          </code>
        ))}
      </dd>
      {systemPrompt.trim() !== "" && (
        <>
          <dt>{translate("systemPrompt")}</dt>
          <dd className="shared-text">{systemPrompt}</dd>
        </>
      )}
      <dt>{translate("parameters")}</dt>
      <dd>
        {set.length === 0 && <span className="muted">{translate("share.noneSet")}</span>}
        {set.map(([name, value]) => (
          <code key={name} className="shared-value">
            {name}={JSON.stringify(value)}
          </code>
        ))}
      </dd>
      {draft.trim() !== "" && (
        <>
          <dt>{translate("share.draft")}</dt>
          <dd className="shared-text">{draft}</dd>
        </>
      )}
    </dl>
  );
}
