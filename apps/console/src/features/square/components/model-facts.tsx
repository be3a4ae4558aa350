import type { SquareModel, SquarePrice } from "@lyceum/db";
import { Brain, Cloud, Image, Lock, Server, Wrench } from "lucide-react";
import { useTranslations } from "next-intl";
import { Tag } from "#components/ui/badge.tsx";
import { Status } from "#components/ui/status.tsx";
import { aboveText } from "#features/prices/above.ts";
import type { Format } from "#i18n/format.ts";
import { contextText } from "../context.ts";

const icons = { vision: Image, tools: Wrench, reasoning: Brain } as const;

/** Whether a call goes out now, as shape and word. */
export function ModelStatus({ model }: { model: SquareModel }) {
  const translate = useTranslations("square");
  if (model.state === "locked") {
    return (
      <span className="status status-off">
        <Lock className="icon icon-sm" />
        {translate("needsGroup", { group: model.group.name })}
      </span>
    );
  }
  if (model.deployments === 0) return <Status kind="none">{translate("noDeployment")}</Status>;
  switch (model.state) {
    case "paused":
    case "down":
      return <Status kind="paused">{translate("paused")}</Status>;
    case "lost":
      return <Status kind="down">{translate("lost")}</Status>;
    case "unpriced":
      return <Status kind="warn">{translate("unpriced")}</Status>;
    default:
      return <Status kind="ok">{translate("normal")}</Status>;
  }
}

/** Vendor, context, abilities, and where it runs. */
export function ModelTags({ model }: { model: SquareModel }) {
  const translate = useTranslations("square");
  const Place = model.isLocal ? Server : Cloud;
  return (
    <div className="tags">
      {model.vendor && <Tag>{model.vendor}</Tag>}
      {model.contextTokens !== null && <Tag>{contextText(model.contextTokens)}</Tag>}
      {model.capabilities.map((capability) => {
        const Icon = capability in icons ? icons[capability as keyof typeof icons] : null;
        return (
          <Tag key={capability} icon={Icon && <Icon className="icon" />}>
            {translate(`can_${capability}`)}
          </Tag>
        );
      })}
      <Tag icon={<Place className="icon" />}>{translate(model.isLocal ? "local" : "external")}</Tag>
    </div>
  );
}

/** A price per million tokens; nothing to pay is a word. */
export function PriceText({ nanos, format }: { nanos: bigint | null; format: Format }) {
  const translate = useTranslations("square");
  if (nanos === null) return "—";
  return nanos === 0n ? translate("freePrice") : format.unitPrice(nanos);
}

/** The three classes worth a place on a card: input, the one special input there is, output; and that long inputs cost something else. */
export function PriceLine({ price, isFree, format }: { price: SquarePrice | null; isFree: boolean; format: Format }) {
  const translate = useTranslations("square");
  const special = price?.cachedInputNanos == null && price?.imageNanos != null ? "image" : "cachedInput";
  const middle = special === "image" ? price?.imageNanos : (price?.cachedInputNanos ?? price?.inputNanos);
  const classes = [
    ["input", price?.inputNanos],
    [special, middle],
    ["output", price?.outputNanos],
  ] as const;
  return (
    <>
      <dl className="price">
        {classes.map(([name, nanos]) => (
          <div key={name}>
            <dt>{translate(`class_${name}`)}</dt>
            <dd>
              <PriceText nanos={nanos ?? null} format={format} />
            </dd>
          </div>
        ))}
      </dl>
      {price !== null && !isFree && <PriceNotes price={price} format={format} />}
    </>
  );
}

/** What a card's three prices don't say: a fee for each request, and what longer inputs cost. */
function PriceNotes({ price, format }: { price: SquarePrice; format: Format }) {
  const translate = useTranslations("square");
  const word = (nanos: bigint) => (nanos === 0n ? translate("freePrice") : format.unitPrice(nanos));
  return (
    <>
      {price.requestNanos > 0n && (
        <p className="tiny muted">{translate("feeNote", { amount: format.moneyExact(price.requestNanos) })}</p>
      )}
      {price.tiers.map((tier) => (
        <p key={tier.aboveTokens} className="tiny muted">
          {translate("tierNote", {
            above: aboveText(tier.aboveTokens),
            input: word(tier.inputNanos),
            output: word(tier.outputNanos),
          })}
        </p>
      ))}
    </>
  );
}

/** Why a model can't be called now and what to do about it; nothing for one that can. */
export function ModelReason({ model, contact }: { model: SquareModel; contact: string }) {
  const translate = useTranslations("square");
  const ask = contact ? translate("askContact", { contact }) : translate("askStaff");
  if (model.state === "locked") {
    const groups = model.groups.map((group) => group.name).join(translate("listComma"));
    return translate("lockedReason", { groups, ask });
  }
  if (model.deployments === 0) return translate("noDeploymentReason");
  const instead = model.insteadName === null ? "" : translate("instead", { model: model.insteadName });
  if (model.state === "paused")
    return `${translate(model.pausedReason ? "pausedBecause" : "pausedByHand", { reason: model.pausedReason })}${instead}`;
  if (model.state === "lost") return `${translate("lostReason")}${instead}`;
  if (model.state === "down") return `${translate("pausedReason")}${instead}`;
  if (model.state === "unpriced") return translate(model.mayAcceptUnpriced ? "unpricedChoice" : "unpricedReason");
  return null;
}

/** That a model will be gone, when, and what answers then; nothing for one that stays. */
export function ModelRetirement({ model, format }: { model: SquareModel; format: Format }) {
  const translate = useTranslations("square");
  if (model.retiresAt === null) return null;
  const date = format.date(model.retiresAt);
  return model.redirectTo === null
    ? translate("retires", { date })
    : translate("retiresTo", { date, model: model.redirectTo });
}
