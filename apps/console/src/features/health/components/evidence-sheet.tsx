import { MAX_TRAFFIC_RECORDS } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { Link } from "#components/ui/link.tsx";
import { Sheet } from "#components/ui/sheet.tsx";
import { Status } from "#components/ui/status.tsx";
import type { Format } from "#i18n/format.ts";
import { type HealthView, healthHref } from "../filter.ts";
import { cellKinds, cellState } from "../matrix.ts";
import type { Evidence } from "../queries.ts";
import { causeWords, RowStatus } from "./cell-status.tsx";
import { CredentialStates } from "./credential-states.tsx";
import { EvidenceActs } from "./evidence-acts.tsx";
import { ProbeStrip } from "./probe-strip.tsx";
import { Timeline } from "./timeline.tsx";

/** All that is known of one deployment, and what can be decided about it. */
export function EvidenceSheet({
  evidence,
  view,
  format,
  now,
}: {
  evidence: Evidence;
  view: HealthView;
  format: Format;
  now: Date;
}) {
  const translate = useTranslations("health");
  const { model, deployment, findings, traffic } = evidence;
  const state = cellState(
    evidence.deployment.standing === "up" ? { standing: "up", traffic } : { ...deployment, traffic },
  );
  const isOut = deployment.standing === "open" || deployment.standing === "half-open";
  const name = translate("evidenceOf", { model: model.name, channel: deployment.channelName });
  return (
    <Sheet
      title={
        <span className="wrap-anywhere">
          <code>{model.name}</code> × {deployment.channelName}
        </span>
      }
      facts={
        <span className="row wrap gap-x-3">
          <Status kind={cellKinds[state]}>
            {findings && isOut
              ? translate("sinceFor", {
                  state: translate(state),
                  duration: format.duration(now.getTime() - findings.since.getTime()),
                })
              : translate(state)}
          </Status>
          <RowStatus row={model} format={format} />
        </span>
      }
      closeHref={healthHref(view, { cell: undefined })}
      foot={
        <EvidenceActs
          deployment={deployment}
          name={name}
          model={{
            ...{ id: model.id, name: model.name, retiresAt: model.retiresAt },
            ...{ isPaused: model.pausedAt !== null, isRemoved: model.removedAt !== null },
          }}
          isOut={isOut}
          redirects={evidence.redirects}
        />
      }
    >
      <div className="stack gap-6">
        <Facts evidence={evidence} isOut={isOut} format={format} />
        {deployment.standing !== "credentials-out" && <Errors findings={findings} format={format} />}
        <CredentialStates evidence={evidence} format={format} />
        <section>
          <h3 className="mb-1.5">{translate("traffic")}</h3>
          {traffic === null ? (
            <p className="muted small">{translate("noTraffic")}</p>
          ) : (
            <>
              <dl className="kv">
                <dt>{translate("requests")}</dt>
                <dd className="num">{format.count(traffic.requests)}</dd>
                <dt>{translate("failed")}</dt>
                <dd className="num">
                  {format.count(traffic.failures)} ({format.percent(traffic.failures / traffic.requests)})
                </dd>
                <dt>{translate("ttft")}</dt>
                <dd className="num">{traffic.ttftMs === null ? "—" : format.duration(traffic.ttftMs)}</dd>
              </dl>
              <p className="muted tiny mt-1">
                {translate("trafficNote", { count: format.count(MAX_TRAFFIC_RECORDS) })}
              </p>
            </>
          )}
        </section>
        <Timeline events={evidence.events} view={view} format={format} />
        <section>
          <h3 className="mb-1.5">{translate("probes", { count: evidence.probes.length })}</h3>
          <ProbeStrip probes={evidence.probes} />
        </section>
        <p className="small">
          <Link href={`/admin/models?model=${model.id}`}>{translate("toModel")}</Link>
          <span className="sep">·</span>
          <Link href={`/admin/channels?channel=${deployment.channelId}`}>{translate("toChannel")}</Link>
        </p>
      </div>
    </Sheet>
  );
}

function Facts({ evidence, isOut, format }: { evidence: Evidence; isOut: boolean; format: Format }) {
  const translate = useTranslations("health");
  const { model, deployment, findings, users } = evidence;
  const others = model.deployments.filter((each) => each.isUp && each.id !== deployment.id);
  const moved = [...new Set(others.map(({ channelName }) => channelName))].join(translate("listComma"));
  const when = (at: Date | null | undefined) => (at ? format.dateTime(at) : "—");
  return (
    <dl className="kv">
      {isOut && findings && (
        <>
          <dt>{translate("cause")}</dt>
          <dd>{causeWords(translate, findings.cause)}</dd>
          <dt>{translate("window")}</dt>
          <dd>{translate("failedOf", { failures: findings.windowFailures, total: findings.windowTotal })}</dd>
        </>
      )}
      <dt>{translate("users")}</dt>
      <dd>{translate("people", { count: users })}</dd>
      {!deployment.isUp && (
        <>
          <dt>{translate("movedTo")}</dt>
          <dd>{moved || translate("movedToNone")}</dd>
        </>
      )}
      {isOut && findings && (
        <>
          <dt>{translate("nextProbe")}</dt>
          <dd>{findings.nextProbeAt ? format.dateTime(findings.nextProbeAt) : translate("noProbe")}</dd>
          <dt>{translate("passes")}</dt>
          <dd className="num">{findings.passes}</dd>
        </>
      )}
      <dt>{translate("lastPass")}</dt>
      <dd>{when(findings?.lastPassedAt)}</dd>
    </dl>
  );
}

function Errors({ findings, format }: { findings: Evidence["findings"]; format: Format }) {
  const translate = useTranslations("health");
  const errors = [
    { key: "firstError", at: findings?.firstFailedAt, text: findings?.firstError },
    { key: "lastError", at: findings?.lastFailedAt, text: findings?.lastError },
  ] as const;
  const noted = errors.filter(({ text }) => text);
  return (
    <section>
      <h3 className="mb-1.5">{translate("evidence")}</h3>
      {noted.length === 0 && <p className="muted small">{translate("noErrors")}</p>}
      <div className="stack gap-1.5">
        {noted.map(({ key, at, text }) => (
          <div key={key} className="quote">
            <span>{translate(key, { when: at ? format.dateTime(at) : "—" })}</span>
            {text}
          </div>
        ))}
      </div>
    </section>
  );
}
