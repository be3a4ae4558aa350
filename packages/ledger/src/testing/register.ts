import { type Db, getSettings, registerStudent } from "@lyceum/db";

export type Registered = { readonly userId: string; readonly accountId: string };

/** Somebody registers an ID by password, without any proof. The name is the ID. */
export async function registerByPassword(db: Db, studentId: string, password: string): Promise<Registered> {
  const { terms } = await getSettings(db);
  return registerStudent(db, { studentId, name: studentId, password, termsVersion: terms.version });
}
