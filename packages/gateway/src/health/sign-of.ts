import type { HealthSign } from "@lyceum/domain";
import type { UpstreamComplaint } from "../canonical/reply.ts";
import { echoesOf, type IsEcho, withoutQuotes } from "./echoes.ts";
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
  tooLargeAlone,
  tooMany,
  withoutChannel,
} from "./refusal-words.ts";

/** An answer that is an error. */
export type UpstreamRefusal = {
  /** The one it came with, or would have come with. */
  readonly status: number;
  /** Null: there is none in the body. */
  readonly complaint: UpstreamComplaint | null;
  /** The body as text, where there is one: it may have further codes. */
  readonly text?: string;
  /** What was sent, and the name of the model in it: what upstreams repeat of a request says nothing of them. */
  readonly sent?: { readonly body: Buffer; readonly model: string } | undefined;
};

type Sign = Exclude<HealthSign, "passed">;

/** So much of a message is looked through: what comes behind may be the client's own words. */
const MOST_READ = 600;
/** And so much of a body for codes. */
const MOST_SEARCHED = 8_192;
const codeMember = /"(?:code|type|reason|status)"\s*:\s*"?([\w.: -]{1,80})/g;

/**
 * What an upstream's refusal says of its health (docs/channels.md). What is wrong with our credential, our account or our list of models wins over
 * the status, because vendors say it with nearly every one; but not in words that the request put into the upstream's mouth.
 */
export function signOf({ status, complaint, text = "", sent }: UpstreamRefusal): Sign {
  const said = (complaint?.message ?? "").slice(0, MOST_READ);
  const own = complaint?.code ?? "";
  const more = [...text.slice(0, MOST_SEARCHED).matchAll(codeMember)].map(([, code = ""]) => code);
  const isSilent = complaint === null;
  const sign = judge({ status, said, codes: [own, ...more], isSilent, isEcho: never });
  if (sent === undefined || sign === "request" || sign === "failure") return sign;
  // It would touch everybody: once more, without what the request may have made it say.
  const isEcho = echoesOf(sent.body);
  const left = withoutQuotes(said, isEcho);
  const codes = [own, ...more.filter((code) => !isEcho(code))];
  const anew = judge({ status, said: left, codes, isSilent, isEcho });
  if (anew !== "model-missing" || status >= 500 || isNamed(sent.model, said)) return anew;
  // Tools have models too, which a request names as it likes.
  return withoutQuotes(said, (words) => isEcho(`"${words}"`)) === said ? anew : "request";
}

type Said = {
  readonly status: number;
  readonly said: string;
  readonly codes: readonly string[];
  readonly isSilent: boolean;
  readonly isEcho: IsEcho;
};

function never(): boolean {
  return false;
}

/** Whether a text has a model's name in it, and not only one that it is a part of. */
function isNamed(model: string, text: string): boolean {
  const isPart = (character: string | undefined) => character !== undefined && /[\w-]/.test(character);
  for (let at = text.indexOf(model); at >= 0 && model !== ""; at = text.indexOf(model, at + 1)) {
    if (!isPart(text[at - 1]) && !isPart(text[at + model.length])) return true;
  }
  return false;
}

function judge(what: Said): Sign {
  const { status, said, codes } = what;
  // Whatever a busy or broken server calls its state, it is not ours.
  const byCode = status >= 500 ? ofOurs(signOfCodes(codes)) : signOfCodes(codes);
  if (byCode === "rate" && tooLargeAlone.test(said)) return "request";
  if (byCode !== null && !(byCode === "denied" && isAboutOwn(status, said))) return byCode;
  return byWords(what);
}

function ofOurs(sign: HealthSign | null): Sign | null {
  return sign === "quota" || sign === "model-missing" || sign === "refused" ? sign : null;
}

/** A file or an address of the client's that the upstream may not read. */
function isAboutOwn(status: number, said: string): boolean {
  return (status === 400 || status === 404) && clientsOwn.test(said);
}

function byWords({ status, said, isSilent, isEcho }: Said): Sign {
  const has = (pattern: RegExp) => {
    const [found] = pattern.exec(said) ?? [];
    return found !== undefined && !isEcho(found);
  };
  if (status >= 500) return has(spent) ? "quota" : has(withoutChannel) ? "model-missing" : "failure";
  switch (status) {
    case 400:
    case 406:
    case 409:
    case 413:
    case 415:
    case 416:
    case 417:
    case 422:
    case 424: // a tool's server, say, that the request named
    case 431:
    case 451:
      return isAboutOwn(400, said) ? "request" : (ours(has) ?? (has(tooMany) ? "rate" : "request"));
    case 401:
      return has(spent) ? "quota" : has(missingModel) ? "model-missing" : "refused";
    case 402:
      return "quota";
    case 403:
      // A page of some firewall, say: it may have disliked this one request.
      if (isSilent) return "failure";
      return inspected.test(said) ? "request" : (ours(has) ?? (has(tooMany) ? "rate" : "denied"));
    case 404:
    case 410:
      if (isSilent || noSuchPath.test(said)) return "failure";
      return isAboutOwn(404, said) ? "request" : (ours(has) ?? "request");
    case 429:
      if (has(spent)) return "quota";
      // Longer than a whole minute's allowance: it would be told the same again, and nobody else is.
      return tooLargeAlone.test(said) ? "request" : "rate";
    default:
      return ours(has) ?? "failure";
  }
}

function ours(has: (pattern: RegExp) => boolean): Sign | null {
  if (has(spent) || has(spentOrBusy)) return "quota";
  if (has(refusedKey)) return "refused";
  if (has(missingModel)) return "model-missing";
  return has(deniedToUs) ? "denied" : null;
}
