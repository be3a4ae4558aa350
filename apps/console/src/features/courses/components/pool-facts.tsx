import type { CourseDetail } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { getFormat } from "#i18n/server-format.ts";

/** What the pool has, what of it waits for somebody, and what can be given now. */
export async function PoolFacts({ course }: { course: CourseDetail }) {
  const [translate, format] = await Promise.all([getTranslations("courses"), getFormat()]);
  if (course.numbers === null) return null;
  const { poolNanos, waitingNanos, voucherNanos, availableNanos, unproven } = course.numbers;
  const facts = [
    { term: translate("available"), nanos: availableNanos, note: translate("availableNote") },
    {
      term: translate("setAside"),
      nanos: waitingNanos,
      note:
        voucherNanos > 0n
          ? translate("vouchersNote", { amount: format.money(voucherNanos) })
          : translate("setAsideNote", { count: unproven }),
    },
    { term: translate("pool"), nanos: poolNanos, note: translate("poolNote") },
  ];
  return (
    <dl className="facts mb-6 max-md:grid-cols-3!">
      {facts.map(({ term, nanos, note }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{format.money(nanos)}</dd>
          <dd>{note}</dd>
        </div>
      ))}
    </dl>
  );
}
