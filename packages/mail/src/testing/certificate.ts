import { createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from "node:crypto";

/** A certificate and its key, as PEM. */
export type Certified = { readonly cert: string; readonly key: string };

/** One of DER's values: a tag, a length, what is in it (X.690). */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.from([tag, body.length, ...body]);
  const length = Buffer.from(body.length.toString(16).padStart(body.length > 0xff ? 4 : 2, "0"), "hex");
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}
const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const text = (tag: number, words: string) => der(tag, Buffer.from(words, "latin1"));
const time = (at: number) => text(0x17, `${new Date(at).toISOString().replace(/\D/g, "").slice(2, 14)}Z`);

const COMMON_NAME = oid("550403");
const ECDSA_SHA256 = sequence(oid("2a8648ce3d040302"));
const nameOf = (words: string) => sequence(der(0x31, sequence(COMMON_NAME, text(0x0c, words))));
const extension = (id: string, value: Uint8Array) => sequence(oid(id), der(0x04, value));

/**
 * A certificate for tests, made on the spot (RFC 5280). `ip`: the address it is for; "" for none. `issuer`: who signs it; left out: it signs itself, and may
 * sign others. `expired`: it was good until a minute ago.
 */
export function makeCertificate(
  subject: string,
  { ip = "", issuer, expired = false }: { ip?: string; issuer?: Certified; expired?: boolean } = {},
): Certified {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signer = issuer === undefined ? subject : new X509Certificate(issuer.cert).subject.replace("CN=", "");
  const hour = 3_600_000;
  const address = ip === "" ? [] : [der(0x87, Buffer.from(ip.split(".").map(Number)))];
  const extensions = [
    // basicConstraints: whether it may sign others.
    extension("551d13", sequence(...(issuer === undefined ? [der(0x01, Buffer.from([0xff]))] : []))),
    // subjectAltName: what a client compares with where it connects to.
    extension("551d11", sequence(text(0x82, subject), ...address)),
  ];
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    nameOf(signer),
    sequence(time(Date.now() - hour), time(Date.now() + (expired ? -60_000 : hour))),
    nameOf(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensions)),
  );
  const key = issuer === undefined ? privateKey : createPrivateKey(issuer.key);
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", body, key)]));
  const lines =
    sequence(body, ECDSA_SHA256, signature)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}
