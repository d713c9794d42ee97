// One shipment, quote or invoice: loads it (or starts an empty one) and shows its form.

import type { Row } from "@slipway/client";
import { useDataTick, useLoaded, useSync } from "@slipway/react";
import { addressOf } from "../app/routes";
import {
  type EntityDefinition,
  formValues,
  initialValues,
  type InvoiceLine,
  lineFromRow,
} from "../freight/entities";
import { texts } from "../texts";
import { Message, ProblemMessage, SkeletonRows } from "../ui/states";
import { RecordForm } from "./record-form";

const linesMax = 500;

interface Loaded {
  row: Row;
  lines: InvoiceLine[];
}

export function RecordScreen(props: {
  definition: EntityDefinition;
  record: string;
  onOpenPanel: () => void;
}) {
  const { definition, record, onOpenPanel } = props;
  if (record === "new") {
    const stored = { values: initialValues(definition), lines: [] };
    return (
      <RecordForm definition={definition} row={null} stored={stored} onOpenPanel={onOpenPanel} />
    );
  }
  return <StoredRecord definition={definition} record={record} onOpenPanel={onOpenPanel} />;
}

function StoredRecord(props: {
  definition: EntityDefinition;
  record: string;
  onOpenPanel: () => void;
}) {
  const { definition, record } = props;
  const { client } = useSync();
  const tick = useDataTick(definition.entityType, "InvoiceLine");
  const { data, problem, reload } = useLoaded<Loaded>(
    async (signal) => {
      const wantsLines = definition.entityType === "Invoice";
      const query = { where: { invoiceId: record }, sort: "position", limit: linesMax };
      const [row, page] = await Promise.all([
        client.data.get(definition.entityType, record, { signal }),
        wantsLines ? client.data.list("InvoiceLine", query, { signal }) : { rows: [] },
      ]);
      return { row, lines: page.rows.map((line) => lineFromRow(line.entityId, line.values)) };
    },
    [definition, record],
    tick,
  );

  if (problem !== null && problem.status === 404) {
    return (
      <Message
        icon="search"
        title={texts.form.missingTitle}
        action={
          <a className="button button-plain" href={addressOf(definition.entityType)}>
            {texts.form.back}
          </a>
        }
      >
        <p>{texts.form.missingText}</p>
      </Message>
    );
  }
  if (data === null) {
    if (problem !== null) return <ProblemMessage problem={problem} retry={reload} />;
    return <SkeletonRows count={6} />;
  }
  const stored = { values: formValues(definition, data.row.values), lines: data.lines };
  return (
    <RecordForm
      definition={definition}
      row={data.row}
      stored={stored}
      onOpenPanel={props.onOpenPanel}
    />
  );
}
