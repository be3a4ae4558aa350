import "server-only";
import { noteAct, type SessionUser, sessionHolds } from "@lyceum/db";
import { refresh } from "next/cache";
import { headers } from "next/headers";
import { unstable_rethrow } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { type AnyTranslator, fieldErrors } from "#i18n/validation.ts";
import type { Action, ActionResult } from "./action-result.ts";
import { type AuditDetails, createAudit } from "./audit.ts";
import { getClient } from "./client.ts";
import { type Db, getDb, type Tx } from "./db.ts";
import { type FieldOfCode, failureOf } from "./failure.ts";
import { isOwnOrigin } from "./origin.ts";
import { getPendingStep, getSession, type Role } from "./session.ts";
import { storable } from "./storable.ts";

interface Base<Schema extends z.ZodType> {
  input: Schema;
  /** The page is not drawn again: its client knows by the answer what changed. */
  keepsPage?: boolean;
  /** AppError code → the field whose error it is, e.g. `{ name_taken: "name" }`. */
  fields?: FieldOfCode;
}

interface ActionContext<Input> {
  /** The transaction everything is written in. */
  tx: Tx;
  /** The client itself, for what must outlive a rollback or be read outside of it. */
  db: Db;
  /** Who acts, and from where: fits the `actor` of query functions as it is. */
  actor: SessionUser & { ip: string };
  input: Input;
  /** Tells the audit row what the act touched; needed in every run of an action that names `audit`. */
  audit: (details: AuditDetails) => void;
}

interface ActionDefinition<Schema extends z.ZodType, Data> extends Base<Schema> {
  /** "any": whoever is signed in. */
  role: Role | "any";
  /**
   * Name of the act, e.g. "channel.update"; its row is written in the same transaction. Leave it out where the query
   * function called writes the row itself (those that take an `actor` do).
   */
  audit?: string;
  /** Must not happen twice because its reply was lost: the same input under the same id of the page is done once, and refused then. */
  once?: boolean;
  /** How long its transaction may take, where that is longer than usual. */
  timeoutMs?: number;
  /** Runs even while terms or a new password are due: only for the two pages that settle just that. */
  beforePendingStep?: boolean;
  /** Whether it ends the caller's own sessions, this one too. */
  endsSession?: (input: z.output<Schema>, callerId: string) => boolean;
  run: (context: ActionContext<z.output<Schema>>) => Promise<Data>;
}

interface PublicActionDefinition<Schema extends z.ZodType, Data> extends Base<Schema> {
  run: (context: { db: Db; input: z.output<Schema>; deviceId: string; ip: string }) => Promise<Data>;
}

/**
 * A server action that trusts nothing it was sent: own origin, session, role, zod; then one transaction with its audit
 * row, undone where the session ended meanwhile, and a refresh of the page. A wrong role hears what someone hears who asks for what isn't there. The action
 * returns its failures and throws nothing but Next's redirects.
 */
export function defineAction<Schema extends z.ZodType, Data>(
  definition: ActionDefinition<Schema, Data>,
): Action<z.input<Schema>, Data> {
  return (rawInput, rawActId) =>
    guard(definition, rawInput, signedIn(definition), async (input, caller) => {
      const db = getDb();
      const actId = definition.once ? z.uuid().safeParse(rawActId).data : undefined;
      const actor = { ...caller, ip: (await getClient()).ip };
      const { audit: action, timeoutMs: timeout } = definition;
      return db.$transaction(
        async (tx) => {
          if (actId !== undefined && !(await noteAct(tx, caller.id, actId, input))) throw new DoneBefore();
          const audit = createAudit({ tx, actor, action });
          const data = await definition.run({ tx, db, actor, input, audit: audit.describe });
          await audit.write();
          const endsItself = definition.endsSession?.(input, caller.id) ?? false;
          if (!endsItself && !(await sessionHolds(tx, caller))) throw new SessionEnded();
          return data;
        },
        timeout === undefined ? {} : { timeout },
      );
    });
}

/** As defineAction for people who are not signed in: own origin and zod, no session, no transaction of its own. */
export function definePublicAction<Schema extends z.ZodType, Data>(
  definition: PublicActionDefinition<Schema, Data>,
): Action<z.input<Schema>, Data> {
  return (rawInput) =>
    guard(
      definition,
      rawInput,
      async () => ({ caller: null }),
      async (input) => definition.run({ db: getDb(), input, ...(await getClient()) }),
    );
}

type Refusal = { code: string; key: string };

const doneBefore: Refusal = { code: "done_before", key: "errors.doneBefore" };
const signedOut: Refusal = { code: "signed_out", key: "errors.signedOut" };

/** The act was done when it was sent before. */
class DoneBefore extends Error {}

/** Undoes what somebody did whose session was ended while it ran. */
class SessionEnded extends Error {}

/** Whether the caller may; a wrong role is not told that the action exists. */
function signedIn({ role, beforePendingStep }: ActionDefinition<z.ZodType, unknown>) {
  return async (): Promise<{ caller: SessionUser } | Refusal> => {
    const caller = await getSession();
    if (!caller) return signedOut;
    if (role !== "any" && caller.role !== role) return { code: "not_found", key: "errors.notFound" };
    // An auditor changes nothing but what stands between him and the pages: his password, and the terms.
    if (caller.role === "auditor" && !beforePendingStep) return { code: "not_found", key: "errors.notFound" };
    if (!beforePendingStep && (await getPendingStep(caller))) return { code: "step_due", key: "errors.stepDue" };
    return { caller };
  };
}

async function guard<Schema extends z.ZodType, Caller, Data>(
  definition: Base<Schema>,
  rawInput: unknown,
  findCaller: () => Promise<{ caller: Caller } | Refusal>,
  run: (input: z.output<Schema>, caller: Caller) => Promise<Data>,
): Promise<ActionResult<Data>> {
  const translate = (await getTranslations()) as unknown as AnyTranslator;
  const refuse = ({ code, key }: Refusal) => ({ ok: false, code, message: translate(key) }) as const;
  try {
    if (!isOwnOrigin(await headers())) return refuse({ code: "foreign_origin", key: "errors.foreignOrigin" });
    const found = await findCaller();
    if (!("caller" in found)) return refuse(found);
    const input = definition.input.safeParse(storable(rawInput));
    if (!input.success) {
      const errors = fieldErrors(translate, input.error);
      return { ...refuse({ code: "invalid_input", key: "errors.invalidInput" }), fieldErrors: errors };
    }
    const data = await run(input.data, found.caller);
    if (!definition.keepsPage) refresh();
    return { ok: true, data };
  } catch (error) {
    unstable_rethrow(error);
    if (error instanceof SessionEnded) return refuse(signedOut);
    if (error instanceof DoneBefore) {
      if (!definition.keepsPage) refresh(); // it shows what was done
      return refuse(doneBefore);
    }
    return failureOf(error, translate, definition.fields);
  }
}
