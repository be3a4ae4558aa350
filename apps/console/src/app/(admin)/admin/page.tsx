import { redirect } from "next/navigation";
import { requireRole } from "#server/session.ts";

export default async function AdminPage() {
  await requireRole("admin");
  redirect("/admin/users");
}
