// Silences: active ones with scope, recipients, reason, begin and end; and those that are over.

import { blankSilence } from '../../records/silence.ts'
import { mayUse } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { useAsking, useResource } from '../../state/resource.ts'
import { chosenSilence, ending, goOnWith, over, standing } from '../../state/silences.ts'
import { subscriptions } from '../../state/subscriptions.ts'
import { words } from '../../words/words.ts'
import { Outcome } from '../parts/form.tsx'
import { BackButton, RecordList } from '../parts/record-list.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { NewSilence } from './new-silence.tsx'
import { SilenceItem } from './silence-item.tsx'

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
  useAsking(load, ['silences', 'subscriptions'])
  if (chosen === 'new') return <NewSilence />
  if (chosen !== null) return <OneSilence />
  return (
    <ViewPage title={words.views.names.silences} lead={told.lead}>
      <p class="buttons">
        <button type="button" class="primary" onClick={() => goOnWith(blankSilence)}>
          {told.create}
        </button>
        <Outcome state={ending.state.value} />
      </p>
      <List pages={standing} label={words.views.names.silences} none={told.none} />
      <h3>{told.over}</h3>
      <List pages={over} label={told.over} none={told.noneOver} />
    </ViewPage>
  )
}

interface ListProps {
  readonly pages: typeof standing
  readonly label: string
  readonly none: string
}

function List({ pages, label, none }: ListProps) {
  return (
    <RecordList
      of={pages}
      items={pages.state.value.body?.items ?? null}
      keyOf={({ id }) => id}
      label={label}
      none={none}
      older={words.silences.older}
      draw={each => <SilenceItem silence={each} reload={load} />}
    />
  )
}

/** The silence that an alert links to; it may be pages down the list, or already over. */
function OneSilence() {
  const { body, failure } = useResource(chosenSilence, ['silences'])
  return (
    <ViewPage title={words.views.names.silences} lead={words.silences.lead}>
      <BackButton label={words.silences.back} onBack={() => openItem(null)} />
      <Outcome state={ending.state.value} />
      <RecordList
        of={chosenSilence}
        items={body === null ? (failure === null ? null : []) : [body]}
        keyOf={({ id }) => id}
        label={words.views.names.silences}
        none=""
        draw={each => <SilenceItem silence={each} reload={chosenSilence.load} />}
      />
    </ViewPage>
  )
}
