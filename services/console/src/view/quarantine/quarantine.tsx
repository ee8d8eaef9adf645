// The quarantine: bytes that no version can read, why, and what became of them.

import '../../style/records.css'
import { useEffect } from 'preact/hooks'
import type { QuarantineEntry } from '../../shown/answers.ts'
import { setAddress } from '../../state/address.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { entries, quarantineStates, shownState } from '../../state/quarantine.ts'
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
  useEffect(() => entries.forget, [state])
  const { body, failure } = entries.state.value
  // Who came to a page while it was asked for may stand on the next one too.
  const all = entries.all.value.filter(
    ({ id }, i, whole) => whole.findIndex(each => each.id === id) === i
  )
  return (
    <ViewPage title={words.views.names.quarantine} lead={told.lead}>
      <Failure failure={failure} />
      <label class="choice">
        <span>{told.show}</span>
        <select
          value={state}
          onChange={event =>
            setAddress({
              state: event.currentTarget.value === 'open' ? null : event.currentTarget.value
            })
          }
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
      {entries.next.value === null ? null : (
        <p>
          <button type="button" onClick={() => void entries.loadOlder()}>
            {told.older}
          </button>
        </p>
      )}
    </ViewPage>
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
