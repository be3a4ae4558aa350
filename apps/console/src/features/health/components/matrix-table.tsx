import type { ChannelQueueState } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { Caption } from "#components/ui/table.tsx";
import type { Format } from "#i18n/format.ts";
import type { MatrixRow } from "../matrix.ts";
import { CellLink, RowStatus } from "./cell-status.tsx";

interface Props {
  rows: readonly MatrixRow[];
  /** Columns, by name. */
  channels: readonly { id: string; name: string }[];
  queues: ReadonlyMap<string, ChannelQueueState>;
  format: Format;
  cellHref: (deploymentId: string) => string;
  open: string | undefined;
}

/** From 768 px on: models down, channels across; head and names stay in sight while it scrolls inside itself. */
export function MatrixTable({ rows, channels, queues, format, cellHref, open }: Props) {
  const translate = useTranslations("health");
  return (
    <div className="wide-only">
      <section
        className="table-wrap matrix-wrap"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={translate("title")}
      >
        <table className="table matrix">
          <thead>
            <tr>
              <th scope="col">{translate("model")}</th>
              {channels.map(({ id, name }) => (
                <th key={id} scope="col">
                  {name}
                  <QueueWords of={queues.get(id)} className="block" />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id} aria-selected={row.cells.some(({ id }) => id === open) || undefined}>
                <th scope="row">
                  <code className="strong">{row.name}</code>
                  <RowStatus row={row} format={format} />
                </th>
                {channels.map(({ id }) => {
                  const cells = row.cells.filter((cell) => cell.channelId === id);
                  return (
                    <td key={id} className={cells.length === 0 ? "nil" : undefined}>
                      {cells.length === 0
                        ? "—"
                        : cells.map((cell) => (
                            <CellLink
                              key={cell.id}
                              cell={cell}
                              model={row.name}
                              href={cellHref(cell.id)}
                              isOpen={cell.id === open}
                              format={format}
                            />
                          ))}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <Caption kind="table" number={1}>
        {translate("caption")}
      </Caption>
    </div>
  );
}

/** Phones: each model with its channels below it. */
export function MatrixList({ rows, queues, format, cellHref }: Pick<Props, "rows" | "queues" | "format" | "cellHref">) {
  const translate = useTranslations("health");
  return (
    <div className="narrow-only">
      <ul className="border-rule border-y-[1.5px]">
        {rows.map((row) => (
          <li key={row.id} className="border-line border-b py-2 last:border-b-0">
            <p className="row between">
              <code className="strong wrap-anywhere">{row.name}</code>
              <RowStatus row={row} format={format} />
            </p>
            <ul>
              {row.cells.map((cell) => (
                <li key={cell.id} className="per">
                  <span className="muted small min-w-0 wrap-anywhere">
                    {cell.channelName} <QueueWords of={busyOf(queues.get(cell.channelId))} />
                  </span>
                  <CellLink cell={cell} model={row.name} href={cellHref(cell.id)} isOpen={false} format={format} />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      <p className="caption mt-2">{translate("listCaption")}</p>
    </div>
  );
}

/** In a narrow list only what goes on has room. */
function busyOf(queue: ChannelQueueState | undefined): ChannelQueueState | undefined {
  return queue !== undefined && queue.running + queue.waiting > 0 ? queue : undefined;
}

/** How busy a channel with a limit is: requests that run, of so many, and those in line. */
function QueueWords({ of, className = "" }: { of: ChannelQueueState | undefined; className?: string }) {
  const translate = useTranslations("health");
  if (of === undefined) return null;
  const { running, limit, waiting } = of;
  return (
    <span className={`tiny nowrap ${waiting > 0 ? "text-warning" : "muted"} ${className}`}>
      {limit === null ? translate("runningOnly", { running }) : translate("runningOf", { running, limit })}
      {waiting > 0 && translate("waiting", { count: waiting })}
    </span>
  );
}
