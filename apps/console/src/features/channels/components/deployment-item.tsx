"use client";
import type { ChannelDeployment } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useAct } from "#components/form/use-act.ts";
import { Dot } from "#components/ui/badge.tsx";
import { Link } from "#components/ui/link.tsx";
import { MenuItem, MoreMenu } from "#components/ui/menu.tsx";
import { Status } from "#components/ui/status.tsx";
import { addChannelModels, removeDeployment, setDeployment } from "../actions.ts";
import { EditDeployment } from "./edit-deployment.tsx";

/** One model on the channel: both names, rank, and what can be done with it. */
export function DeploymentItem({ deployment, channelId }: { deployment: ChannelDeployment; channelId: string }) {
  const translate = useTranslations("channels");
  const [editing, setEditing] = useState(false);
  const { act } = useAct();
  const { id: deploymentId, modelName, upstreamModel, priority, weight, isEnabled } = deployment;
  const note = (inForce: boolean, told: string) => (inForce ? told : `${told} ${translate("notInForce")}`);
  const setEnabled = (enabled: boolean, canUndo = true) =>
    act(
      () => setDeployment({ deploymentId, enabled }),
      ({ inForce }) => ({
        message: note(inForce, translate(enabled ? "enabled" : "disabled", { name: modelName })),
        ...(canUndo ? { undo: () => setEnabled(!enabled, false) } : {}),
      }),
    );
  const putBack = () =>
    act(
      () =>
        addChannelModels({
          channelId,
          models: [{ name: modelName, upstreamModel }],
          groups: [],
          priority: String(priority),
          weight: String(weight),
          inputPrice: "",
          outputPrice: "",
        }),
      () => ({ message: translate("putBack", { name: modelName }) }),
    );
  const remove = () =>
    act(
      () => removeDeployment({ deploymentId }),
      ({ inForce }) => ({
        message: note(inForce, translate("removedFromChannel", { name: modelName })),
        // One that was switched off would come back switched on: no undo for it.
        ...(isEnabled ? { undo: putBack } : {}),
      }),
    );
  return (
    <li className="flex items-center gap-2 border-line border-b py-1.5 last:border-b-0">
      <div className="grow">
        <div className="row wrap gap-x-2 gap-y-0">
          <Link className="medium" href={`/admin/models?model=${deployment.modelId}`}>
            <code className="wrap-anywhere">{modelName}</code>
          </Link>
          {deployment.isModelRemoved && <Status kind="off">{translate("modelRemoved")}</Status>}
          {!isEnabled && <Status kind="off">{translate("stateOff")}</Status>}
        </div>
        <p className="muted small">
          {upstreamModel !== modelName && (
            <>
              = <code className="wrap-anywhere">{upstreamModel}</code>
              <Dot />
            </>
          )}
          <span className="nowrap">{translate("priorityValue", { priority })}</span>
          <Dot />
          <span className="nowrap">{translate("weightValue", { weight })}</span>
        </p>
      </div>
      <MoreMenu name={modelName}>
        <MenuItem onSelect={() => setEditing(true)}>{translate("edit")}</MenuItem>
        <MenuItem onSelect={() => setEnabled(!isEnabled)}>{translate(isEnabled ? "disable" : "enable")}</MenuItem>
        <MenuItem danger onSelect={remove}>
          {translate("remove")}
        </MenuItem>
      </MoreMenu>
      <EditDeployment deployment={deployment} open={editing} onOpenChange={setEditing} />
    </li>
  );
}
