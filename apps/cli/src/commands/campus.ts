import { authProvider, CampusFailure, campusAddress, campusKinds } from "@lyceum/campus";
import {
  type CampusProviderFacts,
  getCampusProvider,
  getSettings,
  getUserByStudentId,
  openCampusProvider,
  requireSiteAddress,
  setCampusProvider,
  unlinkCampus,
} from "@lyceum/db";
import { CliError, type Command, UsageError } from "../command.ts";

export const campusShow: Command = {
  name: "campus-sign-in show",
  summary: "How the campus's own sign-in is reached; its secret is never shown.",
  needs: "admin",
  options: {},
  async run(_, { db }) {
    const provider = await getCampusProvider(db);
    if (provider === null) return { lines: ["Campus sign-in is not set up."], json: { provider: null } };
    return { lines: describe(provider), json: { provider } };
  },
};

export const campusSet: Command = {
  name: "campus-sign-in set",
  summary: "Set up the campus's own sign-in, or change what is given.",
  needs: "admin",
  options: {
    kind: { value: campusKinds.join("|"), help: "OpenID Connect, or CAS 3.0", choices: campusKinds },
    address: { value: "URL", help: "the issuer, or the address of CAS before /login" },
    "client-id": { value: "ID", help: "of OpenID Connect" },
    "client-secret": { help: "asked for, or read from the standard input; kept encrypted" },
    "no-client-secret": { help: "forget the secret: a public client" },
    "id-attribute": {
      value: "NAME",
      help: "claim or attribute with the student ID; in CAS user is the name signed in with",
    },
    "id-suffix": { value: "TEXT", help: "what stands behind the ID in it, such as @stu.example.edu; none for nothing" },
    "name-attribute": { value: "NAME", help: "claim or attribute with the name; usual for the usual ones" },
    "label-zh": { value: "TEXT", help: "the button, in Chinese" },
    "label-en": { value: "TEXT", help: "the button, in English" },
    "allow-private": { value: "yes|no", help: "private addresses and plain HTTP", choices: ["yes", "no"] },
    enabled: { value: "yes|no", help: "whether people see the button", choices: ["yes", "no"] },
  },
  async run(values, { db, actor, masterSecret, readPassword }) {
    const before = await getCampusProvider(db);
    const kind = campusKinds.find((each) => each === values.optional("kind")) ?? before?.kind;
    const typed = values.optional("address") ?? before?.address ?? "";
    const address = kind === undefined ? "" : campusAddress(kind, typed);
    if (kind === undefined || address === "") {
      throw new UsageError("The first time --kind and --address are needed, and --client-id for oidc.");
    }
    const isYes = (name: string, otherwise: boolean) => (values.optional(name) ?? (otherwise ? "yes" : "no")) === "yes";
    const text = (name: string, word: string, otherwise: string) => {
      const given = values.optional(name);
      return given === word ? "" : (given ?? otherwise);
    };
    const allowPrivate = isYes("allow-private", before?.allowPrivate ?? false);
    const clientId = kind === "cas" ? "" : (values.optional("client-id") ?? before?.clientId ?? "");
    if (kind === "oidc" && clientId === "") throw new UsageError("The option --client-id is missing.");
    if (!isAddress(address, allowPrivate)) {
      throw new UsageError("The address is https://… without a query, or http://… with --allow-private yes.");
    }
    // The names of the one kind are not those of the other.
    const known = before?.kind === kind ? before : null;
    const given = values.isOn("client-secret") ? await readPassword("客户端密钥 Client secret") : null;
    const input = {
      ...{ kind, address, clientId, allowPrivate, isEnabled: isYes("enabled", before?.isEnabled ?? true) },
      clientSecret: kind === "cas" || values.isOn("no-client-secret") ? "" : given,
      idAttribute:
        values.optional("id-attribute") ?? known?.idAttribute ?? (kind === "cas" ? "user" : "preferred_username"),
      idSuffix: text("id-suffix", "none", before?.idSuffix ?? ""),
      nameAttribute: text("name-attribute", "usual", known?.nameAttribute ?? ""),
      labelZh: values.optional("label-zh") ?? before?.labelZh ?? "用校园统一认证登录",
      labelEn: values.optional("label-en") ?? before?.labelEn ?? "Sign in with your campus account",
    };
    const secret = await masterSecret();
    await db.$transaction((tx) => setCampusProvider(tx, actor, secret, input));
    const after = await getCampusProvider(db);
    if (after === null) throw new Error("what was just set up is missing");
    return { lines: describe(after), json: { provider: after } };
  },
};

