import { getCoursePlanning, HABIT_WEEKS } from "@lyceum/db";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Empty } from "#components/ui/empty.tsx";
import { CoursePage } from "#features/courses/components/course-page.tsx";
import type { SearchParams } from "#features/courses/filter.ts";
import { orMissing, requireCourse } from "#features/courses/queries.ts";
import { CompareTable } from "#features/courses/simulate/components/compare-table.tsx";
import { ForecastFacts } from "#features/courses/simulate/components/forecast-facts.tsx";
import { PlanForm } from "#features/courses/simulate/components/plan-form.tsx";
import { readSimulation } from "#features/courses/simulate/params.ts";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";

interface Props {
  params: Promise<{ courseId: string }>;
  searchParams: Promise<SearchParams>;
}

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("courses");
  return { title: translate("tab.simulate") };
}

/** What a class would cost with each model, and whether pool, limits and channels hold. */
export default async function SimulatePage({ params, searchParams }: Props) {
  const { actor, course } = await requireCourse((await params).courseId, "see");
  const { now } = await getFormatSettings();
  const [planning, translate, format] = await Promise.all([
    orMissing(getCoursePlanning(getDb(), actor, course.id, now)),
    getTranslations("simulate"),
    getFormat(),
  ]);
  const view = readSimulation(await searchParams, planning);
  const model = planning.models.find((each) => each.name === view.model);
  const { habit } = planning;
  return (
    <CoursePage course={course} tab="simulate">
      {model === undefined ? (
        <Empty>{translate("noModels")}</Empty>
      ) : (
        <>
          <PlanForm courseId={course.id} view={view} models={planning.models} />
          <ForecastFacts planning={planning} model={model} view={view} />
          <section className="section">
            <CompareTable courseId={course.id} models={planning.models} view={view} />
          </section>
          <p className="caption mt-4">
            {habit === null
              ? translate("noHabit", { weeks: HABIT_WEEKS })
              : translate("habit", {
                  weeks: HABIT_WEEKS,
                  people: habit.people,
                  requests: format.count(habit.requests),
                  share: format.percent(habit.peakShare),
                })}{" "}
            {translate("assumptions")}
          </p>
        </>
      )}
    </CoursePage>
  );
}
