import { campusAddress, campusKinds } from "@lyceum/campus";
import { AppError, parseUpstreamUrl } from "@lyceum/domain";
import { z } from "zod";

const line = z.string().trim().max(200);

/** Null: fine; else the sentence for its field. A name is looked at when it is dialled. */
function problemOf(address: string, allowPrivate: boolean): string | null {
  if (!/^https?:\/\/[^\s?#@]+$/.test(address) || !URL.canParse(address)) return "campus.badAddress";
  if (address.startsWith("http:") && !allowPrivate) return "campus.plainHttp";
  try {
    parseUpstreamUrl(address, allowPrivate);
    return null;
  } catch (error) {
    if (error instanceof AppError) return allowPrivate ? "campus.badAddress" : "campus.privateAddress";
    throw error;
  }
}

/** As typed; `clientSecret` empty: the present one stays. */
export const campusProviderInput = z
  .object({
    kind: z.enum(campusKinds),
    address: line.min(1),
    clientId: line,
    clientSecret: z.string().max(1000),
    withoutSecret: z.boolean(),
    idAttribute: line.min(1).regex(/^[\w.:/-]*$/, "campus.badAttribute"),
    idSuffix: line.regex(/^\S*$/, "campus.badSuffix"),
    nameAttribute: line.regex(/^[\w.:/-]*$/, "campus.badAttribute"),
    labelZh: line.min(1).max(40),
    labelEn: line.min(1).max(40),
    allowPrivate: z.boolean(),
    isEnabled: z.boolean(),
  })
  .transform((typed) => ({ ...typed, address: campusAddress(typed.kind, typed.address) }))
  .superRefine(({ kind, address, clientId, allowPrivate }, context) => {
    const problem = problemOf(address, allowPrivate);
    if (problem !== null) context.addIssue({ code: "custom", path: ["address"], message: problem });
    if (kind === "oidc" && clientId === "") {
      context.addIssue({ code: "custom", path: ["clientId"], message: "validation.required" });
    }
  })
  .transform(({ clientSecret, withoutSecret, ...rest }) => {
    const isCas = rest.kind === "cas";
    const secret = isCas || withoutSecret ? "" : clientSecret === "" ? null : clientSecret;
    return { ...rest, clientId: isCas ? "" : rest.clientId, clientSecret: secret };
  });

/** What is said about an account that is there already: its password, or that it was a stranger's. */
export const settleInput = z.discriminatedUnion("choice", [
  z.object({ choice: z.literal("keep"), password: z.string().min(1).max(1024) }),
  z.object({ choice: z.literal("not-mine") }),
]);

/** `who`: whose the account is from now on. */
export const unlinkInput = z.object({ userId: z.uuid(), who: z.enum(["same", "another"]) });
