import { BlockList } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWithin, parseNetwork } from "./networks.ts";

describe("networks", () => {
  it("are CIDR or an address, in either version; host bits that are set could mean either", () => {
    for (const text of ["10.1.0.0/16", "192.168.3.7", "0.0.0.0/0", "2001:db8::/32", "::1", "::/0"])
      expect(parseNetwork(` ${text} `)).toBe(text);
    expect(parseNetwork("2001:DB8::/32")).toBe("2001:db8::/32");
    for (const text of [
      "",
      "10.1.2.3/16",
      "10.1.0.0/33",
      "10.1.0.0/-1",
      "10.1.0.0/16/2",
      "10.1",
      "campus",
      "2001:db8::1/32",
      "10.0.0.0/ 8",
      "fe80::1%eth0",
    ])
      expect(parseNetwork(text), text).toBeNull();
  });

  it("hold an address by its version, and what is mapped into IPv6 as IPv4", () => {
    expect(isWithin("10.1.255.3", ["192.168.0.0/16", "10.1.0.0/16"])).toBe(true);
    expect(isWithin("10.2.0.0", ["10.1.0.0/16"])).toBe(false);
    expect(isWithin("::ffff:10.1.0.9", ["10.1.0.0/16"])).toBe(true);
    expect(isWithin("2001:db8:1::5", ["2001:db8::/32"])).toBe(true);
    expect(isWithin("10.1.0.9", ["::/0"])).toBe(false);
    expect(isWithin("", ["0.0.0.0/0"])).toBe(false);
  });

  it("agree with Node's own lists of addresses", () => {
    const either = fc.oneof(
      fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4(), fc.constant("ipv4" as const)),
      fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }), fc.ipV6(), fc.constant("ipv6" as const)),
    );
    fc.assert(
      fc.property(either, ([network, length, address, version]) => {
        const list = new BlockList();
        list.addSubnet(network, length, version);
        for (const each of [address, network]) {
          // Node takes an IPv4 address within IPv6 for both; here it is the IPv4 one.
          if (/^::ffff:\d+\./i.test(each)) continue;
          expect(isWithin(each, [`${network}/${length}`]), each).toBe(list.check(each, version));
        }
      }),
    );
  });
});
