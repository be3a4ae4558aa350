import type { Command } from "./command.ts";
import { allowanceAdd, allowanceList, allowanceStop } from "./commands/allowance.ts";
import { announcementAdd, announcementEnd, announcementList, courseAnnounce } from "./commands/announcement.ts";
import { campusSet, campusShow, campusTry, userUnlinkCampus } from "./commands/campus.ts";
import { channelAdd, channelTest } from "./commands/channel.ts";
import { channelImport } from "./commands/channel-import.ts";
import { channelCredentialAdd, channelCredentialRemove, channelSet } from "./commands/channel-settings.ts";
import { courseAdd, courseFund, courseGrant, courseList } from "./commands/course.ts";
import {
  courseAllowanceAdd,
  courseAllowanceList,
  courseAllowanceStop,
  courseSet,
} from "./commands/course-allowance.ts";
import { courseFundFile } from "./commands/course-fund-file.ts";
import { courseCodes, courseFundMembers, courseMembers, courseUndoFunding } from "./commands/course-members.ts";
import { courseRequestsApprove, courseRequestsList, courseRequestsRefuse } from "./commands/course-requests.ts";
import { courseRosterApply, courseRosterUndo } from "./commands/course-roster.ts";
import {
  courseArchive,
  courseCopy,
  courseShow,
  courseStaffAdd,
  courseStaffRemove,
} from "./commands/course-settings.ts";
import { courseSimulate } from "./commands/course-simulate.ts";
import { fundCommand } from "./commands/fund.ts";
import { groupAdd } from "./commands/group.ts";
import { keyCreate, keyReportLeak, keyUpdate } from "./commands/key.ts";
import { ledgerUndo, ledgerVerify } from "./commands/ledger.ts";
import { groupLimit, limitsShow, userLimit } from "./commands/limits.ts";
import { modelPause, modelRemove, modelRestore, modelResume, modelRetire } from "./commands/model.ts";
import { modelConstraints } from "./commands/model-constraints.ts";
import { modelPrice } from "./commands/model-price.ts";
import { signIn, signOut, whoAmI } from "./commands/session.ts";
import { ledgerStatement } from "./commands/statement.ts";
import { userAdd, userGroup, userPassword, userRole } from "./commands/user.ts";
import {
  courseVoucherCreate,
  courseVoucherList,
  courseVoucherRevoke,
  voucherCreate,
  voucherList,
  voucherRevoke,
} from "./commands/vouchers.ts";

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  signIn,
  signOut,
  whoAmI,
  userAdd,
  userRole,
  userGroup,
  userLimit,
  userPassword,
  userUnlinkCampus,
  fundCommand,
  voucherCreate,
  voucherList,
  voucherRevoke,
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
  courseSimulate,
  courseFundFile,
  courseAllowanceAdd,
  courseAllowanceList,
  courseAllowanceStop,
  courseSet,
  courseRequestsList,
  courseRequestsApprove,
  courseRequestsRefuse,
  courseVoucherCreate,
  courseVoucherList,
  courseVoucherRevoke,
  courseAnnounce,
  courseCopy,
  courseArchive,
  announcementAdd,
  announcementList,
  announcementEnd,
  campusShow,
  campusSet,
  campusTry,
  keyCreate,
  keyUpdate,
  keyReportLeak,
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
