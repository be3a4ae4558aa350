import type { NoteLine } from "@lyceum/db";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Dot } from "#components/ui/badge.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Status } from "#components/ui/status.tsx";
import type { Format } from "#i18n/format.ts";
import { healthHref, readHealthView } from "../filter.ts";
import { causeWords } from "./cell-status.tsx";
import { eventWords } from "./timeline.tsx";
import { UndoButton } from "./undo-button.tsx";

type Translate = ReturnType<typeof useTranslations<"health">>;

/** Incidents, each with what it was, what was done, how it stands, and the one act that takes it back. */
export function NoteLines({ lines, format }: { lines: readonly NoteLine[]; format: Format }) {
  const translate = useTranslations("health");
  return (
    <ol className="note-lines">
      {lines.map((line) => {
        const about = lineWords(translate, line);
        return (
          <li key={line.id}>
            <time dateTime={line.from.toISOString()} title={format.exact(line.from)}>
              {format.dateTime(line.from)}
            </time>
            <div className="min-w-0">
              <p className="wrap-anywhere">
                <b className="strong">{about}</b> <span className="muted">{facts(translate, line, format)}</span>
              </p>
              <LineErrors line={line} />
            </div>
            <div className="end">
              <LineState line={line} />
              <LineAct line={line} about={about} />
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function lineWords(translate: Translate, line: NoteLine): string {
  const { modelName: model, channelName: channel } = line;
  if (line.subject === "deployment") return translate("lineDeployment", { model, channel });
  if (line.subject === "model") return translate("lineModel", { model });
  if (line.subject === "change") return eventWords(translate, line);
  const state = translate(
    line.kind === "credential-cooling" && line.cause === "rate" ? "state_cooling" : "state_refused",
  );
  const label = String(line.detail.label || line.detail.lastFour || "");
  return translate("lineCredential", { channel, label, state });
}

/** From when to when, why, who was affected, and what was done. */
function facts(translate: Translate, line: NoteLine, format: Format): ReactNode {
  const names = (list: readonly string[]) => list.join(translate("listComma"));
  const parts: string[] = [];
  if (line.subject === "change") {
    if (line.actorName !== null) parts.push(line.actorName);
    if (typeof line.detail.reason === "string" && line.detail.reason !== "") parts.push(line.detail.reason);
    if (typeof line.detail.redirect === "string")
      parts.push(translate("eventRedirect", { model: line.detail.redirect }));
  } else {
    if (line.cause !== "") parts.push(causeWords(translate, line.cause));
    if (line.to !== null) {
      parts.push(translate("fromTo", { from: format.dateTime(line.from), to: format.dateTime(line.to) }));
      if (line.endedBy?.endsWith("-reset")) parts.push(translate("endedByHand"));
    }
    if (line.times > 1) parts.push(translate("times", { count: line.times }));
    if (line.affectedUsers !== null) parts.push(translate("affected", { count: line.affectedUsers }));
    const gone = line.lost.filter(({ backAt }) => backAt === null).map(({ modelName }) => modelName);
    if (gone.length > 0) parts.push(translate("didLose", { models: names(gone) }));
    else if (line.subject === "deployment" && line.movedTo.length > 0)
      parts.push(translate("didMove", { channels: names(line.movedTo) }));
    else if (line.subject === "credential")
      parts.push(
        line.movedTo.length > 0 ? translate("didRest", { others: names(line.movedTo) }) : translate("didRestAlone"),
      );
    for (const { modelName, backAt } of line.lost)
      if (backAt !== null) parts.push(translate("didBack", { models: modelName, when: format.dateTime(backAt) }));
  }
  if (line.told !== null && line.told > 0) parts.push(translate("told", { count: line.told }));
  return parts.map((part, index) => (
    <span key={part}>
      {index > 0 && <Dot />}
      {part}
    </span>
  ));
}

function LineErrors({ line: { firstError, lastError } }: { line: NoteLine }) {
  const errors = [...new Set([firstError, lastError])].filter(Boolean);
  return errors.map((error) => (
    <p key={error} className="muted tiny line-clamp-2 font-mono wrap-anywhere">
      {error}
    </p>
  ));
}

const kinds = { out: "down", back: "ok", done: "none", gone: "off" } as const;

function LineState({ line }: { line: NoteLine }) {
  const translate = useTranslations("health");
  if (line.undoneBy !== null) return <Status kind="off">{translate("undone")}</Status>;
  if (line.subject === "change" && line.undo === null) return null;
  return <Status kind={kinds[line.now]}>{translate(`now_${line.now}`)}</Status>;
}

/** Undo where there is something to take back; where it is still out, also the way to the evidence, to decide. */
function LineAct({ line, about }: { line: NoteLine; about: string }) {
  const translate = useTranslations("health");
  const href =
    line.deploymentId !== null && line.now !== "gone"
      ? healthHref({ ...readHealthView({}), cell: line.deploymentId })
      : line.subject === "credential" && line.channelId !== null && line.now !== "gone"
        ? `/admin/channels?channel=${line.channelId}`
        : null;
  return (
    <>
      {line.now === "out" && href !== null && (
        <ButtonLink size="sm" href={href} aria-label={`${translate("decide")} ${about}`}>
          {translate("decide")}
        </ButtonLink>
      )}
      {line.undo !== null && <UndoButton eventId={line.undoable} undo={line.undo} about={about} />}
    </>
  );
}
