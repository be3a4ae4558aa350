import type { GatewayConfig } from "@lyceum/db/gateway-config";
import type { CourseOpening } from "@lyceum/db/gateway-keys";
import { AppError, type ErrorParameters } from "@lyceum/domain";
import type { Caller } from "./key-cache.ts";
import { localTime } from "./local-time.ts";

/** Whether a caller may use the key's group now: it is open, its admin entered the person, or a running course opens it. */
export function mayUseGroup(caller: Caller, config: GatewayConfig | null): boolean {
  return (
    caller.isGroupMember || config?.groups.get(caller.groupId)?.isOpen === true || caller.courses.some(isRunning())
  );
}

/** Whether the caller's way into the group opens this model of it: a course may open some of them only. */
export function opensModel(name: string, caller: Caller, config: GatewayConfig): boolean {
  if (caller.isGroupMember || caller.courses.length === 0) return true;
  if (config.groups.get(caller.groupId)?.isOpen === true) return true;
  return caller.courses.filter(isRunning()).some(({ models }) => models.length === 0 || models.includes(name));
}

/** The running courses by which a caller uses the group. */
export function runningCourses(caller: Caller): CourseOpening[] {
  return caller.courses.filter(isRunning());
}

function isRunning(): (course: CourseOpening) => boolean {
  const now = Date.now();
  return ({ isMember, startsAtMs, endsAtMs }) =>
    isMember && (startsAtMs === null || startsAtMs <= now) && now < endsAtMs;
}

/** Why a caller may not use the group: what became of the course that opened it, or that nothing ever did. */
export function groupClosed(caller: Caller, config: GatewayConfig | null): AppError {
  const group = config?.groups.get(caller.groupId)?.name ?? caller.groupId;
  const now = Date.now();
  const course = caller.courses.find(({ isMember, endsAtMs }) => isMember && endsAtMs > now) ?? caller.courses[0];
  if (course === undefined) return new AppError("group_not_allowed", { parameters: { group } });
  const open = [...(config?.groups.values() ?? [])].filter((each) => each.isOpen).map((each) => each.name);
  const hint: ErrorParameters =
    open.length === 0
      ? {}
      : { hint_zh: `对所有人开放的组：${open.join("、")}。`, hint_en: ` Open to everybody: ${open.join(", ")}.` };
  return new AppError("course_not_open", {
    parameters: { group, ...hint, ...reasonOf(course, now, config?.settings.timeZone ?? "UTC") },
  });
}

function reasonOf({ name, isMember, startsAtMs, endsAtMs }: CourseOpening, now: number, timeZone: string) {
  const at = (time: number) => localTime(time, timeZone);
  if (!isMember) {
    return {
      reason_zh: `你已不在课程“${name}”的名单上。`,
      reason_en: `You are no longer a member of the course ${name}.`,
    };
  }
  if (endsAtMs <= now) {
    return {
      reason_zh: `课程“${name}”已于 ${at(endsAtMs)} 结束。`,
      reason_en: `The course ${name} ended at ${at(endsAtMs)}.`,
    };
  }
  const starts = at(startsAtMs ?? now);
  return { reason_zh: `课程“${name}”在 ${starts} 才开始。`, reason_en: `The course ${name} begins at ${starts}.` };
}
