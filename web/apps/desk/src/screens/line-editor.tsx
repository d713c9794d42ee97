// The lines of an invoice, edited in place. Holds nothing itself.

import { newId } from "@slipway/client";
import { type InvoiceLine, totalOf } from "../freight/entities";
import { formatMoney, inputToMinor, minorToInput } from "../freight/format";
import { locale, texts } from "../texts";
import { directionOf } from "../ui/direction";
import { Button, IconButton } from "../ui/button";
import { NumberText } from "./field";

interface LineEditorProps {
  lines: InvoiceLine[];
  currency: string;
  /** Whether lines without a description are marked. */
  showsFaults: boolean;
  onChange: (lines: InvoiceLine[]) => void;
}

export function LineEditor({ lines, currency, showsFaults, onChange }: LineEditorProps) {
  const words = texts.form.lines;
  const change = (id: string, part: Partial<InvoiceLine>) =>
    onChange(lines.map((line) => (line.id === id ? { ...line, ...part } : line)));
  const add = () => {
    const position = Math.max(0, ...lines.map((line) => line.position)) + 1;
    onChange([
      ...lines,
      { id: newId(), position, description: "", quantity: 1, unitPriceMinor: 0 },
    ]);
  };
  return (
    <fieldset className="section">
      <legend>{words.title}</legend>
      {lines.length === 0 && <p className="faint">{words.empty}</p>}
      {lines.length > 0 && (
        <table className="lines">
          <thead>
            <tr>
              <th scope="col">{words.description}</th>
              <th scope="col" className="numeric">
                {words.quantity}
              </th>
              <th scope="col" className="numeric">
                {words.unitPrice}
              </th>
              <th scope="col" className="numeric">
                {words.amount}
              </th>
              <td />
            </tr>
          </thead>
          <tbody>
            {lines.map((line, index) => (
              <tr key={line.id}>
                <td className="line-description">
                  <input
                    aria-label={`${words.description} ${index + 1}`}
                    aria-invalid={showsFaults && line.description.trim() === ""}
                    dir={directionOf(line.description)}
                    value={line.description}
                    onChange={(event) => change(line.id, { description: event.target.value })}
                  />
                </td>
                <td>
                  <input
                    type="number"
                    min={1}
                    className="numeric"
                    aria-label={`${words.quantity} ${index + 1}`}
                    value={line.quantity}
                    onChange={(event) =>
                      change(line.id, { quantity: Math.max(0, Math.trunc(+event.target.value)) })
                    }
                  />
                </td>
                <td>
                  <NumberText
                    common={{ "aria-label": `${words.unitPrice} ${index + 1}` }}
                    shown={minorToInput(line.unitPriceMinor, currency, locale)}
                    parse={(typed) => inputToMinor(typed, currency)}
                    onChange={(minor) => change(line.id, { unitPriceMinor: minor ?? 0 })}
                  />
                </td>
                <td className="numeric line-amount">
                  {formatMoney(line.quantity * line.unitPriceMinor, currency, locale)}
                </td>
                <td className="line-remove">
                  <IconButton
                    icon="trash"
                    label={words.remove(index + 1)}
                    onClick={() => onChange(lines.filter((other) => other.id !== line.id))}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className="lines-foot">
        <Button icon="plus" onClick={add}>
          {words.add}
        </Button>
        <p className="total">
          {words.total} <strong>{formatMoney(totalOf(lines), currency, locale)}</strong>
        </p>
      </div>
    </fieldset>
  );
}
