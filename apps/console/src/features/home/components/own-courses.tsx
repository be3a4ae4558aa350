import { listOwnCourseMoney } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Link } from "#components/ui/link.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";

/** A student's running courses with what is left of their money, soonest end first; nothing for whoever has none. */
export async function OwnCourses({ userId }: { userId: string }) {
  const [translate, format, courses] = await Promise.all([
    getTranslations("home"),
    getFormat(),
    listOwnCourseMoney(getDb(), userId),
  ]);
  if (courses.length === 0) return null;
  return (
    <section className="section" aria-labelledby="h-courses">
      <div className="section-head">
        <h2 id="h-courses">{translate("courses")}</h2>
      </div>
      <ul className="border-y border-line">
        {courses.map(({ id, name, leftNanos, endsAt }) => (
          <li key={id} className="row wrap between border-b border-line py-2 last:border-b-0">
            <Link href={`/courses/${id}`}>{name}</Link>
            <span className={leftNanos > 0n ? undefined : "muted"}>
              {leftNanos === 0n
                ? translate("courseNone")
                : endsAt === null
                  ? translate("courseMoneyEndless", { amount: format.money(leftNanos) })
                  : translate("courseMoney", {
                      amount: format.money(leftNanos),
                      date: format.date(new Date(endsAt.getTime() - 1)),
                    })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
