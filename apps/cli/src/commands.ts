import type { Command } from "./command.ts";
import { channelAdd, channelTest } from "./commands/channel.ts";
import { fundCommand } from "./commands/fund.ts";
import { groupAdd } from "./commands/group.ts";
import { keyCreate, keyUpdate } from "./commands/key.ts";
import { ledgerVerify } from "./commands/ledger.ts";
import { groupLimit, limitsShow, userLimit } from "./commands/limits.ts";
import { modelPrice, modelRemove, modelRestore } from "./commands/model.ts";
import { userAdd, userGroup, userPassword } from "./commands/user.ts";

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  userAdd,
  userGroup,
  userLimit,
  userPassword,
  fundCommand,
  keyCreate,
  keyUpdate,
  limitsShow,
  groupAdd,
  groupLimit,
  channelAdd,
  channelTest,
  modelPrice,
  modelRemove,
  modelRestore,
  ledgerVerify,
];
