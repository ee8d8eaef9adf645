// Watches: who is on until when, and when nobody is; one of them with its shifts, handed over,
// changed and withdrawn.

import '../../style/records.css'
import '../../style/watches.css'
import { useEffect } from 'preact/hooks'
import { watches as asks } from '../../http/watches.ts'
import type { Watch } from '../../shown/answers.ts'
import { mayUse, suiteNowMs } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { useAsking } from '../../state/resource.ts'
import { subscriptions } from '../../state/webhooks/subscriptions.ts'
import {
  beginChange,
  beginHandOver,
  changing,
  forgetActs,
  handingOver,
  making,
  openForm,
  watches,
  withdrawing
} from '../../state/webhooks/watches.ts'
import { watchStanding } from '../../upkeep/watch-standing.ts'
import { words } from '../../words/words.ts'
import { Failure } from '../parts/failure.tsx'
import { ActsWait, AskFirst, Outcome, useOpener } from '../parts/form.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { GoneWatch } from './gone-watch.tsx'
import { HandOverForm } from './hand-over-form.tsx'
import { Roster, WatchFacts, WatchMark, watchLevels } from './watch-facts.tsx'
import { ChangeWatch, NewWatch } from './watch-forms.tsx'

const askEveryMs = 5_000

async function load(): Promise<void> {
  await Promise.all([watches.load(), mayUse('subscriptions:manage') ? subscriptions.load() : null])
}

export function Watches() {
  const told = words.watches
  useAsking(load, askEveryMs)
  const chosen = currentItem.value
  const { body, failure } = watches.state.value
  if (chosen === 'new' && mayUse('subscriptions:manage')) return <NewWatch />
  const held = body?.items.find(({ id }) => id === chosen)
  if (held !== undefined) return <OneWatch key={held.id} held={held} />
  return (
    <ViewPage title={words.views.names.watches} lead={told.lead}>
      <Failure failure={failure} />
      {mayUse('subscriptions:manage') ? (
        <p class="buttons">
          <button type="button" class="primary" onClick={() => openItem('new')}>
            {told.create}
          </button>
          <Outcome state={withdrawing.state.value} />
        </p>
      ) : null}
      {chosen !== null && chosen !== 'new' && body !== null ? (
        <GoneWatch key={chosen} id={chosen} />
      ) : null}
      {body === null ? (
        <p role="status">{words.views.asking}</p>
      ) : body.items.length === 0 ? (
        <p>{told.none}</p>
      ) : (
        <ul class="records" aria-label={words.views.names.watches}>
          {body.items.map(each => (
            <Item key={each.id} held={each} />
          ))}
        </ul>
      )}
    </ViewPage>
  )
}

function Item({ held }: { readonly held: Watch }) {
  return (
    <li class={`record is-${watchLevels[watchStanding(held, suiteNowMs.value)]}`}>
      <h3>
        <button type="button" class="as-link" onClick={() => openItem(held.id)}>
          <bdi>{held.name}</bdi>
        </button>
        <WatchMark held={held} />
      </h3>
      <WatchFacts held={held} />
    </li>
  )
}

function OneWatch({ held }: { readonly held: Watch }) {
  const told = words.watches
  const { id, name, mayChange } = held
  const open = openForm.value?.id === id ? openForm.value.kind : null
  const handOver = useOpener(open === 'hand-over')
  const change = useOpener(open === 'change')
  useEffect(() => {
    withdrawing.forget()
    // Of one that has gone under the hand it is told on.
    return () => {
      if (currentItem.peek() !== id) forgetActs()
    }
  }, [id])
  const withdraw = async () => {
    const done = await withdrawing.send(
      () => asks.withdraw(id, held.version),
      () => told.withdrawn
    )
    if (done === null) return
    await watches.load()
    // Who went on elsewhere meanwhile stays there.
    if (currentItem.peek() === id) openItem(null)
  }
  return (
    <ViewPage title={name}>
      <Failure failure={watches.state.value.failure} />
      <p>
        <button type="button" onClick={() => openItem(null)}>
          {told.back}
        </button>
      </p>
      <Outcome state={making.state.value} />
      <section class={`record is-${watchLevels[watchStanding(held, suiteNowMs.value)]}`}>
        <p>
          <WatchMark held={held} />
        </p>
        <WatchFacts held={held} />
        <div class="buttons">
          {open === 'hand-over' || !(mayUse('alerts:operate') || mayChange) ? null : (
            <button
              type="button"
              class="primary"
              ref={handOver}
              onClick={() => beginHandOver(held)}
            >
              {told.handOver}
            </button>
          )}
          {open === 'change' || !mayChange ? null : (
            <button type="button" ref={change} onClick={() => beginChange(held)}>
              {told.change}
            </button>
          )}
          {mayChange ? (
            <>
              <AskFirst
                label={told.withdraw}
                question={told.withdrawAsk}
                yes={told.withdrawYes}
                onYes={() => void withdraw()}
                disabled={!withdrawing.canSend.value}
              />
              <ActsWait by={withdrawing} />
            </>
          ) : null}
          <Outcome state={withdrawing.state.value} />
          {open === null ? <Outcome state={handingOver.state.value} /> : null}
          {open === null ? <Outcome state={changing.state.value} /> : null}
        </div>
      </section>
      {open === 'hand-over' ? <HandOverForm held={held} /> : null}
      {open === 'change' && mayChange ? <ChangeWatch held={held} /> : null}
      <Roster held={held} />
    </ViewPage>
  )
}
