// Silences: what is held back now, from whom, why, since when and until when; and those that are over.

import '../../style/records.css'
import { silences as asks } from '../../http/silences.ts'
import type { Silence } from '../../shown/silence.ts'
import { setAddress } from '../../state/address.ts'
import { mayUse, suiteNowMs } from '../../state/console-state.ts'
import { currentItem } from '../../state/current-view.ts'
import { useAsking } from '../../state/resource.ts'
import { ending, goOnWith, over, standing } from '../../state/webhooks/silences.ts'
import { subscriptions } from '../../state/webhooks/subscriptions.ts'
import { blankSilence, silenceStanding } from '../../upkeep/silence-draft.ts'
import { ageWords, waitWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Failure } from '../parts/failure.tsx'
import { ActsWait, AskFirst, Outcome } from '../parts/form.tsx'
import { Fact, type Level, Mark } from '../parts/records.tsx'
import { Time } from '../parts/time.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { LeftSilences } from './left-silences.tsx'
import { NewSilence } from './new-silence.tsx'
import { silencedFrom, silencedWords } from './silenced-words.ts'

const askEveryMs = 5_000

async function load(): Promise<void> {
  await Promise.all([standing.load(), over.load(), mayUse('subscriptions:manage') ? subscriptions.load() : null])
}

export function Silences() {
  const told = words.silences
  useAsking(load, askEveryMs)
  if (currentItem.value === 'new') return <NewSilence />
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
      {ended.length === 0 ? <p class="soft">{told.noneOver}</p> : <List label={told.over} items={ended} />}
      <More pages={over} />
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
        <Item key={each.id} silence={each} />
      ))}
    </ul>
  )
}

const levels: Readonly<Record<ReturnType<typeof silenceStanding>, Level>> = {
  holding: 'warn',
  unbacked: 'bad',
  'matches-nothing': 'bad',
  waiting: 'unknown',
  over: 'unknown'
}

function Item({ silence }: { readonly silence: Silence }) {
  const told = words.silences
  const { id, reason, by, createdAt, startsAt, endsAt, endedAt, matches, holds, includesExtreme } = silence
  const now = suiteNowMs.value
  const state = silenceStanding(silence, now)
  const level = levels[state]
  const isOver = state === 'over'
  const end = async () => {
    await ending.send(
      () => asks.end(id),
      () => told.endDone
    )
    await load()
  }
  return (
    <li class={`record is-${level}`}>
      <h4>
        <bdi>{reason ?? told.untold}</bdi> <Mark level={level} text={told.states[state]} />
      </h4>
      <dl class="facts-row">
        <Fact name={told.what}>
          <What silence={silence} />
          {includesExtreme ? `; ${told.extreme}` : ''}
        </Fact>
        <Fact name={told.where}>
          <bdi>{silencedFrom(silence, subscriptions.state.value.body?.items ?? [])}</bdi>
        </Fact>
        <Fact name={told.by}>
          <bdi>{by ?? told.untold}</bdi>
        </Fact>
        <Fact name={told.age}>{ageWords(now - Date.parse(createdAt))}</Fact>
        {state === 'waiting' ? (
          <Fact name={told.begins}>
            <Time at={startsAt} />
          </Fact>
        ) : null}
        <Fact name={isOver ? told.ended : told.ends}>
          <Time at={endedAt ?? endsAt} />
          {isOver ? '' : told.left(waitWords(Date.parse(endsAt) - now))}
        </Fact>
        {matches === null || isOver ? null : <Fact name={told.matches}>{matches}</Fact>}
        {holds === null || isOver ? null : <Fact name={told.holds}>{told.holding(holds)}</Fact>}
      </dl>
      {isOver ? null : (
        <p class="buttons">
          <AskFirst
            label={told.end}
            question={told.endAsk}
            yes={told.endYes}
            onYes={() => void end()}
            disabled={!ending.canSend.value}
          />
          <ActsWait by={ending} />
        </p>
      )}
    </li>
  )
}

function What({ silence }: { readonly silence: Silence }) {
  const { alertId } = silence
  if (alertId === null || !mayUse('alerts:read')) return <>{silencedWords(silence)}</>
  return (
    <button type="button" class="as-link" onClick={() => setAddress({ alert: alertId, view: null, item: null }, { push: true })}>
      {words.silences.openAlert}
    </button>
  )
}
