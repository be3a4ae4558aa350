import type { Command } from "./command.ts";
import { channelAdd, channelTest } from "./commands/channel.ts";
import { fundCommand } from "./commands/fund.ts";
import { groupAdd } from "./commands/group.ts";
import { keyCreate } from "./commands/key.ts";
import { ledgerVerify } from "./commands/ledger.ts";
import { modelPrice, modelRemove, modelRestore } from "./commands/model.ts";
import { userAdd, userGroup, userPassword } from "./commands/user.ts";

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  userAdd,
  userGroup,
  userPassword,
  fundCommand,
  keyCreate,
  groupAdd,
  channelAdd,
  channelTest,
  modelPrice,
  modelRemove,
  modelRestore,
  ledgerVerify,
];
