// Narrowing the list: which sections, which kind of record, which text.

import { useId } from "react";
import { useSnapshot, useSync } from "../context.js";
import { formatNumber } from "../present/format.js";
import { entityName } from "../present/presentation.js";
import { Icon } from "../ui/icons.js";
import { type SectionName, sectionNames } from "./sections.js";

export interface Filter {
  section: SectionName | "all";
  entityType: string;
  text: string;
}

export const noFilter: Filter = { section: "all", entityType: "", text: "" };

interface FiltersProps {
  filter: Filter;
  onChange: (filter: Filter) => void;
}

export function Filters({ filter, onChange }: FiltersProps) {
  const { texts, present } = useSync();
  const { capabilities } = useSnapshot();
  const types = capabilities?.entityTypes.map(({ entityType }) => entityType) ?? [];
  return (
    <div className="sw-filters" role="search">
      <SectionChoice filter={filter} onChange={onChange} />
      <label className="sw-search">
        <Icon name="search" size={16} />
        <span className="sw-hidden">{texts.panel.search}</span>
        <input
          type="search"
          className="sw-input"
          placeholder={texts.panel.search}
          value={filter.text}
          onChange={(event) => onChange({ ...filter, text: event.target.value })}
        />
      </label>
      <select
        className="sw-input"
        aria-label={texts.panel.entityType}
        value={filter.entityType}
        onChange={(event) => onChange({ ...filter, entityType: event.target.value })}
      >
        <option value="">{texts.panel.everything}</option>
        {types.map((type) => (
          <option key={type} value={type}>
            {entityName(present, type)}
          </option>
        ))}
      </select>
    </div>
  );
}

function SectionChoice({ filter, onChange }: FiltersProps) {
  const { texts, locale } = useSync();
  const { status } = useSnapshot();
  const name = useId();
  const counts: Partial<Record<Filter["section"], number>> = {
    "needs-you": status?.needsYou ?? 0,
    waiting: (status?.waiting ?? 0) + (status?.held ?? 0),
  };
  return (
    <fieldset className="sw-segments">
      <legend className="sw-hidden">{texts.panel.show}</legend>
      {(["all", ...sectionNames] as const).map((section) => (
        <label key={section} className={filter.section === section ? "sw-chosen" : undefined}>
          <input
            type="radio"
            className="sw-hidden"
            name={name}
            checked={filter.section === section}
            onChange={() => onChange({ ...filter, section })}
          />
          {texts.panel.sections[section]}
          {(counts[section] ?? 0) > 0 && (
            <span className="sw-count">{formatNumber(counts[section] ?? 0, locale)}</span>
          )}
        </label>
      ))}
    </fieldset>
  );
}
