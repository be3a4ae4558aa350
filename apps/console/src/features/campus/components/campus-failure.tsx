import { campusFailureCodes } from "@lyceum/campus";
import { getTranslations } from "next-intl/server";
import { Notice } from "#components/ui/notice.tsx";

const codes = [...campusFailureCodes, "internal"] as const;

/** Why a campus sign-in came to nothing, by the code that led back here; nothing for any other word in the address. */
export async function CampusFailureNotice({ code, contact }: { code: string | string[] | undefined; contact: string }) {
  const translate = await getTranslations("campus");
  const known = codes.find((each) => each === code);
  if (known === undefined) return null;
  return (
    <div role="alert">
      <Notice tone="danger">{translate(`failures.${known}`, { contact: contact || "none" })}</Notice>
    </div>
  );
}
