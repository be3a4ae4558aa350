import { type Audience, createAnnouncement, endAnnouncement, getSettings, listAnnouncements } from "@lyceum/db";
import { type AnnouncementLevel, AppError, announcementLevels } from "@lyceum/domain";
import { type Command, type Context, type Option, UsageError, type Values } from "../command.ts";
import { requireId } from "../ids.ts";
import { parseBeginning, parseMoment } from "../moment.ts";

const words = {
  zh: { value: "TEXT", help: "what it says in Chinese" },
  en: { value: "TEXT", help: "and in English; one of the two is enough" },
  level: {
    value: announcementLevels.join("|"),
    help: "info: on the home page; the others: above every page; info if left out",
    choices: announcementLevels,
  },
  from: { value: "TIME", help: "when it begins; now if left out" },
  until: { value: "TIME", help: "when it ends; a date includes that day" },
  notice: { help: "also as a notice to each person, by mail too where they want that" },
} as const satisfies Record<string, Option>;

export const announcementAdd: Command = {
  name: "announcement add",
  summary: "Announce something to everybody, a group, or the users of a model.",
  needs: "admin",
  options: {
    group: { value: "NAME", help: "to the members of this group" },
    model: { value: "NAME", help: "or to who used this model within 30 days; its errors say it too" },
    ...words,
  },
  changesConfig: true,
  run: async (values, context) => announce(values, context, await readAudience(values, context.db)),
};

export const courseAnnounce: Command = {
  name: "course announce",
  summary: "Announce something to the members of a course, until it ends at the latest.",
  needs: "announce",
  options: { code: { value: "CODE", help: "the course's code", required: true }, ...words },
  run: (values, context) => announce(values, context, { kind: "course", id: context.course.id }),
};

export const announcementList: Command = {
  name: "announcement list",
  summary: "What is announced, to whom and how long; and what was.",
  needs: "admin",
  options: {},
  async run(_values, { db, actor }) {
    const rows = (await listAnnouncements(db, actor)).map(({ startsAt, endsAt, ...row }) => ({
      ...row,
      startsAt: startsAt.toISOString(),
      endsAt: endsAt?.toISOString() ?? null,
    }));
    const lines = rows.map(
      (row) =>
        `${row.id}  ${row.state}  ${row.level}  ${row.audience}${row.subject === "" ? "" : ` ${row.subject}`}  ` +
        `${row.startsAt} – ${row.endsAt ?? "until ended"}  ${row.zh === row.en ? row.zh : `${row.zh} / ${row.en}`}`,
    );
    return { lines: lines.length === 0 ? ["Nothing was ever announced."] : lines, json: { announcements: rows } };
  },
};

export const announcementEnd: Command = {
  name: "announcement end",
  summary: "End an announcement now.",
  needs: "admin",
  positionals: ["ID"],
  options: {},
  changesConfig: true,
  async run(values, { db, actor }) {
    const id = requireId(values.text("ID"));
    await db.$transaction((tx) => endAnnouncement(tx, actor, { id }));
    return { lines: ["It is shown to nobody any more."], json: { announcementId: id } };
  },
};

async function announce(values: Values, { db, actor }: Pick<Context, "db" | "actor">, audience: Audience) {
  const { timeZone } = await getSettings(db);
  const level: AnnouncementLevel = announcementLevels.find((each) => each === values.optional("level")) ?? "info";
  const input = {
    ...{ audience, level, zh: values.optional("zh") ?? "", en: values.optional("en") ?? "" },
    startsAt: parseBeginning(values.optional("from"), timeZone),
    endsAt: parseMoment(values.optional("until"), timeZone),
    tells: values.isOn("notice"),
  };
  const { id } = await db.$transaction((tx) => createAnnouncement(tx, actor, input));
  return { lines: [`Announced: ${id}`], json: { announcementId: id } };
}

async function readAudience(values: Values, db: Context["db"]): Promise<Audience> {
  const [group, model] = [values.optional("group"), values.optional("model")];
  if (group !== undefined && model !== undefined) throw new UsageError("give --group or --model, not both.");
  if (group !== undefined) return { kind: "group", id: group };
  if (model === undefined) return { kind: "all", id: null };
  const found = await db.model.findUnique({ where: { name: model }, select: { id: true } });
  if (found === null) {
    const parameters = { model, hint_zh: "", hint_en: "" };
    throw new AppError("model_not_found", { parameters });
  }
  return { kind: "model", id: found.id };
}
