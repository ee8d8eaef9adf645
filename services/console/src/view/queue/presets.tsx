// Filters with a name, one press each, and the link to the list as it is now.

import { countryFilter, presetFilter, presets } from '../../queue/presets.ts'
import { addressOf, type QueueFilter } from '../../queue/queue-filter.ts'
import { setAddress } from '../../state/address.ts'
import { chosenId, filter, picture, pictureAge } from '../../state/console-state.ts'
import { returnTo } from '../../state/queue-state.ts'
import { selection } from '../../state/selection.ts'
import { countryWords } from '../../words/code-names.ts'
import { words } from '../../words/words.ts'
import { CopyLink } from '../parts/copy-link.tsx'

/** The country of the alert that the officer is at. */
function countryAtHand(): string | null {
  pictureAge.value
  const id = chosenId.value ?? [...selection.value.keys()].at(-1) ?? returnTo.value
  return id === null || id === undefined ? null : (picture.alerts.get(id)?.area.country[0] ?? null)
}

function show(wanted: QueueFilter): void {
  // The list is another one: the name was of the one before.
  setAddress({ ...addressOf(wanted), name: null })
}

const isSame = (a: QueueFilter, b: QueueFilter) =>
  JSON.stringify(addressOf(a)) === JSON.stringify(addressOf(b))

export function Presets() {
  const { queueWork } = words
  const now = filter.value
  return (
    <fieldset class="presets">
      <legend class="visually-hidden">{queueWork.presets}</legend>
      {presets.map(preset => {
        const wanted = presetFilter(preset, now)
        return (
          <button
            key={preset}
            type="button"
            class="toggle"
            aria-pressed={isSame(wanted, now)}
            onClick={() => show(wanted)}
          >
            {queueWork.preset[preset]}
          </button>
        )
      })}
    </fieldset>
  )
}

/** It comes and goes with the alert at hand: in a line that is as high without it. */
export function OnlyCountry() {
  const now = filter.value
  const country = now.country === '' ? countryAtHand() : now.country
  if (country === null) return null
  return (
    <button
      type="button"
      class="toggle only-country"
      aria-pressed={now.country === country}
      onClick={() => show(countryFilter(now.country === country ? '' : country, now))}
    >
      {words.queueWork.onlyCountry(countryWords(country))}
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
