/** How loud an announcement is: info stands on the home page, the others above every page. */
export const announcementLevels = ["info", "warning", "critical"] as const;
export type AnnouncementLevel = (typeof announcementLevels)[number];

/** For whom: everybody, a course's members, a group's, or those who used a model within 30 days. */
export const audienceKinds = ["all", "course", "group", "model"] as const;
export type AudienceKind = (typeof audienceKinds)[number];

export const MAX_ANNOUNCEMENT_LENGTH = 500;
