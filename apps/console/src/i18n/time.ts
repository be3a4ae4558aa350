import type { Locale } from "./locale.ts";

interface TimeSettings {
  locale: Locale;
  timeZone: string;
  now: Date;
}

type Parts = Record<"year" | "month" | "day" | "hour" | "minute" | "second", string> & { weekday: string };

const englishMonths = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** The wall clock of a zone; month and day without a leading zero, clock parts with one. */
function partsReader({ locale, timeZone }: TimeSettings): (date: Date) => Parts {
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const weekday = new Intl.DateTimeFormat(locale === "zh" ? "zh-CN" : "en-GB", {
    timeZone,
    weekday: locale === "zh" ? "long" : "short",
  });
  return (date) => {
    const parts = Object.fromEntries(clock.formatToParts(date).map((part) => [part.type, part.value]));
    return { ...parts, weekday: weekday.format(date) } as Parts;
  };
}

/** Milliseconds as text: 4 ms; 0.34 s; 12.3 s; 4 min 10 s; 6 h 18 min; 3 d 2 h. */
export function formatDuration(ms: number, locale: Locale): string {
  const size = Math.abs(ms);
  const sign = ms < 0 ? "−" : "";
  if (size > 0 && size < 9.5) return `${sign}${Math.max(1, Math.round(size))} ms`;
  if (size < 9_995) return `${sign}${(size / 1000).toFixed(2)} s`;
  if (size < 59_950) return `${sign}${(size / 1000).toFixed(1)} s`;
  const words = locale === "zh" ? ["天", "小时", "分", "秒"] : ["d", "h", "min", "s"];
  const total = Math.round(size / 1000);
  const values = [Math.floor(total / 86_400), Math.floor(total / 3600) % 24, Math.floor(total / 60) % 60, total % 60];
  const first = values.findIndex((value) => value > 0);
  return (
    sign +
    values
      .map((value, index) => (index >= first && index < first + 2 && value > 0 ? `${value} ${words[index]}` : ""))
      .filter(Boolean)
      .join(" ")
  );
}

/** Dates and times in one zone. This year goes without the year; the clock is 24-hour in both languages. */
export function createTimeFormat(settings: TimeSettings) {
  const { locale, now } = settings;
  const read = partsReader(settings);
  const today = read(now);

  const dayOf = (parts: Parts, year: boolean): string => {
    if (locale === "zh") return `${year ? `${parts.year}年` : ""}${parts.month}月${parts.day}日`;
    return `${parts.day} ${englishMonths[Number(parts.month) - 1]}${year ? ` ${parts.year}` : ""}`;
  };
  const sameDay = (a: Parts, b: Parts) => a.year === b.year && a.month === b.month && a.day === b.day;

  /** 10月14日 · 14 Oct; another year with the year. */
  const date = (value: Date): string => {
    const parts = read(value);
    return dayOf(parts, parts.year !== today.year);
  };
  /** 10月14日 星期三 · 14 Oct, Wed */
  const dateWithWeekday = (value: Date): string =>
    `${date(value)}${locale === "zh" ? " " : ", "}${read(value).weekday}`;
  /** For tables: 10月14日 21:41, today 21:41:07. */
  const dateTime = (value: Date): string => {
    const parts = read(value);
    if (sameDay(parts, today)) return `${parts.hour}:${parts.minute}:${parts.second}`;
    return `${dayOf(parts, parts.year !== today.year)} ${parts.hour}:${parts.minute}`;
  };
  /** The whole truth, for `title`: 2026年10月14日 21:41:07 Asia/Shanghai. */
  const exact = (value: Date): string => {
    const parts = read(value);
    return `${dayOf(parts, true)} ${parts.hour}:${parts.minute}:${parts.second} ${settings.timeZone}`;
  };
  /** Relative up to a day, to both sides (2 分钟前, in 3 h), then the date and time. */
  const relative = (value: Date): string => {
    const distance = now.getTime() - value.getTime();
    const size = Math.abs(distance);
    if (size < minute) return locale === "zh" ? "刚刚" : "just now";
    if (size >= day) return dateTime(value);
    const zh = size < hour ? `${Math.floor(size / minute)} 分钟` : `${Math.floor(size / hour)} 小时`;
    const en = size < hour ? `${Math.floor(size / minute)} min` : `${Math.floor(size / hour)} h`;
    if (locale === "zh") return distance > 0 ? `${zh}前` : `${zh}后`;
    return distance > 0 ? `${en} ago` : `in ${en}`;
  };

  /** 10月14日 21:10–21:40 within a day, else both in full. */
  const span = (from: Date, to: Date): string => {
    const [first, last] = [read(from), read(to)];
    const inFull = (parts: Parts) => `${dayOf(parts, parts.year !== today.year)} ${parts.hour}:${parts.minute}`;
    if (inFull(first) === inFull(last)) return inFull(first);
    return sameDay(first, last) ? `${inFull(first)}–${last.hour}:${last.minute}` : `${inFull(first)} – ${inFull(last)}`;
  };

  return {
    date,
    span,
    dateWithWeekday,
    dateTime,
    exact,
    relative,
    duration: (ms: number) => formatDuration(ms, locale),
    /** `YYYY-MM-DD` in the configured zone, for URLs and date fields. */
    isoDay: (value: Date): string => {
      const parts = read(value);
      return `${parts.year}-${parts.month.padStart(2, "0")}-${parts.day.padStart(2, "0")}`;
    },
    /** Hour of the day in the configured zone, 0 to 23. */
    hourOfDay: (value: Date): number => Number(read(value).hour),
  };
}
