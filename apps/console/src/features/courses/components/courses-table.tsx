import type { OwnCourse } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Badge } from "#components/ui/badge.tsx";
import { Link } from "#components/ui/link.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";

/** Somebody's courses, with what one has of them; what staff see of pool and members is a dash where one is a student. */
export async function CoursesTable({ courses }: { courses: OwnCourse[] }) {
  const [translate, format] = await Promise.all([getTranslations("courses"), getFormat()]);
  const money = format.moneyColumn(
    courses.flatMap(({ numbers }) => (numbers ? [numbers.poolNanos, numbers.availableNanos] : [])),
  );
  const own = format.moneyColumn(courses.flatMap(({ ownNanos }) => ownNanos ?? []));
  const isMember = courses.some((course) => course.ownNanos !== null);
  const isStaff = courses.some((course) => course.numbers !== null);
  const rest = "max-md:hidden";
  return (
    <Table label={translate("title")}>
      <thead>
        <tr>
          <Head>{translate("course")}</Head>
          <th scope="col" className={rest}>
            {translate("role")}
          </th>
          <th scope="col" className={rest}>
            {translate("term")}
          </th>
          {isMember && (
            <th scope="col" className={isStaff ? `num ${rest}` : "num"}>
              {translate("moneyLeft")}
              <span className="unit"> / {format.symbol.trim()}</span>
            </th>
          )}
          {isStaff && (
            <>
              <th scope="col" className={`num ${rest}`}>
                {translate("pool")}
                <span className="unit"> / {format.symbol.trim()}</span>
              </th>
              <Head numeric unit={format.symbol.trim()}>
                {translate("available")}
              </Head>
              <Head numeric>{translate("students")}</Head>
            </>
          )}
        </tr>
      </thead>
      <tbody>
        {courses.map((course) => (
          <tr key={course.id}>
            <td>
              <Link href={`/courses/${course.id}`}>{course.name}</Link>
              <span className="row wrap small muted">
                {course.code}
                <span className="md:hidden">{translate(`authority.${course.authority}`)}</span>
                {course.archivedAt !== null ? (
                  <Badge>{translate("archived")}</Badge>
                ) : (
                  course.hasEnded && <Badge>{translate("ended")}</Badge>
                )}
              </span>
            </td>
            <td className={`nowrap ${rest}`}>{translate(`authority.${course.authority}`)}</td>
            <td className={`nowrap ${rest}`}>
              {course.startsAt && `${format.date(course.startsAt)} – `}
              {format.date(course.endsAt)}
            </td>
            {isMember && (
              <td className={isStaff ? `num ${rest}` : "num"}>
                {course.ownNanos === null ? "–" : own(course.ownNanos)}
              </td>
            )}
            {isStaff && (
              <>
                <td className={`num ${rest}`}>{course.numbers ? money(course.numbers.poolNanos) : "–"}</td>
                <td className="num">{course.numbers ? money(course.numbers.availableNanos) : "–"}</td>
                <td className="num">{course.numbers ? format.count(course.numbers.students) : "–"}</td>
              </>
            )}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
