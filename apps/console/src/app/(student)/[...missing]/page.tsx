import { notFound } from "next/navigation";
import { requireReader } from "#server/session.ts";

/** Any other address: its 404 keeps the navigation around it, and looks as it does for a page of another role. */
export default async function MissingPage() {
  await requireReader();
  notFound();
}
