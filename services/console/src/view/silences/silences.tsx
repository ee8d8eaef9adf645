// Silences: what is held back now, from whom, why, since when and until when; and those that are
// over.

import { useEffect } from 'preact/hooks'
import '../../style/records.css'
import type { Silence } from '../../shown/answers.ts'
import { mayUse } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { useAsking } from '../../state/resource.ts'
import { chosenSilence, ending, goOnWith, over, standing } from '../../state/webhooks/silences.ts'
import { subscriptions } from '../../state/webhooks/subscriptions.ts'
import { blankSilence } from '../../upkeep/silence-draft.ts'
import { words } from '../../words/words.ts'
import { Failure } from '../parts/failure.tsx'
import { Outcome } from '../parts/form.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { LeftSilences } from './left-silences.tsx'
import { NewSilence } from './new-silence.tsx'
import { SilenceItem } from './silence-item.tsx'

const askEveryMs = 5_000

async function load(): Promise<void> {
  await Promise.all([
    standing.load(),
    over.load(),
    mayUse('subscriptions:manage') ? subscriptions.load() : null
  ])
}

export function Silences() {
  const told = words.silences
  const chosen = currentItem.value
  useAsking(load, askEveryMs)
  if (chosen === 'new') return <NewSilence />
  if (chosen !== null) return <OneSilence id={chosen} />
  const { body, failure } = standing.state.value
  const ended = over.all.value
  return (
    <ViewPage title={words.views.names.silences} lead={told.lead}>
      <Failure failure={failure} />
      <p class="buttons">
        <button type="button" class="primary" onClick={() => goOnWith(blankSilence)}>
          {told.create}
        </button>
        <Outcome state={ending.state.value} />
      </p>
      <LeftSilences />
      {body === null ? (
        <p role="status">{words.views.asking}</p>
      ) : body.items.length === 0 ? (
        <p>{told.none}</p>
      ) : (
        <List label={words.views.names.silences} items={standing.all.value} />
      )}
      <More pages={standing} />
      <h3>{told.over}</h3>
      {ended.length === 0 ? (
        <p class="soft">{told.noneOver}</p>
      ) : (
        <List label={told.over} items={ended} />
      )}
      <More pages={over} />
    </ViewPage>
  )
}

/** The one that an alert says it is held by; it may be pages down the list, or over by now. */
function OneSilence({ id }: { readonly id: string }) {
  useAsking(chosenSilence.load, askEveryMs, [id])
  useEffect(() => chosenSilence.forget, [id])
  const { body, failure } = chosenSilence.state.value
  return (
    <ViewPage title={words.views.names.silences} lead={words.silences.lead}>
      <Failure failure={failure} />
      <p class="buttons">
        <button type="button" onClick={() => openItem(null)}>
          {words.silences.back}
        </button>
        <Outcome state={ending.state.value} />
      </p>
      {body === null ? (
        failure === null ? (
          <p role="status">{words.views.asking}</p>
        ) : null
      ) : (
        <ul class="records" aria-label={words.views.names.silences}>
          <SilenceItem silence={body} reload={chosenSilence.load} />
        </ul>
      )}
    </ViewPage>
  )
}

function More({ pages }: { readonly pages: typeof standing }) {
  if (pages.next.value === null) return null
  return (
    <p>
      <button type="button" onClick={() => void pages.loadOlder()}>
        {words.silences.older}
      </button>
    </p>
  )
}

function List({ label, items }: { readonly label: string; readonly items: readonly Silence[] }) {
  const shown = [...new Map(items.map(each => [each.id, each])).values()]
  return (
    <ul class="records" aria-label={label}>
      {shown.map(each => (
        <SilenceItem key={each.id} silence={each} reload={load} />
      ))}
    </ul>
  )
}
