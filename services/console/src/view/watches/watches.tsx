// Watches: who is on when and whom alerts go to; handed over, changed and withdrawn here.

import { watches as asks } from '../../http/watches.ts'
import type { Watch } from '../../shown/answers.ts'
import { mayUse, suiteNowMs } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { useAsking } from '../../state/resource.ts'
import { subscriptions } from '../../state/webhooks/subscriptions.ts'
import {
  beginChange,
  beginHandOver,
  changedWatch,
  handedOver,
  newWatch,
  openForm,
  watches,
  withdrawing
} from '../../state/webhooks/watches.ts'
import { typedInChange, typedInHandOver } from '../../upkeep/watch-draft.ts'
import { watchStanding } from '../../upkeep/watch-standing.ts'
import { words } from '../../words/words.ts'
import { CommandButton, Outcome, useOpener } from '../parts/form.tsx'
import { GoneWords } from '../parts/gone-words.tsx'
import { BackButton, Record, RecordList } from '../parts/record-list.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { Roster } from './roster.tsx'
import { WatchFacts, WatchMark, watchLevels } from './watch-facts.tsx'
import { ChangeWatch, HandOverForm, NewWatch } from './watch-forms.tsx'

const askEveryMs = 5_000

async function load(): Promise<void> {
  await Promise.all([watches.load(), mayUse('subscriptions:manage') ? subscriptions.load() : null])
}

export function Watches() {
  const told = words.watches
  useAsking(load, askEveryMs)
  const chosen = currentItem.value
  const { body } = watches.state.value
  if (chosen === 'new' && mayUse('subscriptions:manage')) return <NewWatch />
  const held = body?.items.find(({ id }) => id === chosen)
  if (held !== undefined) return <OneWatch key={held.id} held={held} />
  return (
    <ViewPage title={words.views.names.watches} lead={told.lead}>
      {mayUse('subscriptions:manage') ? (
        <p class="buttons">
          <button type="button" class="primary" onClick={() => openItem('new')}>
            {told.create}
          </button>
          <Outcome state={withdrawing.state.value} />
        </p>
      ) : null}
      {chosen !== null && chosen !== 'new' && body !== null ? <GoneWatch id={chosen} /> : null}
      <RecordList
        of={watches}
        items={body?.items ?? null}
        keyOf={({ id }) => id}
        label={words.views.names.watches}
        none={told.none}
        draw={each => (
          <Record
            is={watchLevels[watchStanding(each, suiteNowMs.value)]}
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

/** It is not there any more while somebody writes about it. */
function GoneWatch({ id }: { readonly id: string }) {
  const handOver = handedOver.typedOf(id)
  const change = changedWatch.typedOf(id)
  const typed = [
    handOver === undefined ? '' : typedInHandOver(handOver),
    change === undefined ? '' : typedInChange(change)
  ].filter(text => text !== '')
  return (
    <div class="gone-watch">
      <p role="alert">{words.watches.gone}</p>
      <Outcome state={handedOver.state.value} />
      <Outcome state={changedWatch.state.value} />
      <GoneWords
        texts={typed}
        onDrop={() => {
          handedOver.drop(id)
          changedWatch.drop(id)
        }}
      />
    </div>
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
  const open = openForm.value?.id === id ? openForm.value.kind : null
  const handOver = useOpener(open === 'hand-over')
  const change = useOpener(open === 'change')
  return (
    <ViewPage title={name}>
      <BackButton label={told.back} onBack={() => openItem(null)} />
      <Outcome state={newWatch.state.value} />
      <div class="buttons">
        <WatchMark held={held} />
        {open === 'hand-over' || !(mayUse('alerts:operate') || mayChange) ? null : (
          <button type="button" class="primary" ref={handOver} onClick={() => beginHandOver(held)}>
            {told.handOver}
          </button>
        )}
        {open === 'change' || !mayChange ? null : (
          <button type="button" ref={change} onClick={() => beginChange(held)}>
            {told.change}
          </button>
        )}
        {mayChange ? (
          <CommandButton
            by={withdrawing}
            words={[told.withdraw, told.withdrawAsk, told.withdrawYes]}
            onYes={() => void withdraw(held)}
          />
        ) : null}
        {open === null ? <Outcome state={handedOver.state.value} /> : null}
        {open === null ? <Outcome state={changedWatch.state.value} /> : null}
      </div>
      {open === 'hand-over' ? <HandOverForm held={held} /> : null}
      {open === 'change' && mayChange ? <ChangeWatch held={held} /> : null}
      <Roster held={held} />
    </ViewPage>
  )
}
