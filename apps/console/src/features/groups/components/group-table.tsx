import { formatMultiplier, type GroupRow } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Badge } from "#components/ui/badge.tsx";
import { Link } from "#components/ui/link.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { limitWordsOf } from "#features/limits/gauges.ts";
import { getFormat } from "#i18n/server-format.ts";
import { GroupActs } from "./group-acts.tsx";

export async function GroupTable({ groups }: { groups: GroupRow[] }) {
  const [translate, limitWords, format] = await Promise.all([
    getTranslations("groups"),
    getTranslations("limits"),
    getFormat(),
  ]);
  return (
    <Table label={translate("title")} caption={translate("caption")} className="wide-only">
      <thead>
        <tr>
          <Head>{translate("group")}</Head>
          <Head numeric>{translate("multiplier")}</Head>
          <Head>{translate("who")}</Head>
          <Head>{translate("limits")}</Head>
          <Head numeric>{translate("memberCount")}</Head>
          <Head numeric>{translate("models")}</Head>
          <Head numeric>{translate("keys")}</Head>
          <Head>
            <span className="sr">{translate("acts")}</span>
          </Head>
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <tr key={group.id}>
            <td>
              <span className="medium">{group.name}</span>{" "}
              {group.name !== group.id && <code className="muted">{group.id}</code>}
            </td>
            <td className="num">{format.multiplier(group.multiplierPpm)}</td>
            <td>{translate(group.isOpen ? "open" : "members")}</td>
            <td>
              <LimitLines lines={limitWordsOf(group, format, limitWords)} />
            </td>
            <td className="num">
              <Members group={group} everybody={translate("everybody")} />
            </td>
            <td className="num">{format.count(group.models)}</td>
            <td className="num">{format.count(group.keys)}</td>
            <td>
              <GroupActs group={factsOf(group)} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** Phones: one block for each group. */
export async function GroupList({ groups }: { groups: GroupRow[] }) {
  const [translate, limitWords, format] = await Promise.all([
    getTranslations("groups"),
    getTranslations("limits"),
    getFormat(),
  ]);
  return (
    <ul className="narrow-only border-y-[1.5px] border-rule">
      {groups.map((group) => (
        <li key={group.id} className="grid gap-1 border-t border-line py-2 first:border-t-0">
          <span className="row between">
            <span className="row wrap">
              <span className="medium">{group.name}</span>
              {group.isOpen && <Badge>{translate("open")}</Badge>}
            </span>
            <span>{format.multiplier(group.multiplierPpm)}</span>
          </span>
          <LimitLines lines={limitWordsOf(group, format, limitWords)} />
          <span className="row wrap between">
            <span className="muted small">
              {translate("counts", { members: group.members, models: group.models, keys: group.keys })}
            </span>
            <GroupActs group={factsOf(group)} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Members({ group, everybody }: { group: GroupRow; everybody: string }) {
  if (group.isOpen) return <span className="muted">{everybody}</span>;
  return <Link href={`/admin/users?group=${group.id}`}>{group.members}</Link>;
}

/** Nothing where there is no limit: most groups have none. */
function LimitLines({ lines }: { lines: string[] }) {
  return lines.map((line) => (
    <span key={line} className="block small">
      {line}
    </span>
  ));
}

function factsOf({ id, name, isOpen, multiplierPpm, ...row }: GroupRow) {
  const { rpmLimit, tpmLimit, parallelLimit, capNanos, capPeriod } = row;
  const limits = { rpmLimit, tpmLimit, parallelLimit, capNanos, capPeriod };
  return { id, name, isOpen, multiplier: formatMultiplier(multiplierPpm), limits };
}