export const campusTry: Command = {
  name: "campus-sign-in try",
  summary: "Ask the campus's server whether it is there, is what it should be, and takes this site.",
  needs: "admin",
  options: {
    site: {
      value: "URL",
      help: "of OpenID Connect: the address under which people reach this site; the setting if left out",
    },
  },
  async run(values, { db, masterSecret }) {
    const provider = await openCampusProvider(db, await masterSecret());
    if (provider === null) {
      throw new CliError({ zh: "校园统一认证未设置或已关闭。", en: "Campus sign-in is not set up, or switched off." });
    }
    await requireSiteAddress(db, provider.kind);
    const given = values.optional("site");
    if (provider.kind === "cas" && given !== undefined) {
      throw new UsageError("CAS sends people to the address in the settings alone: leave --site out.");
    }
    const siteUrl = (given ?? (await getSettings(db)).siteUrl).replace(/\/+$/, "");
    if (siteUrl === "") {
      throw new CliError({
        zh: "认证服务器要核对本站的地址：请在设置里填写，或用 --site 给出。",
        en: "The campus's server compares this site's address: fill it in (settings), or give --site.",
      });
    }
    if (!URL.canParse(siteUrl)) throw new UsageError("An address of a site is like https://llm.example.edu.");
    try {
      const { notes } = await authProvider(provider).tryOut(`${new URL(siteUrl).origin}/sign-in/campus/return`);
      const lines = [`${provider.address} answers as it should.`, ...notes.map((note) => noteWords[note])];
      return { lines, json: { ok: true, notes } };
    } catch (error) {
      if (!(error instanceof CampusFailure)) throw error;
      return {
        lines: [`It fails: ${error.message}.`],
        json: { ok: false, code: error.code, detail: error.detail },
        failed: true,
      };
    }
  },
};

const noteWords = {
  plain_http: "It speaks plain HTTP: whoever listens on the network between can sign in as others.",
  service_unknown: "It doesn't know this site's address yet: register the service there.",
};

export const userUnlinkCampus: Command = {
  name: "user unlink-campus",
  summary: "Let a person's account be linked anew with the campus's sign-in; ends the sessions. The ID stays proven.",
  needs: "admin",
  options: {
    "student-id": { value: "ID", help: "the student ID", required: true },
    "another-person": {
      help: "the ID is another person's now: ends the password, deletes keys and conversations for good, keeps money and courses",
    },
  },
  async run(values, { db, actor }) {
    const { id: userId, name, studentId } = await getUserByStudentId(db, values.text("student-id"));
    const isAnotherPerson = values.isOn("another-person");
    await db.$transaction((tx) => unlinkCampus(tx, actor, { userId, isAnotherPerson }));
    const lines = [`${name} (${studentId}) is linked with nobody at the campus's server.`];
    if (isAnotherPerson) lines.push("Password, keys, mail address and conversations of the former holder are gone.");
    return { lines, json: { studentId, anotherPerson: isAnotherPerson } };
  },
};

function isAddress(address: string, allowPrivate: boolean): boolean {
  return (allowPrivate ? /^https?:\/\/[^\s?#@]+$/ : /^https:\/\/[^\s?#@]+$/).test(address) && URL.canParse(address);
}

function describe(provider: CampusProviderFacts): string[] {
  const { kind, address, clientId, hasSecret, idAttribute, idSuffix, nameAttribute } = provider;
  return [
    `Campus sign-in by ${kind} at ${address}, ${provider.isEnabled ? "switched on" : "switched off"}.`,
    ...(kind === "oidc" ? [`Client ${clientId}, ${hasSecret ? "with a secret" : "without a secret"}.`] : []),
    `Student ID in ${idAttribute}${idSuffix === "" ? "" : `, before ${idSuffix}`}; name in ${nameAttribute || "the usual places"}.`,
    `Button: ${provider.labelZh} / ${provider.labelEn}.`,
    ...(provider.allowPrivate ? ["Private addresses and plain HTTP are allowed."] : []),
  ];
}
