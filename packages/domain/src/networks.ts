import { isIP } from "node:net";

/** Where a key may be used from: an address alone is a network of one. */
export const MAX_NETWORKS = 20;

type Network = { readonly bits: bigint; readonly length: number; readonly isIpv6: boolean };

/**
 * A network in CIDR notation (RFC 4632, RFC 4291), as it is kept: "10.1.0.0/16", "2001:db8::/32", or an address, which stands for itself. Null for
 * what is neither, and for one whose host bits are set ("10.1.2.3/16"), because the writer may have meant either.
 */
export function parseNetwork(text: string): string | null {
  const trimmed = text.trim().toLowerCase();
  const network = readNetwork(trimmed);
  if (network === null) return null;
  const hostBits = BigInt((network.isIpv6 ? 128 : 32) - network.length);
  return network.bits & ((1n << hostBits) - 1n) ? null : trimmed;
}

/** Whether an address lies in one of the networks; an IPv4 address within IPv6 is the IPv4 one. */
export function isWithin(address: string, networks: readonly string[]): boolean {
  const host = readAddress(address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, ""));
  if (host === null) return false;
  return networks.some((text) => {
    const network = readNetwork(text);
    if (network === null || network.isIpv6 !== host.isIpv6) return false;
    const hostBits = BigInt((network.isIpv6 ? 128 : 32) - network.length);
    return host.bits >> hostBits === network.bits >> hostBits;
  });
}

function readNetwork(text: string): Network | null {
  const [address = "", length, ...more] = text.split("/");
  const host = readAddress(address);
  if (host === null || more.length > 0) return null;
  const most = host.isIpv6 ? 128 : 32;
  if (length === undefined) return { ...host, length: most };
  return /^\d{1,3}$/.test(length) && Number(length) <= most ? { ...host, length: Number(length) } : null;
}

function readAddress(text: string): { bits: bigint; isIpv6: boolean } | null {
  const version = isIP(text);
  if (version === 4) return { bits: bitsOf(text.split(".").map(Number), 8n), isIpv6: false };
  if (version !== 6 || text.includes("%")) return null;
  // An IPv4 tail stands for two groups.
  const plain = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [left = "", right] = plain.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const [before, after] = [groups(left), groups(right ?? "")];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return { bits: bitsOf([...before, ...zeros, ...after], 16n), isIpv6: true };
}

function bitsOf(parts: readonly number[], width: bigint): bigint {
  return parts.reduce((bits, part) => (bits << width) | BigInt(part), 0n);
}
