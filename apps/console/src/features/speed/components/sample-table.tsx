import type { SpeedSampleRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { Head, Table } from "#components/ui/table.tsx";
import type { Format } from "#i18n/format.ts";
import { reasonKey } from "../reasons.ts";
import { overheadOf } from "../summary.ts";

interface SampleTableProps {
  samples: SpeedSampleRow[];
  channelOf: (id: string) => string;
  format: Format;
}

/** The twin of the strip plot. */
export function SampleTable({ samples, channelOf, format }: SampleTableProps) {
  const translate = useTranslations("speed");
  const number = (value: number | null, digits: number) => (value === null ? "—" : value.toFixed(digits));
  return (
    <Table number={3} caption={translate("sampleCaption")}>
      <thead>
        <tr>
          <Head>{translate("model")}</Head>
          <Head numeric>{translate("place")}</Head>
          <Head numeric unit="ms">
            {translate("firstByte")}
          </Head>
          {["TTFT", "TTFA", "TPOT", "E2E"].map((name) => (
            <Head key={name} numeric unit="ms">
              {name}
            </Head>
          ))}
          <Head numeric>tokens</Head>
          <Head numeric unit="ms">
            {translate("overheadHead")}
          </Head>
          <Head>{translate("channel")}</Head>
          <Head>{translate("outcome")}</Head>
        </tr>
      </thead>
      <tbody>
        {samples.map((sample) => {
          const key = sample.errorCode === null ? null : reasonKey(sample.errorCode);
          return (
            <tr key={`${sample.model} ${sample.place}`}>
              <td>
                <code>{sample.model}</code>
              </td>
              <td className="num">{sample.place}</td>
              <td className="num">{number(sample.firstByteMs, 1)}</td>
              <td className="num">{number(sample.ttftMs, 1)}</td>
              <td className="num">{number(sample.ttfaMs, 1)}</td>
              <td className="num">{number(sample.tpotMs, 2)}</td>
              <td className="num">{number(sample.e2eMs, 0)}</td>
              <td className="num">
                {sample.isCounted ? "≈ " : ""}
                {format.tokens(sample.tokens)}
              </td>
              <td className="num">{number(overheadOf(sample), 1)}</td>
              <td className="nowrap">{sample.channelId === null ? "—" : channelOf(sample.channelId)}</td>
              <td className="nowrap">
                {sample.errorCode === null ? (
                  translate("passed")
                ) : key === null ? (
                  <code>{sample.errorCode}</code>
                ) : (
                  translate(key)
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}
