/**
 * What people are told. Each has a sentence in the console's messages (`notices.<kind>`), made of its detail:
 * balance-used, cap-used: {percent, left, of, name?}; key-ends: {name, days}; model-retires: {model, on, instead?};
 * course-allowance-missed: {course, needed, available}; course-ask: {course, who, amount, reason};
 * course-ask-decided: {course, amount, granted, by, answer?}; course-funded: {course, amount, until}; course-advance: {course, who, amount};
 * key-leaked: {name, prefix, former?}; announcement: {zh, en, by}; model-lost: {model, cause, error, people}, to administrators;
 * campus-linked: {}; course-id-taken-back: {course, studentId, name}, to staff.
 */
export const noticeKinds = [
  "balance-used",
  "cap-used",
  "key-ends",
  "model-retires",
  "course-allowance-missed",
  "course-ask",
  "course-ask-decided",
  "course-funded",
  "course-advance",
  "key-leaked",
  "announcement",
  "model-lost",
  "campus-linked",
  "course-id-taken-back",
] as const;
export type NoticeKind = (typeof noticeKinds)[number];
