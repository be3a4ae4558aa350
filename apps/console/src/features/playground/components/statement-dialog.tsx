"use client";
import { Download } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useEffect, useId, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Dialog, DialogBody, DialogFoot } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { playgroundRoutes } from "../routes.ts";
import type { StatementAnswer } from "../statement/facts.ts";
import { type StatementChoice, writeStatement } from "../statement/write.ts";

interface StatementDialogProps {
  conversationId: string;
  baseUrl: string;
  close: () => void;
}

type Loaded = StatementAnswer | "loading" | "failed";

/** The statement on the use of AI that goes into a report: what answered, when and with what; of what was said only what is chosen. */
export function StatementDialog({ conversationId, baseUrl, close }: StatementDialogProps) {
  const translate = useTranslations("playground.statement");
  const offline = useTranslations("ui")("offline");
  const [loaded, setLoaded] = useState<Loaded>("loading");
  useEffect(() => {
    let gone = false;
    const load = async (): Promise<Loaded> => {
      const reply = await fetch(playgroundRoutes.statement(conversationId));
      return reply.ok ? ((await reply.json()) as StatementAnswer) : "failed";
    };
    load()
      .catch((): Loaded => "failed")
      .then((answer) => !gone && setLoaded(answer));
    return () => {
      gone = true;
    };
  }, [conversationId]);
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title={translate("title")} description={translate("about")}>
      {typeof loaded === "object" ? (
        <Written answer={loaded} baseUrl={baseUrl} />
      ) : (
        <DialogBody>
          {loaded === "failed" ? <Notice tone="danger">{offline}</Notice> : <div className="skeleton h-40" />}
        </DialogBody>
      )}
    </Dialog>
  );
}

const locales = ["zh", "en"] as const;
const formats = ["text", "markdown"] as const;

function Written({ answer: { site, facts }, baseUrl }: { answer: StatementAnswer; baseUrl: string }) {
  const translate = useTranslations("playground.statement");
  const id = useId();
  const readers = useLocale();
  const [locale, setLocale] = useState<StatementChoice["locale"]>(readers === "en" ? "en" : "zh");
  const [format, setFormat] = useState<StatementChoice["format"]>("text");
  const [withPrompts, setWithPrompts] = useState(false);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const origin = baseUrl.replace(/\/v1$/, "");
  const text = writeStatement(facts, { locale, format, timeZone, site: site[locale], origin, withPrompts });
  const download = () => {
    const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = `ai-use.${format === "markdown" ? "md" : "txt"}`;
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <>
      <DialogBody>
        <div className="row wrap">
          <fieldset className="segmented" aria-label={translate("language")}>
            {locales.map((each) => (
              <button key={each} type="button" aria-pressed={locale === each} onClick={() => setLocale(each)}>
                {translate(`languages.${each}`)}
              </button>
            ))}
          </fieldset>
          <fieldset className="segmented" aria-label={translate("format")}>
            {formats.map((each) => (
              <button key={each} type="button" aria-pressed={format === each} onClick={() => setFormat(each)}>
                {translate(`formats.${each}`)}
              </button>
            ))}
          </fieldset>
        </div>
        <label className="row">
          <input
            type="checkbox"
            className="check"
            checked={withPrompts}
            onChange={(event) => setWithPrompts(event.target.checked)}
          />
          {translate("withPrompts")}
        </label>
        <h3 className="sr" id={id}>
          {translate("preview")}
        </h3>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
        <section className="statement" aria-labelledby={id} lang={locale} tabIndex={0}>
          {text}
        </section>
      </DialogBody>
      <DialogFoot>
        <Button onClick={download}>
          <Download className="icon icon-sm" />
          {translate("download")}
        </Button>
        <CopyButton variant="primary" text={text} />
      </DialogFoot>
    </>
  );
}
