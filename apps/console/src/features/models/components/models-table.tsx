import type { GroupRow, ModelRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { Badge, Dot } from "#components/ui/badge.tsx";
import { Link } from "#components/ui/link.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { aboveText } from "#features/prices/above.ts";
import { exactColumn } from "#i18n/money.ts";
import { stateOf } from "../model-state.ts";
import type { AdminModel } from "../queries.ts";
import { CapabilityTags } from "./capability-tags.tsx";
import { ModelStatus } from "./model-status.tsx";
import { SelectModel, SelectShown } from "./selection.tsx";

interface Props {
  models: AdminModel[];
  groups: GroupRow[];
  symbol: string;
  href: (modelId: string) => string;
  /** The model whose sheet is open; then the table has less room and fewer columns. */
  openId: string | undefined;
}

/** Models with what an admin decides about them; rows of two lines on a phone. */
export function ModelsTable({ models, groups, symbol, href, openId }: Props) {
  const translate = useTranslations("models");
  const roomy = openId === undefined;
  const column = exactColumn(models.flatMap(({ price }) => (price ? [price.inputNanos, price.outputNanos] : [])));
  const amount = (nanos: bigint) => (nanos === 0n ? translate("free") : column(nanos));
  // Where long inputs cost something else, the least length that does.
  const tierNote = (model: ModelRow) =>
    model.price?.tiers[0] && translate("tiersFrom", { above: aboveText(model.price.tiers[0].aboveTokens) });
  const groupNames = (model: ModelRow) =>
    groups.flatMap((group) => (model.groups.includes(group.id) ? group.name : [])).join(", ") || "—";
  const alive = (model: ModelRow) =>
    translate("alive", {
      up: model.deployments.filter((deployment) => deployment.isUp).length,
      all: model.deployments.length,
    });
  return (
    <>
      <Table className="wide-only" number={1} caption={translate("tableCaption")}>
        <thead>
          <tr>
            <th scope="col" className="w-7">
              <SelectShown models={models.map(({ id, name }) => ({ id, name }))} />
            </th>
            <Head>{translate("name")}</Head>
            {roomy && <Head>{translate("groups")}</Head>}
            {roomy && <Head>{translate("capabilities")}</Head>}
            <Head numeric>{translate("channels")}</Head>
            <Head numeric unit={symbol}>
              {translate("input")}
            </Head>
            <Head numeric unit={symbol}>
              {translate("output")}
            </Head>
            <Head>{translate("state")}</Head>
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <tr key={model.id} aria-selected={model.id === openId || undefined}>
              <td>
                <SelectModel model={{ id: model.id, name: model.name }} />
              </td>
              <td>
                <Link href={href(model.id)} scroll={false}>
                  <code className="strong wrap-anywhere whitespace-normal">{model.name}</code>
                </Link>
                <ProposalBadge count={model.proposals.length} />
                {(model.vendor || tierNote(model)) && (
                  <span className="muted tiny block">
                    {[model.vendor, tierNote(model)].filter(Boolean).join(" · ")}
                  </span>
                )}
              </td>
              {roomy && <td>{groupNames(model)}</td>}
              {roomy && (
                <td>
                  <CapabilityTags of={model.capabilities} isLocal={model.isLocal} />
                </td>
              )}
              <td className="num">{alive(model)}</td>
              <td className="num">{model.price ? amount(model.price.inputNanos) : "—"}</td>
              <td className="num">{model.price ? amount(model.price.outputNanos) : "—"}</td>
              <td>
                <ModelStatus state={stateOf(model)} />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      <div className="narrow-only">
        <ul className="border-rule border-y-[1.5px]">
          {models.map((model) => (
            <li
              key={model.id}
              className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 border-line border-b last:border-b-0 has-checked:bg-accent-soft"
            >
              <span className="pt-2.5">
                <SelectModel model={{ id: model.id, name: model.name }} />
              </span>
              <Link href={href(model.id)} scroll={false} className="block py-2 text-text">
                <span className="row between">
                  <span className="min-w-0">
                    <code className="strong wrap-anywhere">{model.name}</code>
                    <ProposalBadge count={model.proposals.length} />
                  </span>
                  <ModelStatus state={stateOf(model)} />
                </span>
                <span className="row muted small between">
                  <span className="min-w-0">
                    {groupNames(model)}
                    <Dot />
                    {translate("channelsAlive", { alive: alive(model) })}
                    {tierNote(model) && (
                      <>
                        <Dot />
                        {tierNote(model)}
                      </>
                    )}
                  </span>
                  <span className="num">
                    {model.price ? `${amount(model.price.inputNanos)} / ${amount(model.price.outputNanos)}` : "—"}
                  </span>
                </span>
              </Link>
            </li>
          ))}
        </ul>
        <p className="caption mt-2">{translate("listCaption", { symbol })}</p>
      </div>
    </>
  );
}

/** That channels' refusals suggest constraints, which an admin has to decide on. */
function ProposalBadge({ count }: { count: number }) {
  const translate = useTranslations("models");
  if (count === 0) return null;
  return (
    <span className="ml-1.5">
      <Badge>{translate("proposalBadge", { count })}</Badge>
    </span>
  );
}
