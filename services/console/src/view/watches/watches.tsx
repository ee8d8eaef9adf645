// Rosters: who is on when and whom alerts go to; handed over, changed and deleted here.

import { watches as asks } from '../../http/requests.ts'
import { makeDraftKey, watchStanding } from '../../records/roster.ts'
import type { Watch } from '../../shown/answers.ts'
import { mayUse, nowMs } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { useAsking } from '../../state/resource.ts'
import { subscriptions } from '../../state/subscriptions.ts'
import {
  beginForm,
  newWatch,
  openForm,
  watches,
  watchForm,
  withdrawing
} from '../../state/watches.ts'
import { words } from '../../words/words.ts'
import { Button } from '../parts/button.tsx'
import { CommandButton, Outcome, useOpener } from '../parts/form.tsx'
import { BackButton, Record, RecordList } from '../parts/records.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { Roster } from './roster.tsx'
import { WatchFacts, WatchMark, watchLevels } from './watch-facts.tsx'
import { NewWatch, WatchForm } from './watch-forms.tsx'

async function load(): Promise<void> {
  await Promise.all([watches.load(), mayUse('subscriptions:manage') ? subscriptions.load() : null])
}

export function Watches() {
  const told = words.watches
  useAsking(load, ['watches', 'subscriptions'])
  const chosen = currentItem.value
  const { body } = watches.state.value
  if (chosen === 'new' && mayUse('subscriptions:manage')) return <NewWatch />
  const held = body?.items.find(({ id }) => id === chosen)
  if (held !== undefined) return <OneWatch key={held.id} held={held} />
  return (
    <ViewPage title={words.views.names.watches} lead={told.lead}>
      {mayUse('subscriptions:manage') ? (
        <p class="line">
          <Button class="primary" onClick={() => openItem('new')}>
            {told.create}
          </Button>
          <Outcome state={withdrawing.state.value} />
        </p>
      ) : null}
      {chosen !== null && chosen !== 'new' && body !== null ? (
        <p role="alert">{told.gone}</p>
      ) : null}
      <RecordList
        of={watches}
        items={body?.items ?? null}
        keyOf={({ id }) => id}
        label={words.views.names.watches}
        none={told.none}
        draw={each => (
          <Record
            is={watchLevels[watchStanding(each, nowMs.value)]}
            title={each.name}
            onOpen={() => openItem(each.id)}
            mark={<WatchMark held={each} />}
          >
            <WatchFacts held={each} />
          </Record>
        )}
      />
    </ViewPage>
  )
}

async function withdraw({ id, version }: Watch): Promise<void> {
  const done = await withdrawing.send(
    () => asks.withdraw(id, version),
    () => words.watches.withdrawn
  )
  if (done === null) return
  await watches.load()
  // Who went on elsewhere meanwhile stays there.
  if (currentItem.peek() === id) openItem(null)
}

function OneWatch({ held }: { readonly held: Watch }) {
  const told = words.watches
  const { id, name, mayChange } = held
  const draft = watchForm.typed.value
  const isOpen = openForm.value === makeDraftKey(draft) && draft.seen?.id === id
  const open = isOpen ? draft.kind : null
  const handOver = useOpener(open === 'hand-over')
  const change = useOpener(open === 'change')
  return (
    <ViewPage title={name}>
      <BackButton label={told.back} onBack={() => openItem(null)} />
      <Outcome state={newWatch.state.value} />
      <div class="line">
        <WatchMark held={held} />
        {open === 'hand-over' || !(mayUse('alerts:operate') || mayChange) ? null : (
          <button
            type="button"
            class="primary"
            ref={handOver}
            onClick={() => beginForm('hand-over', held)}
          >
            {told.handOver}
          </button>
        )}
        {open === 'change' || !mayChange ? null : (
          <button type="button" ref={change} onClick={() => beginForm('change', held)}>
            {told.change}
          </button>
        )}
        {mayChange ? (
          <CommandButton
            by={withdrawing}
            words={[told.withdraw, told.withdrawAsk, words.views.deleteIt]}
            onYes={() => void withdraw(held)}
          />
        ) : null}
        {isOpen ? null : <Outcome state={watchForm.state.value} />}
      </div>
      {isOpen && (open === 'hand-over' || mayChange) ? <WatchForm held={held} /> : null}
      <Roster held={held} />
    </ViewPage>
  )
}
