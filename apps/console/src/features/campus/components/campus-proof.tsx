import { findCampusLabel } from "@lyceum/db";
import { getLocale, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { getDb } from "#server/db.ts";
import { CAMPUS_PATH } from "../cookies.ts";

/** For somebody who registered by password: the campus's own sign-in proves the ID. Nothing where none is set up. */
export async function CampusProof() {
  const [campus, locale, translate] = await Promise.all([
    findCampusLabel(getDb()),
    getLocale(),
    getTranslations("campus"),
  ]);
  if (campus === null) return null;
  const label = locale === "en" ? campus.en : campus.zh;
  // No Link: Next would fetch it beforehand, and so begin.
  const link = (text: ReactNode) => <a href={`${CAMPUS_PATH}/begin`}>{text}</a>;
  return <p>{translate.rich("provesIt", { label, link })}</p>;
}
