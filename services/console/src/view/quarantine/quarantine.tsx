// The quarantine: bytes that no version can read, why, and what became of them.

import { setAddress } from '../../state/address.ts'
import { currentItem } from '../../state/current-view.ts'
import { quarantineStates, shownState } from '../../state/quarantine.ts'
import { words } from '../../words/words.ts'
import { Choice } from '../parts/choice.tsx'
import { EntryList } from '../parts/entry-list.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { OneEntry } from './one-entry.tsx'

export function Quarantine() {
  const item = currentItem.value
  return item === null ? <Entries /> : <OneEntry key={item} />
}

function Entries() {
  const told = words.quarantine
  return (
    <ViewPage title={words.views.names.quarantine} lead={told.lead}>
      <Choice
        label={told.show}
        value={shownState.value}
        options={quarantineStates.map(each => [each, told.states[each]] as const)}
        onPick={state => setAddress({ state: state === 'open' ? null : state })}
      />
      <EntryList />
    </ViewPage>
  )
}
