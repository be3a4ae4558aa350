/** What a column of a roster can be. Moodle writes names in two columns; they become one. */
export const rosterFields = ["studentId", "name", "familyName", "givenName", "email", "section", "amount"] as const;
export type RosterField = (typeof rosterFields)[number];

/**
 * Headings by field, as titleKey writes them, the best of a field first: of two columns with headings of one field the earlier in this list
 * wins (Canvas has "SIS User ID" beside its own "ID"; 正方 has 行政班 beside 教学班).
 */
const titles: Readonly<Record<RosterField, readonly string[]>> = {
  studentId: [
    ..."学号 学生学号 学生号 学工号 学籍号 学号工号 学号/工号 工号 学生编号 学生id 考生号 student_id studentid sisuserid sisid studentnumber studentno".split(
      " ",
    ),
    ..."stuid stuno sid idnumber matriculationnumber matricno username 用户名 登录名 账号 orgdefinedid 编号 id".split(
      " ",
    ),
  ].map(titleKey),
  name: [
    ..."姓名 学生姓名 名字 真实姓名 中文姓名 name studentname fullname displayname student 学生 姓名name 用户姓名 昵称".split(
      " ",
    ),
  ].map(titleKey),
  familyName: "姓 姓氏 lastname surname familyname".split(" "),
  givenName: "名 firstname givenname forename".split(" "),
  email: [
    ..."邮箱 电子邮箱 邮件 电子邮件 邮箱地址 电子邮箱地址 电子邮件地址 校园邮箱 学校邮箱 email emailaddress mail sisloginid loginid 邮箱email".split(
      " ",
    ),
  ].map(titleKey),
  section: [
    ..."班级 班级名称 所在班级 班 section sections class classname 行政班 行政班级 行政班名称 教学班 教学班名称 group groups 分组 小组 组别".split(
      " ",
    ),
  ].map(titleKey),
  amount: "金额 额度 发放金额 发放额度 余额 配额 amount allowance grant quota credit balance budget".split(" "),
};

/** Columns that hold digits but never an ID, an amount or a name. */
const others =
  /手机|电话|联系方式|身份证|证件|序号|行号|phone|mobile|tel$|^no$|^#$|qq|微信|wechat|日期|date|成绩|score|grade|points/;

const rank = new Map(
  Object.entries(titles).flatMap(([field, list]) =>
    list.map(
      (title, index) => [title, { field: field as RosterField, weight: 1 - (0.4 * index) / list.length }] as const,
    ),
  ),
);

/** A heading without what doesn't matter: case, blanks, width, marks, what stands in brackets. */
export function titleKey(title: string): string {
  return title
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\([^)]*\)|\[[^\]]*\]|【[^】]*】/g, "")
    .replace(/[\s\p{Cf}*:：_\-./·'"必填]/gu, "");
}

export type TitleMatch = { readonly field: RosterField; readonly weight: number };

/** What a heading says its column is: weight 1 down to 0.6, by how sure its word is; null for an unknown one. */
export function matchTitle(title: string): TitleMatch | null {
  if (title.length > 60) return null;
  const key = titleKey(title);
  // "（学号）" is nothing but brackets; "学号 Student ID" says the same twice.
  const spellings = [key, titleKey(title.replace(/[()（）]/g, "")), key.replace(/\P{Script=Han}/gu, "")];
  for (const spelling of spellings) {
    const match = rank.get(spelling);
    if (match !== undefined) return match;
  }
  return null;
}

/** Whether a heading speaks of something else that could be taken for one of ours by its content. */
export function isOtherTitle(title: string): boolean {
  return others.test(title.normalize("NFKC").toLowerCase().replace(/\s/g, ""));
}
