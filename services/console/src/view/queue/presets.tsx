// Filters with a name, one press each, those that officers share too, and the link to the list as it is now.

import { useEffect } from 'preact/hooks'
import {
  filterIn,
  formatAddress,
  isSame,
  type Preset,
  presetFilter,
  presets,
  type QueueFilter
} from '../../queue/queue-filter.ts'
import { setAddress } from '../../state/address.ts'
import { filter } from '../../state/console-state.ts'
import { counts, isWhole, mineCount } from '../../state/queue-state.ts'
import { useResource } from '../../state/resource.ts'
import { savedList, savedNow, savedViews } from '../../state/saved-views.ts'
import { unacknowledgedCount } from '../../state/unacknowledged.ts'
import { words } from '../../words/words.ts'
import { CopyLink } from '../parts/copy-link.tsx'

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
    <span class="tab-count" aria-hidden="true">
      {count.toLocaleString(words.language)}
    </span>
  )
}

export function Tabs() {
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
    <button
      key={id}
      type="button"
      class="tab is-saved"
      aria-pressed={id === now}
      onClick={() => show(filterIn(new URLSearchParams(query)))}
    >
      <bdi>{name}</bdi>
    </button>
  ))
}

export function OtherPresets() {
  return presets
    .filter(preset => !tabs.includes(preset))
    .map(preset => <PresetButton key={preset} preset={preset} />)
}

function PresetButton({ preset }: { readonly preset: Preset }) {
  const now = filter.value
  const wanted = presetFilter(preset, now)
  return (
    <button
      type="button"
      class="tab"
      aria-pressed={tabs.includes(preset) ? tabNow(now) === preset : isSame(wanted, now)}
      onClick={() => show(wanted)}
    >
      {preset === 'unacknowledged' ? <span class="dot" /> : null}
      {words.queueWork.preset[preset]} <Count preset={preset} />
    </button>
  )
}

function linkToView(): string {
  const link = new URL(location.href)
  link.searchParams.delete('alert')
  return link.href
}

export function CopyView() {
  return (
    <CopyLink class="copy-view" linkOf={linkToView}>
      {words.queueWork.copyLink}
      <span class="visually-hidden"> {words.queueWork.ofView}</span>
    </CopyLink>
  )
}
