import type { AskLimits } from "@lyceum/db";
import { playgroundLimits } from "./contract.ts";

const { conversations, turnsPerConversation, runsPerPerson, pendingPerConversation, textBytesPerPerson } =
  playgroundLimits;

/** What the database holds questions to. */
export const askLimits: AskLimits = {
  ...{ conversations, turnsPerConversation, runsPerPerson, pendingPerConversation, textBytesPerPerson },
};
