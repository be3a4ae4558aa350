import type { Command } from "./command.ts";
import { allowanceAdd, allowanceList, allowanceStop } from "./commands/allowance.ts";
import { channelAdd, channelTest } from "./commands/channel.ts";
import { channelImport } from "./commands/channel-import.ts";
import { channelCredentialAdd, channelCredentialRemove, channelSet } from "./commands/channel-settings.ts";
import { courseAdd, courseFund, courseGrant, courseList } from "./commands/course.ts";
import { courseCodes, courseFundMembers, courseMembers, courseUndoFunding } from "./commands/course-members.ts";
import { courseRosterApply, courseRosterUndo } from "./commands/course-roster.ts";
import {
  courseArchive,
  courseCopy,
  courseShow,
  courseStaffAdd,
  courseStaffRemove,
} from "./commands/course-settings.ts";
import { fundCommand } from "./commands/fund.ts";
import { groupAdd } from "./commands/group.ts";
import { keyCreate, keyUpdate } from "./commands/key.ts";
import { ledgerUndo, ledgerVerify } from "./commands/ledger.ts";
import { groupLimit, limitsShow, userLimit } from "./commands/limits.ts";
import { modelPause, modelRemove, modelRestore, modelResume, modelRetire } from "./commands/model.ts";
import { modelConstraints } from "./commands/model-constraints.ts";
import { modelPrice } from "./commands/model-price.ts";
import { ledgerStatement } from "./commands/statement.ts";
import { userAdd, userGroup, userPassword } from "./commands/user.ts";

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  userAdd,
  userGroup,
  userLimit,
  userPassword,
  fundCommand,
  allowanceAdd,
  allowanceList,
  allowanceStop,
  courseAdd,
  courseList,
  courseFund,
  courseGrant,
  courseShow,
  courseStaffAdd,
  courseStaffRemove,
  courseRosterApply,
  courseRosterUndo,
  courseMembers,
  courseCodes,
  courseFundMembers,
  courseUndoFunding,
  courseCopy,
  courseArchive,
  keyCreate,
  keyUpdate,
  limitsShow,
  groupAdd,
  groupLimit,
  channelAdd,
  channelTest,
  channelSet,
  channelCredentialAdd,
  channelCredentialRemove,
  channelImport,
  modelPrice,
  modelConstraints,
  modelPause,
  modelResume,
  modelRetire,
  modelRemove,
  modelRestore,
  ledgerVerify,
  ledgerUndo,
  ledgerStatement,
];
