// The documents of a shipment. Uploading is the desk's one action that needs the cloud: a customs
// office asks for the document there, so it is done only when it can be done now. Without a connection
// the button stays, and says why it does not work.

import { asProblem, newId, type Row } from "@slipway/client";
import { ActionButton, useCapabilities, useSync, useToast } from "@slipway/react";
import { useRef, useState } from "react";
import {
  documentBytesMax,
  documentsOf,
  fromBase64,
  type ShipmentDocument,
  toBase64,
  withDocument,
} from "../freight/documents";
import { formatDate, toStoredTime } from "../freight/format";
import { actionFor } from "../freight/mutations";
import { locale, texts } from "../texts";
import { Icon } from "../ui/icons";

const waitSeconds = 10;

const formatBytes = (bytes: number) =>
  new Intl.NumberFormat(locale, {
    style: "unit",
    unit: "kilobyte",
    maximumFractionDigits: 1,
  }).format(bytes / 1000);

export function Documents({ row }: { row: Row }) {
  const documents = documentsOf(row.values);
  const { busy, upload } = useUpload(row);
  const picker = useRef<HTMLInputElement>(null);
  return (
    <fieldset className="section documents">
      <legend>{texts.documents.title}</legend>
      {documents.length === 0 && <p className="faint">{texts.documents.empty}</p>}
      <ul>
        {documents.map((document) => (
          <li key={document.key}>
            <Icon name="document" size={16} />
            <button
              type="button"
              className="link"
              aria-label={texts.documents.download(document.name)}
              onClick={() => download(document)}
            >
              <bdi>{document.name}</bdi>
            </button>
            <span className="faint">
              {formatBytes(document.bytes)}, {formatDate(document.addedAt, locale)}
            </span>
          </li>
        ))}
      </ul>
      <input
        ref={picker}
        type="file"
        hidden
        aria-label={texts.documents.upload}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) void upload(file);
          event.target.value = ""; // the same file may be chosen again
        }}
      />
      <ActionButton
        action="UPLOAD_DOCUMENT"
        className="button button-plain"
        disabled={busy}
        onClick={() => picker.current?.click()}
      >
        <Icon name="upload" size={16} /> {busy ? texts.documents.busy : texts.documents.upload}
      </ActionButton>
    </fieldset>
  );
}

function useUpload(row: Row) {
  const { client } = useSync();
  const capabilities = useCapabilities();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const upload = async (file: File) => {
    const { name, type, size } = file;
    if (size > documentBytesMax) {
      toast({ text: texts.documents.tooLarge(name, formatBytes(documentBytesMax)), tone: "bad" });
      return;
    }
    setBusy(true);
    try {
      const content = toBase64(new Uint8Array(await file.arrayBuffer()));
      const addedAt = toStoredTime(new Date());
      const details = withDocument(row.values, newId(), {
        name,
        type,
        bytes: size,
        addedAt,
        content,
      });
      const accepted = await client.enqueue(
        {
          entityType: "Shipment",
          entityId: row.entityId,
          action: actionFor("Shipment", "update", capabilities),
          payload: { details },
        },
        { waitSeconds },
      );
      const arrived = accepted.status === "SUCCESS";
      toast({ text: arrived ? texts.documents.done(name) : texts.documents.later(name) });
    } catch (error) {
      toast({ text: `${texts.problem.notSaved}: ${asProblem(error).message}`, tone: "bad" });
    } finally {
      setBusy(false);
    }
  };
  return { busy, upload };
}

function download({ name, type, content }: ShipmentDocument): void {
  const address = URL.createObjectURL(new Blob([fromBase64(content)], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
