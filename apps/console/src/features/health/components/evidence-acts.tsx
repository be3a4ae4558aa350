"use client";
import { Play, RotateCcw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { MenuItem, MoreMenu } from "#components/ui/menu.tsx";
import { setDeployment, testSavedChannel } from "#features/channels/actions.ts";
import { TestResult } from "#features/channels/components/test-result.tsx";
import { useUpstreamTest } from "#features/channels/components/use-upstream-test.ts";
import { ResumeModel } from "#features/models/components/pause-model.tsx";
import { type RedirectChoice, RetireModel } from "#features/models/components/retire-model.tsx";
import { probeDeployment, resetCredential, resetDeployment } from "../actions.ts";

interface Props {
  deployment: { id: string; channelId: string; upstreamModel: string; isEnabled: boolean };
  /** Model × channel, for what is told. */
  name: string;
  model: { id: string; name: string; isPaused: boolean; isRemoved: boolean; retiresAt: Date | null };
  /** The machine took it out. */
  isOut: boolean;
  redirects: RedirectChoice[];
}

/** What can be decided about a deployment: tried, used again, probed, switched off; and its model resumed or retired. */
export function EvidenceActs({ deployment, name, model, isOut, redirects }: Props) {
  const translate = useTranslations("health");
  const { act, pending } = useAct();
  const test = useUpstreamTest();
  const { id: deploymentId, channelId, upstreamModel, isEnabled } = deployment;
  const setEnabled = (enabled: boolean, canUndo = true) =>
    act(
      () => setDeployment({ deploymentId, enabled }),
      ({ inForce }) => {
        const told = translate(enabled ? "enabled" : "disabled", { name });
        return {
          message: inForce ? told : `${told} ${translate("notInForce")}`,
          ...(canUndo && { undo: () => setEnabled(!enabled, false) }),
        };
      },
    );
  return (
    <div className="grid grow gap-2">
      <TestResult test={test} />
      <div className="row wrap">
        <Button
          variant="primary"
          aria-disabled={test.pending}
          aria-busy={test.pending}
          onClick={() => test.run(() => testSavedChannel({ channelId, upstreamModel }))}
        >
          <Play className="icon" />
          {translate("test")}
        </Button>
        {isOut && (
          <Button
            aria-disabled={pending}
            aria-busy={pending}
            onClick={() =>
              act(
                () => resetDeployment({ deploymentId }),
                () => ({ message: translate("resumed", { name }) }),
              )
            }
          >
            <RotateCcw className="icon" />
            {translate("resume")}
          </Button>
        )}
        {model.isPaused && <ResumeModel model={model} />}
        <MoreMenu name={name}>
          <MenuItem
            onSelect={() =>
              act(
                () => probeDeployment({ deploymentId }),
                () => ({ message: translate("probing", { name }) }),
              )
            }
          >
            {translate("probe")}
          </MenuItem>
          <MenuItem onSelect={() => setEnabled(!isEnabled)}>{translate(isEnabled ? "disable" : "enable")}</MenuItem>
        </MoreMenu>
        <span className="grow" />
        {!model.isRemoved && <RetireModel model={model} redirects={redirects} />}
      </div>
    </div>
  );
}

/** Uses a credential again that the machine lets rest. */
export function ResetCredential({ credentialId }: { credentialId: string }) {
  const translate = useTranslations("health");
  const { act, pending } = useAct();
  return (
    <Button
      size="sm"
      aria-disabled={pending}
      aria-busy={pending}
      onClick={() =>
        act(
          () => resetCredential({ credentialId }),
          () => ({ message: translate("credentialResumed") }),
        )
      }
    >
      {translate("resetCredential")}
    </Button>
  );
}
