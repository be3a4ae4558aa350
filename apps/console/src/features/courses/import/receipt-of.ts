import type { ImportedMember } from "@lyceum/db";
import type { FieldChange, ReceiptLine } from "@lyceum/roster";

const results = { joined: "new", changed: "changed", back: "changed", left: "gone" } as const;

/** A line of a receipt out of what a course noted of a member. Rows of the file that changed nothing, or were left out, stand nowhere. */
export function receiptOf({ studentId, kind, before, after }: ImportedMember): ReceiptLine {
  const corrected: FieldChange[] =
    before?.studentId === undefined ? [] : [{ field: "studentId", from: before.studentId, to: studentId }];
  const changes =
    before === null || kind === "left"
      ? []
      : corrected.concat(
          (["name", "email", "section", "state"] as const).flatMap((field): FieldChange[] =>
            before[field] === after[field] ? [] : [{ field, from: before[field], to: after[field] }],
          ),
        );
  return {
    ...{ result: results[kind], row: null, studentId, changes, problems: [] },
    ...{ name: after.name, email: after.email ?? "", section: after.section ?? "" },
  };
}
