import type { SquareSpeed } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { Dot } from "#components/ui/badge.tsx";
import type { Format } from "#i18n/format.ts";

/** A model's speed in one line: of the last day, else of the week, from real traffic; and how busy it is. "No data" is not 0. */
export function SpeedLine({ speed, format }: { speed: SquareSpeed | null; format: Format }) {
  const translate = useTranslations("speed");
  const span = speed?.day?.ttftP50Ms ? "day" : "week";
  const found = speed?.[span];
  if (!found?.ttftP50Ms) return <p className="muted tiny">{translate("lineNone")}</p>;
  const rate = found.tokensPerSecond === null ? "—" : format.speed(found.tokensPerSecond);
  return (
    <p className="small">
      {translate("line", { ttft: `${(found.ttftP50Ms / 1_000).toFixed(2)} s`, rate })}
      <span className="muted">
        <Dot />
        {translate(span === "day" ? "lineDay" : "lineWeek")}
        {speed?.load && (
          <>
            <Dot />
            {translate(`load_${speed.load}`)}
          </>
        )}
      </span>
    </p>
  );
}
