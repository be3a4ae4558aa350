import type { CourseMemberRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { Badge } from "#components/ui/badge.tsx";
import { Status } from "#components/ui/status.tsx";

/** What sets a member apart: staff, who left, an ID that nobody has proven or registered. Nothing for most students. */
export function MemberStatus({ member }: { member: CourseMemberRow }) {
  const translate = useTranslations("courses");
  return (
    <>
      {member.role !== "student" && <Badge>{translate(`authority.${member.role}`)}</Badge>}
      {member.state === "left" && <Status kind="off">{translate("left")}</Status>}
      {member.standing === "registered" && <Status kind="warn">{translate("unproven")}</Status>}
      {member.standing === "missing" && <Status kind="none">{translate("unregistered")}</Status>}
      {member.hasCode && member.standing !== "proven" && <span className="muted small">{translate("hasCode")}</span>}
    </>
  );
}
