import "server-only";
import { type ChannelRow, getSealedCredential } from "@lyceum/db";
import { AppError, openCredential, parseUpstreamUrl } from "@lyceum/domain";
import type { Db, Tx } from "#server/db.ts";
import { getEnv } from "#server/env.ts";

/** The credential of a saved channel, for a test; it never leaves the server. Throws `invalid_request` where it can't be opened. */
export async function openStoredCredential(
  tx: Db | Tx,
  channelId: string,
  credentialId?: string,
): Promise<string | null> {
  const sealed = await getSealedCredential(tx, channelId, credentialId);
  if (sealed === null) return null;
  try {
    return openCredential(getEnv().LYCEUM_SECRET, sealed);
  } catch (cause) {
    throw new AppError("invalid_request", {
      cause,
      parameters: {
        reason_zh: "存下的凭据打不开（主密钥变了），请重新填写凭据。",
        reason_en: "the stored credential can't be opened (the master secret has changed); enter it again.",
      },
    });
  }
}

/**
 * The credential to test a form with: what was typed, or the stored one, and that only for the stored address, so that
 * nobody sends it to a place of his own. Throws `invalid_request`, `channel_address_refused`.
 */
export async function credentialForTest(
  tx: Db | Tx,
  channel: ChannelRow | null,
  typed: { baseUrl: string; credential: string; noCredential: boolean; allowPrivate: boolean },
): Promise<string | null> {
  if (typed.noCredential) return null;
  if (typed.credential !== "") return typed.credential;
  if (channel === null || channel.credentials.length === 0) return null;
  if (parseUpstreamUrl(typed.baseUrl, typed.allowPrivate) === channel.baseUrl)
    return openStoredCredential(tx, channel.id);
  throw new AppError("invalid_request", {
    parameters: {
      reason_zh: "更换地址时必须重新填写凭据。",
      reason_en: "a new address needs the credential again.",
    },
  });
}
