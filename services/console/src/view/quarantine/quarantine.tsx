// The quarantine: bytes that no version can read, why, and what became of them.

import type { QuarantineEntry } from '../../shown/answers.ts'
import { setAddress } from '../../state/address.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { entries, quarantineStates, shownState } from '../../state/quarantine.ts'
import { useResource } from '../../state/resource.ts'
import { words } from '../../words/words.ts'
import { Choice } from '../parts/choice.tsx'
import { Record, RecordList } from '../parts/record-list.tsx'
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
  const { body } = useResource(entries, askEveryMs)
  return (
    <ViewPage title={words.views.names.quarantine} lead={told.lead}>
      <Choice
        label={told.show}
        value={state}
        options={quarantineStates.map(each => [each, told.states[each]])}
        onPick={value => setAddress({ state: value === 'open' ? null : value })}
      />
      <RecordList<QuarantineEntry>
        of={entries}
        items={body?.items ?? null}
        keyOf={({ id }) => id}
        label={words.views.names.quarantine}
        none={told.none[state]}
        older={told.older}
        draw={each => (
          <Record
            is={each.settled === null ? 'warn' : 'good'}
            title={titleOf(each)}
            onOpen={() => openItem(each.id)}
            mark={<SettledMark entry={each} />}
          >
            <EntryFacts entry={each} />
          </Record>
        )}
      />
    </ViewPage>
  )
}
