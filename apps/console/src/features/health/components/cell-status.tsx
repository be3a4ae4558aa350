import { useTranslations } from "next-intl";
import { Link } from "#components/ui/link.tsx";
import { Status } from "#components/ui/status.tsx";
import type { Format } from "#i18n/format.ts";
import { type Cell, cellKinds, cellState, type MatrixRow } from "../matrix.ts";

/** How a deployment stands, as shape and word. */
export function CellStatus({ cell }: { cell: Pick<Cell, "standing" | "traffic"> }) {
  const translate = useTranslations("health");
  const state = cellState(cell);
  return <Status kind={cellKinds[state]}>{translate(state)}</Status>;
}

/** One cell of the matrix: its state, the numbers behind it, and the way to its evidence. */
export function CellLink({
  cell,
  model,
  href,
  isOpen,
  format,
}: {
  cell: Cell;
  model: string;
  href: string;
  isOpen: boolean;
  format: Format;
}) {
  const translate = useTranslations("health");
  return (
    <Link
      className="cell"
      href={href}
      scroll={false}
      aria-current={isOpen ? "true" : undefined}
      title={cell.findings?.lastError || undefined}
    >
      <span className="sr-only">{translate("cellOf", { model, channel: cell.channelName })}</span>
      <CellStatus cell={cell} />
      <span className="n">
        <CellNumbers cell={cell} format={format} />
      </span>
    </Link>
  );
}

function CellNumbers({ cell: { standing, findings, traffic }, format }: { cell: Cell; format: Format }) {
  const translate = useTranslations("health");
  if (standing === "open" || standing === "credentials-out") {
    if (findings !== null && findings.cause !== "" && findings.cause !== "failures")
      return causeWords(translate, findings.cause);
    if (findings !== null && findings.windowTotal > 0)
      return translate("failedOf", { failures: findings.windowFailures, total: findings.windowTotal });
    return findings && standing === "open" ? format.relative(findings.since) : null;
  }
  if (standing === "half-open") return translate("probePasses", { passes: findings?.passes ?? 0 });
  if (standing !== "up") return null;
  if (traffic === null)
    return findings?.lastPassedAt ? translate("lastPassed", { when: format.relative(findings.lastPassedAt) }) : null;
  return (
    <>
      {traffic.ttftMs !== null && (
        <>
          {format.duration(traffic.ttftMs)}
          <span className="sep">·</span>
        </>
      )}
      {format.percent(traffic.failures / traffic.requests)}
    </>
  );
}

const causes = ["failures", "denied", "model-missing", "probe", "rate", "refused", "quota"] as const;

/** Why something is out, in words; a cause that this page doesn't know stays as it is written. */
export function causeWords(translate: ReturnType<typeof useTranslations<"health">>, cause: string): string {
  const known = causes.find((each) => each === cause);
  return known === undefined ? cause || translate("cause_") : translate(`cause_${known}`);
}

const modelWords = { paused: "modelPaused", lost: "modelLost", off: "modelOff", removed: "modelRemoved" } as const;
const modelKinds = { paused: "paused", lost: "down", off: "off", removed: "off" } as const;

/** What keeps a whole model from being used; nothing for one that is in use. */
export function RowStatus({ row, format }: { row: Pick<MatrixRow, "standing" | "retiresAt">; format: Format }) {
  const translate = useTranslations("health");
  return (
    <>
      {row.standing !== "up" && <Status kind={modelKinds[row.standing]}>{translate(modelWords[row.standing])}</Status>}
      {row.retiresAt && row.standing !== "removed" && (
        <Status kind="warn">{translate("modelRetires", { date: format.date(row.retiresAt) })}</Status>
      )}
    </>
  );
}
