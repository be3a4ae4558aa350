import { SaxesParser, type SaxesTagNS } from "saxes";
import { z } from "zod";
import { CampusFailure } from "./failure.ts";
import { type Attributes, attributesOf } from "./identity.ts";

/** What `/p3/serviceValidate` says: who it is, or the code of why not. */
export type CasAnswer = { readonly user: string; readonly attributes: Attributes } | { readonly failure: string };

const CAS_NAMESPACE = "http://www.yale.edu/tp/cas";

/** Reads an answer in either form: older servers don't know `format` and answer XML. Throws CampusFailure `provider_wrong` for anything else. */
export function readCasAnswer(text: string): CasAnswer {
  const trimmed = text.replace(/^\uFEFF/, "").trimStart();
  if (trimmed.startsWith("{")) return readJson(trimmed);
  if (trimmed.startsWith("<")) return readXml(trimmed);
  throw wrong("neither JSON nor XML");
}

const failureSchema = z.object({ code: z.string() });
const successSchema = z.object({ user: z.string(), attributes: z.record(z.string(), z.unknown()).optional() });
const answerSchema = z.object({
  serviceResponse: z.object({
    authenticationSuccess: successSchema.nullish(),
    authenticationFailure: failureSchema.nullish(),
  }),
});

function readJson(text: string): CasAnswer {
  const parsed = answerSchema.safeParse(parseJson(text));
  if (!parsed.success) throw wrong("JSON of another shape");
  const { authenticationSuccess: success, authenticationFailure: failure } = parsed.data.serviceResponse;
  return decide({
    users: success ? [success.user] : [],
    failures: failure ? [failure.code] : [],
    attributes: attributesOf(success?.attributes ?? {}),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong("broken JSON");
  }
}

/**
 * XML as the protocol's schema has it, and no other: names are of its namespace, each value stands at its own place, and a document type is refused, so
 * that there are no entities but XML's own five.
 */
function readXml(text: string): CasAnswer {
  const users: string[] = [];
  const failures: string[] = [];
  const attributes = new Map<string, string[]>();
  const path: string[] = [];
  let words = "";
  let roots = 0;

  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", () => {
    throw wrong("broken XML");
  });
  parser.on("doctype", () => {
    throw wrong("XML with a document type");
  });
  parser.on("opentag", (tag: SaxesTagNS) => {
    if (tag.uri !== CAS_NAMESPACE) throw wrong("XML of another namespace");
    path.push(tag.local);
    if (path.length === 1) roots += 1;
    if (path.join("/") === "serviceResponse/authenticationFailure") failures.push(tag.attributes.code?.value ?? "");
    words = "";
  });
  const onText = (piece: string) => {
    words += piece;
  };
  parser.on("text", onText);
  parser.on("cdata", onText);
  parser.on("closetag", () => {
    const at = path.join("/");
    if (at === "serviceResponse/authenticationSuccess/user") users.push(words);
    const [, name = ""] = /^serviceResponse\/authenticationSuccess\/attributes\/([^/]+)$/.exec(at) ?? [];
    if (name !== "") attributes.set(name, [...(attributes.get(name) ?? []), words]);
    path.pop();
    words = "";
  });
  parser.write(text).close();
  if (roots !== 1) throw wrong("XML without the answer");
  return decide({ users, failures, attributes });
}

/** Exactly one answer: a document that says both, or names two people, says nothing. */
function decide(found: { users: string[]; failures: string[]; attributes: Attributes }): CasAnswer {
  const { users, failures, attributes } = found;
  const [user] = users;
  const [failure] = failures;
  if (users.length === 0 && failures.length === 1 && failure !== undefined) {
    return { failure: /^[A-Z_]{1,60}$/.test(failure) ? failure : "UNKNOWN" };
  }
  if (users.length !== 1 || failures.length > 0 || user === undefined) throw wrong("no answer, or two");
  const trimmed = user.trim();
  if (trimmed === "") throw new CampusFailure("no_id", "the user is empty");
  return { user: trimmed, attributes };
}

function wrong(what: string): CampusFailure {
  return new CampusFailure("provider_wrong", `/p3/serviceValidate answered ${what}`);
}
