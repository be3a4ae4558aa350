import { expect, it } from "vitest";
import { startOfWeek, termSpan } from "./term-span.ts";

const zone = "Asia/Shanghai";
const at = (text: string) => new Date(`${text}+08:00`);

it("begins a week on Monday at midnight of the zone", () => {
  expect(startOfWeek(at("2026-11-28T00:30:00"), zone)).toEqual(at("2026-11-23T00:00:00")); // Saturday
  expect(startOfWeek(at("2026-11-29T23:59:59"), zone)).toEqual(at("2026-11-23T00:00:00")); // Sunday
  expect(startOfWeek(at("2026-11-30T00:00:00"), zone)).toEqual(at("2026-11-30T00:00:00")); // Monday
  expect(startOfWeek(at("2026-11-30T00:00:00"), zone, 1)).toEqual(at("2026-12-07T00:00:00"));
});

it("goes from a course's first week to this one, and of a course that has ended to its last", () => {
  const course = {
    startsAt: at("2026-11-10T00:00:00"),
    createdAt: at("2026-11-12T10:00:00"),
    endsAt: at("2026-12-31T00:00:00"),
  };
  const running = termSpan(course, at("2026-11-28T12:00:00"), zone);
  expect(running.starts).toEqual(["2026-11-09", "2026-11-16", "2026-11-23"].map((day) => at(`${day}T00:00:00`)));
  expect([running.from, running.to]).toEqual([at("2026-11-09T00:00:00"), at("2026-11-30T00:00:00")]);
  const over = termSpan({ ...course, endsAt: at("2026-11-16T00:00:00") }, at("2027-06-01T00:00:00"), zone);
  expect(over.starts).toEqual([at("2026-11-09T00:00:00")]);
  expect(over.to).toEqual(at("2026-11-16T00:00:00"));
});

it("stays a chart that can be read: the last 53 weeks of a course that never ends", () => {
  const course = { startsAt: null, createdAt: at("2020-01-01T00:00:00"), endsAt: at("2030-01-01T00:00:00") };
  expect(termSpan(course, at("2026-11-28T12:00:00"), zone).starts).toHaveLength(53);
});
