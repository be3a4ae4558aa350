export * from "./accounts.ts";
export { noteAct } from "./acts-once.ts";
export * from "./allowances.ts";
export * from "./announcement-list.ts";
export * from "./announcements.ts";
export {
  type AttachmentContent,
  addAttachment,
  findAttachment,
  loadAttachments,
  type NewAttachment,
} from "./attachments.ts";
export * from "./audit.ts";
export * from "./campus-provider.ts";
export * from "./campus-sign-in.ts";
export * from "./channel-copy.ts";
export * from "./channel-import.ts";
export * from "./channel-list.ts";
export * from "./channels.ts";
export { createPrisma, type Db, type Tx } from "./client.ts";
export * from "./config-version.ts";
export { lockConversation } from "./conversation-lock.ts";
export * from "./conversations.ts";
export * from "./course-allowances.ts";
export * from "./course-claims.ts";
export * from "./course-figures.ts";
export * from "./course-fundings.ts";
export type { MemberFacts, MemberRow } from "./course-member-changes.ts";
export * from "./course-members.ts";
export * from "./course-planning.ts";
export * from "./course-report.ts";
export * from "./course-requests.ts";
export * from "./course-roles.ts";
export {
  archiveCourse,
  type CourseSettings,
  copyCourse,
  createCourse,
  mayCreateCourses,
  moveCourseEnd,
  type NewCourse,
  updateCourse,
} from "./course-settings.ts";
export * from "./course-staff.ts";
export * from "./course-statements.ts";
export * from "./course-use.ts";
export * from "./course-week.ts";
export * from "./courses.ts";
export * from "./credential-states.ts";
export * from "./credentials.ts";
export {
  addChannelModels,
  type DeploymentBatch,
  type NewDeployment,
  removeDeployment,
  setDeployment,
} from "./deployments.ts";
export * from "./equivalents.ts";
export * from "./gateway-config.ts";
export * from "./gateway-keys.ts";
export * from "./groups.ts";
export * from "./health.ts";
export * from "./health-events.ts";
export * from "./health-matrix.ts";
export * from "./heaviest-use.ts";
export * from "./incidents.ts";
export * from "./key-leak.ts";
export * from "./key-list.ts";
export * from "./key-risks.ts";
export * from "./keys.ts";
export * from "./ledger-list.ts";
export { getUserLimits, type LimitChanges, setGroupLimits, setKeyLimits, setUserLimits } from "./limits.ts";
export * from "./mail-server.ts";
export * from "./meters.ts";
export * from "./model-about.ts";
export * from "./model-bulk.ts";
export * from "./model-list.ts";
export * from "./model-notices.ts";
export * from "./model-retire.ts";
export * from "./model-speeds.ts";
export * from "./model-square.ts";
export * from "./models.ts";
export * from "./morning-note.ts";
export * from "./multiplier.ts";
export { findNoteBeginning, markNoteSeen } from "./note-look.ts";
export * from "./notice-list.ts";
export * from "./notices.ts";
export * from "./own-course.ts";
export * from "./own-settings.ts";
export type { Page, PageRequest } from "./page.ts";
export { changePassword, hashPassword, oneTimePassword, passwordMatches, resetPassword } from "./passwords.ts";
export * from "./playground-presets.ts";
export * from "./pool.ts";
export * from "./prices.ts";
export * from "./probe-costs.ts";
export * from "./proposals.ts";
export * from "./queue.ts";
export {
  createFirstAdmin,
  createUser,
  FIRST_ADMIN_ID,
  type NewUser,
  type Registration,
  registerStudent,
} from "./registration.ts";
export * from "./roster-apply.ts";
export * from "./roster-preview.ts";
export * from "./roster-undo.ts";
export * from "./settings.ts";
export { getSessionUser, type SessionUser, type SignInAnswer, sessionHolds, verifySignIn } from "./sign-in.ts";
export * from "./speed-runs.ts";
export * from "./startup-error.ts";
export * from "./statements.ts";
export { inTransaction } from "./transaction.ts";
export * from "./turn-acts.ts";
export { findAsked } from "./turn-asked.ts";
export * from "./turn-asks.ts";
export type { AskLimits } from "./turn-limits.ts";
export * from "./turn-runs.ts";
export { listStatementTurns, type StatementTurn } from "./turn-statement.ts";
export { type TurnKind, type TurnNode, type TurnState, TurnTree } from "./turn-tree.ts";
export * from "./turns.ts";
export type { Undo } from "./undo.ts";
export * from "./upstream-lists.ts";
export * from "./upstream-models.ts";
export * from "./usable.ts";
export * from "./usage.ts";
export * from "./usage-latency.ts";
export * from "./usage-records.ts";
export * from "./user-list.ts";
export * from "./users.ts";
export * from "./vouchers.ts";
export * from "./workers.ts";
