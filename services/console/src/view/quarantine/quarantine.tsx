// The quarantine: bytes that no version can read, why, and what became of them.

import '../../style/records.css'
import { useEffect } from 'preact/hooks'
import { quarantine } from '../../http/quarantine.ts'
import type { QuarantineEntry } from '../../shown/quarantine.ts'
import { setAddress } from '../../state/address.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { entries, olderEntries, quarantineStates, shownState } from '../../state/quarantine.ts'
import { useAsking } from '../../state/resource.ts'
import { words } from '../../words/words.ts'
import { Failure } from '../parts/failure.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { EntryFacts, SettledMark, titleOf } from './entry-facts.tsx'
import { OneEntry } from './one-entry.tsx'

const askEveryMs = 10_000

export function Quarantine() {
  const item = currentItem.value
  return item === null ? <Entries /> : <OneEntry key={item} />
}

function Entries() {
  const told = words.quarantine
  const state = shownState.value
  useAsking(entries.load, askEveryMs, [state])
  useEffect(
    () => () => {
      entries.state.value = { body: null, failure: null }
      olderEntries.value = null
    },
    [state]
  )
  const { body, failure } = entries.state.value
  const older = olderEntries.value
  const first = body?.items ?? []
  const all = [...first, ...(older?.items ?? []).filter(({ id }) => !first.some(each => each.id === id))]
  const next = older === null ? (body?.next ?? null) : older.next
  return (
    <ViewPage title={words.views.names.quarantine} lead={told.lead}>
      <Failure failure={failure} />
      <label class="choice">
        <span>{told.show}</span>
        <select
          value={state}
          onChange={event => setAddress({ state: event.currentTarget.value === 'open' ? null : event.currentTarget.value })}
        >
          {quarantineStates.map(each => (
            <option key={each} value={each}>
              {told.states[each]}
            </option>
          ))}
        </select>
      </label>
      {all.length === 0 ? (
        <p role="status">{body === null ? words.views.asking : told.none[state]}</p>
      ) : (
        <ul class="records" aria-label={words.views.names.quarantine}>
          {all.map(each => (
            <Item key={each.id} entry={each} />
          ))}
        </ul>
      )}
      {next === null ? null : <Older state={state} next={next} />}
    </ViewPage>
  )
}

function Older({ state, next }: { readonly state: string; readonly next: string }) {
  const load = async () => {
    const answer = await quarantine.list(state, next)
    if (answer.kind !== 'ok') return
    olderEntries.value = { items: [...(olderEntries.peek()?.items ?? []), ...answer.body.items], next: answer.body.next }
  }
  return (
    <p>
      <button type="button" onClick={load}>
        {words.quarantine.older}
      </button>
    </p>
  )
}

function Item({ entry }: { readonly entry: QuarantineEntry }) {
  return (
    <li class={`record ${entry.settled === null ? 'is-warn' : ''}`}>
      <h3>
        <button type="button" class="as-link" onClick={() => openItem(entry.id)}>
          {titleOf(entry)}
        </button>
        <SettledMark entry={entry} />
      </h3>
      <EntryFacts entry={entry} />
    </li>
  )
}
