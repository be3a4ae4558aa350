"use client";
import { useTranslations } from "next-intl";
import { useFormat } from "#i18n/format-context.tsx";
import { exampleCost, type PriceText } from "../price-fields.ts";

export type GroupFactor = { id: string; name: string; multiplierPpm: number };

const onePpm = 1_000_000;

/** 1,000 in + 500 out = ¥0.006, and in each group. Says nothing but a dash until the price is one. */
export function PriceExample({ text, groups }: { text: PriceText; groups: GroupFactor[] }) {
  const translate = useTranslations("prices");
  const format = useFormat();
  const plain = exampleCost(text, onePpm);
  return (
    <div className="small rounded-md bg-sunken px-3 py-2" aria-live="polite">
      <p>
        {translate("example")} = <b className="strong">{plain === null ? "—" : format.money(plain)}</b>
      </p>
      {plain !== null && groups.length > 0 && (
        <ul className="muted mt-0.5 flex flex-wrap gap-x-4">
          {groups.map(({ id, name, multiplierPpm }) => (
            <li key={id}>
              {name} {format.multiplier(multiplierPpm)} = {format.money(exampleCost(text, multiplierPpm) ?? 0n)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
