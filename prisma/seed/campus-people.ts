/** How much somebody uses the models: calls on a busy day. */
export type Habit = 0 | 2 | 5 | 10 | 22;

export type CampusStudent = {
  studentId: string;
  name: string;
  isVip: boolean;
  isVerified: boolean;
  habit: Habit;
  grantUnits: bigint;
};

/** Names that nobody famous has; every third student works in the VIP lab or is new, and some never called anything. */
const names: readonly [string, Habit][] = [
  ["张雨桐", 10],
  ["李思远", 5],
  ["王子涵", 22],
  ["刘若曦", 5],
  ["陈嘉树", 2],
  ["杨沐阳", 10],
  ["赵一鸣", 5],
  ["黄诗琪", 2],
  ["周明轩", 10],
  ["吴欣怡", 5],
  ["徐浩然", 0],
  ["孙语嫣", 5],
  ["马天佑", 2],
  ["朱清扬", 10],
  ["胡静姝", 5],
  ["郭文博", 2],
  ["何梦瑶", 5],
  ["高俊熙", 22],
  ["林书瑶", 5],
  ["罗景行", 2],
  ["郑安然", 0],
  ["梁知夏", 5],
  ["谢长风", 10],
  ["宋雅南", 2],
  ["唐子墨", 5],
  ["许星辰", 2],
  ["韩若水", 5],
  ["冯远航", 0],
  ["邓晓岚", 2],
  ["曹一诺", 5],
];

/** Where in the list VIP members and people who registered without proof stand. */
const vipPlaces = new Set([2, 5, 8, 13, 17, 22]);
const unverifiedPlaces = new Set([27, 28]);

export const campusStudents: readonly CampusStudent[] = names.map(([name, habit], place) => ({
  studentId: String(2025001 + place),
  name,
  habit,
  isVip: vipPlaces.has(place),
  isVerified: !unverifiedPlaces.has(place),
  grantUnits: vipPlaces.has(place) ? 50n : unverifiedPlaces.has(place) ? 0n : 20n,
}));
