// The one line above list and map: views of the list as tabs, search, filters, severities, order,
// and a menu with the rest. The address stores its state.

import { useEffect } from 'preact/hooks'
import {
  exportFormats,
  exportPath,
  filterIn,
  formatAddress,
  groupings,
  isSame,
  type Preset,
  presetFilter,
  presets,
  type QueueFilter,
  sorts,
  wantedValues
} from '../../queue/queue-filter.ts'
import { type Severity, severities } from '../../shown/shown-alert.ts'
import { setAddress } from '../../state/address.ts'
import {
  filter,
  mayUse,
  picture,
  pictureAge,
  unacknowledgedCount
} from '../../state/console-state.ts'
import {
  changeFilter,
  counts,
  isWhole,
  mineCount,
  pause,
  pausedSinceMs,
  pickAll,
  queue,
  rowNow,
  savedList,
  savedNow,
  savedViews,
  selectedMax
} from '../../state/queue-state.ts'
import { useResource } from '../../state/resource.ts'
import { beginSilence } from '../../state/silences.ts'
import { words } from '../../words/words.ts'
import { MapToggle } from '../map/map-shown.tsx'
import { AlertMark } from '../parts/alert-mark.tsx'
import { Button, Menu } from '../parts/basics.tsx'
import { Choice } from '../parts/form.tsx'
import { Icon } from '../parts/icon.tsx'
import { Later } from '../parts/later.tsx'
import { CopyLink } from '../parts/view-page.tsx'
import { activeParts, notExported, notSilenced } from './filter-words.ts'

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
    <search class="tools in-line gap-3 slim surface" aria-label={filters.title}>
      <Tabs />
      <label class="find in-line faint surface">
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
          <Button
            key={each}
            class="bare"
            aria-pressed={severity.includes(each)}
            title={words.severities[each]}
            onClick={() => changeFilter({ severity: withOrWithout(each) })}
          >
            <AlertMark severity={each} isNamed />
            {/* Counts open alerts: next to resolved ones it would seem to count those. */}
            {filter.value.status === 'closed' ? null : <OpenCount severity={each} />}
          </Button>
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
          {count === 0 || tabNow(filter.value) !== null ? null : <b class="number fine">{count}</b>}
        </>
      }
    >
      {close => <Later name="Facets" isAwaited onClose={close} />}
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

function MoreTools() {
  const { queueWork } = words
  const { group } = filter.value
  return (
    <Menu
      class="more-tools"
      label={
        <>
          <Icon name="more" />
          <span class="visually-hidden">{words.views.moreShort}</span>
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

function OfList() {
  if (!mayUse('subscriptions:manage')) return null
  const asked = { severity: filter.value.severity, ...wantedValues(filter.value) }
  return (
    <Button
      disabled={Object.values(asked).every(each => each.length === 0)}
      onClick={() => beginSilence({ ...asked, omitted: notSilenced(filter.value) })}
    >
      {words.queueWork.silence}
    </Button>
  )
}

function show(wanted: QueueFilter): void {
  setAddress(formatAddress(wanted))
}

/** Shown as tabs; the rest are in the menu. */
const tabs: readonly Preset[] = ['whole', 'unacknowledged', 'mine', 'closed']

/** The tab that matches the filter exactly, in any sort order. */
export function tabNow(now: QueueFilter): Preset | null {
  const isTab = (preset: Preset) =>
    isSame(presetFilter(preset, now), { ...now, sort: presetFilter(preset, now).sort })
  return tabs.find(isTab) ?? null
}

function computeCount(preset: Preset): number | null {
  if (preset === 'whole') return counts.value.open
  if (preset === 'unacknowledged') return unacknowledgedCount.value.count
  return preset === 'mine' ? mineCount.value : null
}

function Count({ preset }: { readonly preset: Preset }) {
  const count = computeCount(preset)
  return count === null ? null : (
    <span class="tab-count faint" aria-hidden="true">
      {count.toLocaleString(words.language)}
    </span>
  )
}

function Tabs() {
  return (
    <fieldset class="tabs">
      <legend class="visually-hidden">{words.queueWork.presets}</legend>
      {tabs.map(preset => (
        <PresetButton key={preset} preset={preset} />
      ))}
      {isWhole.value ? <SavedTabs /> : null}
    </fieldset>
  )
}

/** Those that officers have saved, once the list is there. */
function SavedTabs() {
  useResource(savedViews, ['views'])
  const now = savedNow.value?.id
  useEffect(() => {
    // It may be out of view.
    document.querySelector('.tab.is-saved[aria-pressed=true]')?.scrollIntoView({ block: 'nearest' })
  }, [now])
  return savedList.value.map(({ id, name, query }) => (
    <Button
      key={id}
      class="tab is-saved"
      aria-pressed={id === now}
      onClick={() => show(filterIn(new URLSearchParams(query)))}
    >
      <bdi class="cut">{name}</bdi>
    </Button>
  ))
}

function OtherPresets() {
  return presets
    .filter(preset => !tabs.includes(preset))
    .map(preset => <PresetButton key={preset} preset={preset} />)
}

function PresetButton({ preset }: { readonly preset: Preset }) {
  const now = filter.value
  const wanted = presetFilter(preset, now)
  return (
    <Button
      class="tab"
      aria-pressed={tabs.includes(preset) ? tabNow(now) === preset : isSame(wanted, now)}
      onClick={() => show(wanted)}
    >
      {preset === 'unacknowledged' ? <span class="dot" /> : null}
      {words.queueWork.preset[preset]} <Count preset={preset} />
    </Button>
  )
}

function linkToView(): string {
  const link = new URL(location.href)
  link.searchParams.delete('alert')
  return link.href
}

function CopyView() {
  return (
    <CopyLink class="copy-view" linkOf={linkToView}>
      {words.queueWork.copyLink}
      <span class="visually-hidden"> {words.queueWork.ofView}</span>
    </CopyLink>
  )
}

function Pause() {
  const isOn = pausedSinceMs.value !== null
  return (
    <Button class="pause" aria-pressed={isOn} onClick={() => pause(!isOn)}>
      {words.queue.pause}
    </Button>
  )
}

function SelectAll() {
  const { length } = queue.value.rows
  const { queueWork } = words
  // A menu keeps what it was first drawn with: a list in the closure would keep old alerts.
  const pick = () => pickAll(queue.peek().rows.slice(0, selectedMax).map(rowNow))
  return (
    <Button class="select-all" disabled={length === 0} onClick={pick}>
      {length > selectedMax ? queueWork.selectAllUpTo(selectedMax) : queueWork.selectAll}
    </Button>
  )
}

function ExportLinks() {
  const now = filter.value
  const told = words.queueWork.files
  const left = notExported(now)
  return (
    <p class="export-links line">
      <span>{told.title}</span>{' '}
      {exportFormats.map(format => (
        <a key={format} href={exportPath(now, format)} download={`alerts.${format}`}>
          {told.formats[format]}
        </a>
      ))}
      {left.length === 0 ? null : <span class="soft"> {told.without(left.join(' · '))}</span>}
    </p>
  )
}
