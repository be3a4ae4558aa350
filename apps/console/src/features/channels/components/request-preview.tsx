"use client";
import type { ChannelRow } from "@lyceum/db";
import type { ChannelOverrides } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import type { ActionResult } from "#server/action-result.ts";
import { lineDiff } from "../line-diff.ts";
import { previewOverrides } from "../overrides/actions.ts";
import type { Preview } from "../upstream-test.ts";

const quietMs = 400;

/** What a student's call becomes on this channel: every line that leaves, with those that overrides add and take away. */
export function RequestPreview({ channel, overrides }: { channel: ChannelRow; overrides: ChannelOverrides }) {
  const translate = useTranslations("channels");
  const translateUi = useTranslations("ui");
  const offline = translateUi("offline");
  const [deployment] = channel.deployments;
  const [sample, setSample] = useState(() => sampleCall(deployment?.modelName ?? "model"));
  const [result, setResult] = useState<ActionResult<Preview> | null>(null);
  const asked = JSON.stringify({
    channelId: channel.id,
    upstreamModel: deployment?.upstreamModel ?? "model",
    overrides,
    body: sample,
  });
  useEffect(() => {
    let isLatest = true;
    const timer = setTimeout(async () => {
      const answered = await previewOverrides(JSON.parse(asked)).catch(
        () => ({ ok: false, code: "offline", message: offline }) as const,
      );
      if (isLatest) setResult(answered);
    }, quietMs);
    return () => {
      isLatest = false;
      clearTimeout(timer);
    };
  }, [asked, offline]);
  const lines = result?.ok ? lineDiff(linesOf(result.data, "before"), linesOf(result.data, "after")) : [];
  const marks = { same: " ", gone: "−", new: "+" } as const;
  return (
    <section className="grid gap-2" aria-label={translate("preview")}>
      <h3>{translate("preview")}</h3>
      <details>
        <summary className="small">{translate("sampleCall")}</summary>
        <span className="input textarea mt-2 w-full">
          <textarea
            rows={8}
            className="small font-mono"
            aria-label={translate("sampleCall")}
            spellCheck={false}
            value={sample}
            onChange={(event) => setSample(event.target.value)}
          />
        </span>
      </details>
      <div aria-live="polite">
        {result?.ok === false && <p className="small text-danger">{result.message}</p>}
        {result?.ok && (
          <div className="code">
            <div className="bar">
              <span className="min-w-0 grow py-1.5 wrap-anywhere">
                {result.data.method} {result.data.url}
              </span>
            </div>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, also by keyboard */}
            <pre tabIndex={0}>
              {lines.map(({ kind, text }, at) => (
                <span
                  key={at}
                  className={`block ${kind === "new" ? "text-positive" : kind === "gone" ? "text-danger" : ""}`}
                >
                  {marks[kind]} {text}
                </span>
              ))}
            </pre>
          </div>
        )}
      </div>
      <p className="hint small muted">{translate("previewHint")}</p>
    </section>
  );
}

function linesOf(preview: Preview, which: "before" | "after"): string[] {
  const { headers, body } = preview[which];
  return [...headers.map(([name, value]) => `${name}: ${value}`), "", ...pretty(body).split("\n")];
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch (error) {
    if (error instanceof SyntaxError) return json;
    throw error;
  }
}

function sampleCall(model: string): string {
  const call = { model, messages: [{ role: "user", content: "你好" }], stream: true, temperature: 0.7 };
  return JSON.stringify(call, null, 2);
}
