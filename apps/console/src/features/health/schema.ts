import { z } from "zod";

export const deploymentIdInput = z.object({ deploymentId: z.uuid() });
export const credentialIdInput = z.object({ credentialId: z.uuid() });
/** The moment that a page shows. */
export const noteSeenInput = z.object({ at: z.iso.datetime() });
export const eventIdInput = z.object({ eventId: z.uuid() });
export const replaceSecretInput = credentialIdInput.extend({
  secret: z.string().trim().min(1, "validation.required").max(4096),
});
