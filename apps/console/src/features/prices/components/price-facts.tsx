import type { Price } from "@lyceum/domain";
import { getTranslations } from "next-intl/server";
import { getFormat } from "#i18n/server-format.ts";

/** The price in force, class by class; what falls back says to what. */
export async function PriceFacts({ price }: { price: Price }) {
  const [translate, format] = await Promise.all([getTranslations("prices"), getFormat()]);
  const amounts = [
    ["input", price.inputNanos, null],
    ["output", price.outputNanos, null],
    ["cachedInput", price.cachedInputNanos, "asInput"],
    ["reasoning", price.reasoningNanos, "asOutput"],
    ["cacheWrite", price.cacheWriteNanos, "asInput"],
    ["image", price.imageNanos, "asInput"],
    ["audio", price.audioNanos, "asInput"],
  ] as const;
  const amount = format.moneyColumn(amounts.flatMap(([, nanos]) => nanos ?? []));
  const words = (nanos: bigint) => (nanos === 0n ? translate("free") : amount(nanos));
  return (
    <dl className="kv">
      {amounts.map(([of, nanos, fallback]) => (
        <div key={of} className="contents">
          <dt>{translate(of)}</dt>
          <dd className={nanos === null ? "muted" : undefined}>
            {nanos === null ? fallback && translate(fallback) : words(nanos)}
          </dd>
        </div>
      ))}
      {price.requestNanos > 0n && (
        <>
          <dt>{translate("request")}</dt>
          <dd>
            {format.money(price.requestNanos)} {translate("perRequest")}
          </dd>
        </>
      )}
    </dl>
  );
}
