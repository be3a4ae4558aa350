import type { SpeedRunRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { Link } from "#components/ui/link.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import type { Format } from "#i18n/format.ts";
import { type SpeedParams, speedHref } from "../params.ts";

interface HistoryTableProps {
  runs: SpeedRunRow[];
  params: SpeedParams;
  current: string | null;
  number: number;
  format: Format;
}

/** One's tests, each leading to what it measured. */
export function HistoryTable({ runs, params, current, number, format }: HistoryTableProps) {
  const translate = useTranslations("speed");
  return (
    <Table number={number} caption={translate("historyCaption", { count: runs.length })}>
      <thead>
        <tr>
          <Head>{translate("time")}</Head>
          <Head>{translate("models")}</Head>
          <th scope="col" className="wide-only">
            {translate("prompt")}
          </th>
          <th scope="col" className="num wide-only">
            {translate("concurrency")}
          </th>
          <Head>{translate("outcome")}</Head>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.id} aria-selected={run.id === current ? true : undefined}>
            <td className="nowrap">
              <Link href={speedHref(params, { run: run.id })} scroll={false}>
                {format.dateTime(run.startedAt)}
              </Link>
            </td>
            <td>
              {run.models.map((model) => (
                <code key={model} className="block whitespace-normal!">
                  {model}
                </code>
              ))}
            </td>
            <td className="wide-only">
              {translate(`prompt_${run.prompt}`)}, {translate(`language_${run.language}`)}
              {run.isCached && `, ${translate("cachedRun")}`}
            </td>
            <td className="num wide-only">{run.concurrency}</td>
            <td className="nowrap">{translate(`state_${run.state}`)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
