import { isIP } from "node:net";
import { AppError, type Sentence } from "./errors.ts";

type Reach = "public" | "private" | "never";

/** Longest prefix first where they overlap. What isn't listed is public. */
const ipv4Ranges: readonly [string, number, Reach][] = [
  ["100.100.100.200", 32, "never"], // metadata of one cloud, inside the shared range below
  ["168.63.129.16", 32, "never"], // host agent of another cloud, a public address by its looks
  ["192.0.0.0", 24, "never"], // IETF assignments, among them a metadata address
  ["0.0.0.0", 8, "never"], // "this host": reaches loopback without looking like it
  ["169.254.0.0", 16, "never"], // link-local, where cloud metadata lives
  ["224.0.0.0", 4, "never"], // multicast
  ["240.0.0.0", 4, "never"], // reserved, broadcast
  ["127.0.0.0", 8, "private"],
  ["10.0.0.0", 8, "private"],
  ["172.16.0.0", 12, "private"],
  ["192.168.0.0", 16, "private"],
  ["100.64.0.0", 10, "private"], // shared behind carrier NAT
  ["198.18.0.0", 15, "private"], // benchmarks
];

const ipv6Ranges: readonly [string, number, Reach][] = [
  ["fd00:ec2::254", 128, "never"], // metadata, inside the unique-local range below
  ["::1", 128, "private"],
  ["::", 128, "never"],
  ["fe80::", 10, "never"], // link-local
  ["ff00::", 8, "never"], // multicast
  ["fc00::", 7, "private"], // unique-local
  ["fec0::", 10, "private"], // site-local, deprecated
  ["2001::", 32, "never"], // Teredo: an address within an address, obfuscated
  ["100::", 64, "never"], // discard
];

/** Prefixes that carry an IPv4 address at a bit offset; that address decides. */
const embeddings: readonly [string, number, number][] = [
  ["::ffff:0:0", 96, 96], // mapped
  ["::ffff:0:0:0", 96, 96], // translated
  ["64:ff9b::", 96, 96], // NAT64
  ["64:ff9b:1::", 48, 96], // NAT64, local use
  ["2002::", 16, 16], // 6to4
  ["::", 96, 96], // compatible, deprecated
];

const refusals = {
  private: {
    zh: "这是内网或本机地址；若确为校内服务器，请允许内网地址。",
    en: "it is a private or loopback address; allow private addresses if the server is on campus.",
  },
  never: {
    zh: "链路本地、云元数据、组播和保留地址一律不可用。",
    en: "link-local, metadata, multicast and reserved addresses are never used.",
  },
  malformed: { zh: "不是 IP 地址。", en: "it is not an IP address." },
} as const satisfies Record<string, Sentence>;

/**
 * Whether an upstream may be dialled at an IP address (IPv4 or IPv6 text, a zone is ignored): null if so, else why not.
 * The gateway asks again for the address that a name resolved to, at the moment of dialling.
 */
export function checkUpstreamAddress(ip: string, allowPrivate: boolean): Sentence | null {
  const reach = reachOf(ip.replace(/%.*$/, ""));
  if (reach === null) return refusals.malformed;
  if (reach === "never") return refusals.never;
  return reach === "private" && !allowPrivate ? refusals.private : null;
}

/**
 * Checks and normalises a channel's address: http or https, no credentials, query or fragment, no slash at the end.
 * An address that is an IP, or `localhost`, is checked as above; a name is checked when it is dialled.
 * Throws `channel_address_refused`.
 */
export function parseUpstreamUrl(text: string, allowPrivate: boolean): string {
  const trimmed = text.trim();
  const url = URL.canParse(trimmed) ? new URL(trimmed) : null;
  // Never repeat what may hold a password.
  const shown =
    url === null || url.host === ""
      ? trimmed.slice(0, 100).replace(/\/\/[^/]*@/, "//")
      : `${url.protocol}//${url.host}`;
  const refuse = (reason: Sentence) =>
    new AppError("channel_address_refused", { parameters: { url: shown, reason_zh: reason.zh, reason_en: reason.en } });
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw refuse({ zh: "应以 http:// 或 https:// 开头。", en: "it must begin with http:// or https://." });
  }
  if (url.username !== "" || url.password !== "") {
    throw refuse({
      zh: "地址里不能带账号密码，请填在凭据一栏。",
      en: "it carries a user name or password; put them into the credential.",
    });
  }
  if (url.search !== "" || url.hash !== "") {
    throw refuse({ zh: "地址里不能带 ? 或 # 之后的部分。", en: "it carries a query or fragment." });
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  const ip = host === "localhost" || host.endsWith(".localhost") ? "127.0.0.1" : host;
  const reason = isIP(ip) === 0 ? null : checkUpstreamAddress(ip, allowPrivate);
  if (reason !== null) throw refuse(reason);
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, "")}`;
}

function reachOf(ip: string): Reach | null {
  if (isIP(ip) === 4) return ipv4Reach(ipv4Value(ip));
  if (isIP(ip) !== 6) return null;
  const value = ipv6Value(ip);
  const isIn = (base: string, length: number) => (value ^ ipv6Value(base)) >> BigInt(128 - length) === 0n;
  const listed = ipv6Ranges.find(([base, length]) => isIn(base, length));
  if (listed !== undefined) return listed[2];
  const embedding = embeddings.find(([base, length]) => isIn(base, length));
  return embedding === undefined ? "public" : ipv4Reach((value >> BigInt(96 - embedding[2])) & 0xffff_ffffn);
}

function ipv4Reach(value: bigint): Reach {
  return ipv4Ranges.find(([base, length]) => (value ^ ipv4Value(base)) >> BigInt(32 - length) === 0n)?.[2] ?? "public";
}

function ipv4Value(ip: string): bigint {
  return ip.split(".").reduce((value, part) => value * 256n + BigInt(part), 0n);
}

/** 128 bits of a valid IPv6 text, with "::" and a dotted end spelled out. */
function ipv6Value(ip: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(ip);
  let text = ip;
  if (dotted !== null) {
    const low = ipv4Value(dotted[2] ?? "");
    text = `${dotted[1]}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`;
  }
  const [head = "", tail] = text.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const middle = tail === undefined ? [] : new Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...middle, ...right].reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n);
}
