import type { CourseDetail, CourseUse } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Link } from "#components/ui/link.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { LOW_NANOS, type MemberView, memberHref } from "../filter.ts";

/** The three numbers of the week, each of which filters the list; then where the pool's money is. */
export async function CourseNumbers({ course, use, view }: { course: CourseDetail; use: CourseUse; view: MemberView }) {
  const [translate, format] = await Promise.all([getTranslations("courses"), getFormat()]);
  const counts = [
    { name: "active", count: use.active, note: format.percent(use.students === 0 ? 0 : use.active / use.students) },
    { name: "unused", count: use.unused, note: translate("unusedNote") },
    { name: "low", count: use.low, note: translate("lowNote", { amount: format.money(LOW_NANOS) }) },
  ] as const;
  const base = { ...view, standing: undefined, who: undefined, member: undefined };
  return (
    <div className="grid gap-4 mb-4">
      <dl className="facts max-md:grid-cols-3!">
        {counts.map(({ name, count, note }) => (
          <div key={name}>
            <dt>{translate(`use.${name}`)}</dt>
            <dd>
              <Link
                href={memberHref(course.id, base, { use: view.use === name ? undefined : name })}
                aria-current={view.use === name ? "true" : undefined}
                scroll={false}
              >
                {format.count(count)}
              </Link>
            </dd>
            <dd>{note}</dd>
          </div>
        ))}
      </dl>
      {course.numbers && (
        <p className="small muted">
          {translate("poolLine", {
            spent: format.money(use.spentNanos),
            left: format.money(use.leftNanos),
            available: format.money(course.numbers.availableNanos),
          })}
        </p>
      )}
    </div>
  );
}
