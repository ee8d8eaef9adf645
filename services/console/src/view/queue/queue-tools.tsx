// The one line above list and map: views of the list as tabs, search, filters, severities, order,
// and a menu with the rest. The address stores its state.

import { groupings, type QueueFilter, wantedValues } from '../../queue/queue-filter.ts'
import { sorts } from '../../queue/story.ts'
import { type Severity, severities } from '../../shown/shown-alert.ts'
import { filter, mayUse, picture, pictureAge } from '../../state/console-state.ts'
import { changeFilter } from '../../state/queue-state.ts'
import { beginSilence } from '../../state/silences.ts'
import { words } from '../../words/words.ts'
import { MapToggle } from '../map/map-shown.tsx'
import { Choice } from '../parts/choice.tsx'
import { Icon } from '../parts/icon.tsx'
import { Later, LaterFacets } from '../parts/later.tsx'
import { Menu } from '../parts/menu.tsx'
import { AlertMark } from '../parts/severity.tsx'
import { ExportLinks } from './export-links.tsx'
import { activeParts, notSilenced } from './filter-words.ts'
import { Pause, SelectAll } from './list-acts.tsx'
import { CopyView, OtherPresets, Tabs, tabNow } from './presets.tsx'

const pick = <T extends string>(codes: readonly T[], names: Readonly<Record<T, string>>) =>
  codes.map(code => [code, names[code]] as const)

function withOrWithout(severity: Severity): readonly Severity[] {
  const held = filter.value.severity
  return held.includes(severity) ? held.filter(each => each !== severity) : [...held, severity]
}

export function QueueTools() {
  const { filters } = words
  const { text, severity, sort } = filter.value
  const hint = `${filters.search}: ${filters.searchHint}`
  return (
    <search class="tools" aria-label={filters.title}>
      <Tabs />
      <label class="find">
        <Icon name="search" />
        <span class="visually-hidden">{filters.search}</span>
        <input
          id="search"
          type="search"
          value={text}
          placeholder={filters.searchHint}
          title={hint}
          onInput={event => changeFilter({ text: event.currentTarget.value })}
        />
        <span class="key" aria-hidden="true">
          /
        </span>
      </label>
      <FilterPanel />
      <fieldset class="severities">
        <legend class="visually-hidden">{filters.severity}</legend>
        {severities.map(each => (
          <button
            key={each}
            type="button"
            class="bare"
            aria-pressed={severity.includes(each)}
            title={words.severities[each]}
            onClick={() => changeFilter({ severity: withOrWithout(each) })}
          >
            <AlertMark severity={each} isNamed />
            <span class="severity-name">{words.severities[each]}</span>{' '}
            {/* Counts open alerts: next to resolved ones it would seem to count those. */}
            {filter.value.status === 'closed' ? null : <OpenCount severity={each} />}
          </button>
        ))}
      </fieldset>
      <Choice
        class="sort"
        label={filters.sort}
        isLabelHidden
        value={sort}
        options={pick(sorts, filters.sorts)}
        onPick={value => changeFilter({ sort: value as QueueFilter['sort'] })}
      />
      <MoreTools />
    </search>
  )
}

function FilterPanel() {
  const { filters } = words
  const count = activeParts({
    ...filter.value,
    text: '',
    severity: [],
    unacknowledged: false
  }).length
  return (
    <Menu
      class="filters"
      buttonClass=""
      label={
        <>
          <Icon name="filter" />
          {filters.open}
          {count === 0 || tabNow(filter.value) !== null ? null : <b class="number">{count}</b>}
        </>
      }
    >
      {close => <LaterFacets onClose={close} />}
    </Menu>
  )
}

/** Separate, since it changes with every alert: the menus must not redraw for that. */
function OpenCount({ severity }: { readonly severity: Severity }) {
  pictureAge.value
  return (
    <b class="open-count">
      {picture.openBy[severity].toLocaleString(words.language)}
      <span class="visually-hidden"> {words.filters.openOnes}</span>
    </b>
  )
}

/** What is seldom pressed. */
function MoreTools() {
  const { queueWork } = words
  const { group } = filter.value
  return (
    <Menu
      class="more-tools"
      label={
        <>
          <Icon name="more" />
          <span class="visually-hidden">{queueWork.more}</span>
        </>
      }
    >
      <MapToggle />
      <Pause />
      <SelectAll />
      <OtherPresets />
      <Choice
        label={queueWork.groupBy}
        value={group}
        options={pick(groupings, queueWork.groupings)}
        onPick={value => changeFilter({ group: value as QueueFilter['group'] })}
      />
      {mayUse('alerts:operate') ? <Later name="ViewForm" /> : null}
      <CopyView />
      <OfList />
      <ExportLinks />
    </Menu>
  )
}

/** A silence with the filters of the list. */
function OfList() {
  if (!mayUse('subscriptions:manage')) return null
  const asked = { severity: filter.value.severity, ...wantedValues(filter.value) }
  return (
    <button
      type="button"
      disabled={Object.values(asked).every(each => each.length === 0)}
      onClick={() => beginSilence({ ...asked, omitted: notSilenced(filter.value) })}
    >
      {words.queueWork.silence}
    </button>
  )
}
