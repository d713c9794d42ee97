// A combobox over the rows of another table (ARIA 1.2 pattern): type to search, arrows and Enter to
// choose. The value is the row's id; what is shown is its name.

import type { Row } from "@slipway/client";
import { useSync } from "@slipway/react";
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { numberOf } from "../freight/entities";
import { text } from "../freight/format";
import { useNames } from "../freight/names";
import { portName } from "../freight/ports";
import { texts } from "../texts";
import { directionOf } from "../ui/direction";

const optionsMax = 8;
const searchDelayMs = 120;

interface ReferenceInputProps {
  id: string;
  entityType: "Customer" | "Shipment";
  value: string;
  required: boolean;
  invalid: boolean;
  describedBy: string | undefined;
  onChange: (entityId: string | null) => void;
}

function hintOf(row: Row): string {
  const { values } = row;
  if (values["originPort"]) {
    return `${portName(text(values["originPort"]))} → ${portName(text(values["destinationPort"]))}`;
  }
  return [values["city"], values["country"]].filter(Boolean).map(text).join(", ");
}

export function ReferenceInput(props: ReferenceInputProps) {
  const { client } = useSync();
  const listId = useId();
  const chosenName = useNames(props.entityType, [props.value])(props.value);
  const [typed, setTyped] = useState<string | null>(null); // null: not searching
  const [options, setOptions] = useState<Row[] | null>(null);
  const [active, setActive] = useState(0);

  useEffect(() => {
    if (typed === null) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      client.data
        .list(props.entityType, { search: typed, limit: optionsMax }, { signal: abort.signal })
        .then(
          (page) => {
            setOptions(page.rows);
            setActive(0);
          },
          () => {
            if (!abort.signal.aborted) setOptions([]);
          },
        );
    }, searchDelayMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [client, props.entityType, typed]);

  const choose = (row: Row | undefined) => {
    if (row !== undefined) props.onChange(row.entityId);
    setTyped(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (typed === null) {
      if (event.key === "ArrowDown") setTyped("");
      return;
    }
    const count = options?.length ?? 0;
    if (event.key === "ArrowDown") setActive((active + 1) % Math.max(1, count));
    else if (event.key === "ArrowUp") setActive((active + count - 1) % Math.max(1, count));
    else if (event.key === "Enter") choose(options?.[active]);
    else if (event.key === "Escape") setTyped(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const open = typed !== null;
  const shown = open ? typed : (chosenName ?? props.value.slice(0, 8));

  return (
    <div className="combobox">
      <input
        id={props.id}
        role="combobox"
        autoComplete="off"
        aria-expanded={open}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={open && options?.[active] ? `${listId}-${active}` : undefined}
        aria-required={props.required}
        aria-invalid={props.invalid}
        aria-describedby={props.describedBy}
        placeholder={texts.form.reference.search}
        dir={directionOf(shown)}
        value={shown}
        onClick={() => setTyped(typed ?? "")}
        onChange={(event) => {
          setTyped(event.target.value);
          if (event.target.value === "") props.onChange(null);
        }}
        onBlur={() => setTyped(null)}
        onKeyDown={onKeyDown}
      />
      <ul
        id={listId}
        role="listbox"
        className="options"
        hidden={!open}
        aria-label={texts.form.choose}
      >
        {open && options === null && <li className="faint">{texts.form.reference.loading}</li>}
        {open && options?.length === 0 && <li className="faint">{texts.form.reference.nothing}</li>}
        {open &&
          options?.map((row, index) => (
            <li
              key={row.entityId}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === active}
              onPointerDown={(event) => {
                event.preventDefault(); // before the field loses the focus
                choose(row);
              }}
            >
              <span>{numberOf(props.entityType, row.entityId, row.values).label}</span>
              <span className="faint">{hintOf(row)}</span>
            </li>
          ))}
      </ul>
    </div>
  );
}
