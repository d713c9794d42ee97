// Another cloud answers than the known one: only a person knows whether that is meant.

import { asProblem, type OtherCloud, type SyncProblem } from "@slipway/client";
import { useState } from "react";
import { useSync } from "../context.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { ProblemLine } from "../ui/problem.js";
import { useToast } from "../ui/toast.js";

interface OtherCloudDialogProps {
  otherCloud: OtherCloud;
  onClose: () => void;
}

export function OtherCloudDialog({ otherCloud, onClose }: OtherCloudDialogProps) {
  const { client, store, texts } = useSync();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<SyncProblem | null>(null);
  const join = () => {
    setBusy(true);
    client.joinCloud(otherCloud.cloudId).then(
      (status) => {
        store.takeStatus(status);
        toast({ text: texts.otherCloud.joined });
        onClose();
      },
      (error: unknown) => {
        setProblem(asProblem(error));
        setBusy(false);
      },
    );
  };
  return (
    <Dialog
      title={texts.otherCloud.title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{texts.otherCloud.leave}</Button>
          <Button look="danger" disabled={busy} onClick={join}>
            {texts.otherCloud.join}
          </Button>
        </>
      }
    >
      <p>{texts.otherCloud.text}</p>
      <p>
        {texts.otherCloud.tenant} <bdi>{otherCloud.tenant}</bdi>{" "}
        <span className="sw-mono sw-faint">{otherCloud.cloudId}</span>
      </p>
      {problem !== null && <ProblemLine problem={problem} />}
    </Dialog>
  );
}
