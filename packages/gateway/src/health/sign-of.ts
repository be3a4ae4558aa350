import type { HealthSign } from "@lyceum/domain";
import type { UpstreamComplaint } from "../canonical/reply.ts";
import {
  clientsOwn,
  deniedToUs,
  inspected,
  missingModel,
  noSuchPath,
  refusedKey,
  signOfCodes,
  spent,
  spentOrBusy,
  tooMany,
} from "./refusal-words.ts";

/** An answer that is an error. */
export type UpstreamRefusal = {
  /** The one it came with, or would have come with. */
  readonly status: number;
  /** Null: there is none in the body. */
  readonly complaint: UpstreamComplaint | null;
  /** The body as text, where there is one: it may have further codes. */
  readonly text?: string;
};

/** So much of a message is looked through: what comes behind may be the client's own words. */
const MOST_READ = 600;
const codeMember = /"(?:code|type|reason|status)"\s*:\s*"?([\w.: -]{1,80})/g;

/**
 * What an upstream's refusal says of its health (docs/channels.md). What is wrong with our credential, our account or our list of models wins over
 * the status, because vendors say it with nearly every one.
 */
export function signOf({ status, complaint, text = "" }: UpstreamRefusal): Exclude<HealthSign, "passed"> {
  const codes = [
    complaint?.code ?? "",
    ...[...text.slice(0, 8_192).matchAll(codeMember)].map(([, code]) => code ?? ""),
  ];
  const said = (complaint?.message ?? "").slice(0, MOST_READ);
  // Whatever a busy or broken server calls its state, it is not ours.
  const byCode = status >= 500 ? ofOurs(signOfCodes(codes)) : signOfCodes(codes);
  if (byCode !== null && !(byCode === "denied" && isAboutOwn(status, said))) return byCode;
  return byWords(status, said, complaint === null);
}

function ofOurs(sign: HealthSign | null): Exclude<HealthSign, "passed"> | null {
  return sign === "quota" || sign === "model-missing" || sign === "refused" ? sign : null;
}

/** A file or an address of the client's that the upstream may not read. */
function isAboutOwn(status: number, said: string): boolean {
  return (status === 400 || status === 404) && clientsOwn.test(said);
}

function byWords(status: number, said: string, isSilent: boolean): Exclude<HealthSign, "passed"> {
  if (status >= 500) return spent.test(said) ? "quota" : isWithoutChannel(said) ? "model-missing" : "failure";
  switch (status) {
    case 400:
    case 409:
    case 413:
    case 415:
    case 422:
    case 451:
      return isAboutOwn(400, said) ? "request" : (ours(said) ?? (tooMany.test(said) ? "rate" : "request"));
    case 401:
      return spent.test(said) ? "quota" : missingModel.test(said) ? "model-missing" : "refused";
    case 402:
      return "quota";
    case 403:
      // A page of some firewall, say: it may have disliked this one request.
      if (isSilent) return "failure";
      return inspected.test(said) ? "request" : (ours(said) ?? (tooMany.test(said) ? "rate" : "denied"));
    case 404:
    case 410:
      if (isSilent || noSuchPath.test(said)) return "failure";
      return isAboutOwn(404, said) ? "request" : (ours(said) ?? "request");
    case 429:
      return spent.test(said) ? "quota" : "rate";
    default:
      return ours(said) ?? "failure";
  }
}

function ours(said: string): Exclude<HealthSign, "passed"> | null {
  if (spent.test(said) || spentOrBusy.test(said)) return "quota";
  if (refusedKey.test(said)) return "refused";
  if (missingModel.test(said)) return "model-missing";
  return deniedToUs.test(said) ? "denied" : null;
}

/** A gateway like ours that has nobody behind it for this model. */
function isWithoutChannel(said: string): boolean {
  return /无可用渠道|no available channel/i.test(said);
}
