// Silences: active ones with scope, recipients, reason, begin and end; those that are over; and the
// form of a new one, for one alert or for what a filter names.

import { silences as asks } from '../../http/requests.ts'
import {
  blankSilence,
  isJudgedByTocsin,
  makeSilenceDraft,
  silenceFields,
  silenceStanding,
  wouldHold
} from '../../records/subscription.ts'
import type { Silence } from '../../shown/answers.ts'
import { mayUse, nowMs, picture, pictureAge } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { useAsking, useResource } from '../../state/resource.ts'
import {
  chosenSilence,
  editSilence,
  ending,
  extendSilence,
  goOnWith,
  newSilence,
  over,
  sendSilence,
  standing
} from '../../state/silences.ts'
import { subscriptions } from '../../state/subscriptions.ts'
import { silencedFrom, silencedWords } from '../../words/filter-words.ts'
import { ageWords, waitWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { AlertHeadline, AlertLink, SeverityMark, Time } from '../parts/alert-mark.tsx'
import { Button } from '../parts/basics.tsx'
import { ActsWait, AskFirst, Outcome } from '../parts/form.tsx'
import { RecordForm } from '../parts/record-form.tsx'
import { BackButton, Facts, Mark, Record, RecordList } from '../parts/records.tsx'
import { ViewPage } from '../parts/view-page.tsx'

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
      <p class="line">
        <Button class="primary" onClick={() => goOnWith(blankSilence)}>
          {told.create}
        </Button>
        <Outcome state={ending.state.value} />
      </p>
      <List pages={standing} label={words.views.names.silences} none={told.none} />
      <h3>{told.over}</h3>
      <List pages={over} label={told.over} none={told.noneOver} />
    </ViewPage>
  )
}

function List({ pages, label, none }: { pages: typeof standing; label: string; none: string }) {
  return (
    <RecordList
      of={pages}
      items={pages.state.value.body?.items ?? null}
      keyOf={({ id }) => id}
      label={label}
      none={none}
      older={words.views.moreShort}
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

const levels = {
  holding: 'warn',
  unbacked: 'bad',
  'matches-nothing': 'bad',
  waiting: 'unknown',
  over: 'unknown'
} as const

interface ItemProps {
  readonly silence: Silence
  /** After it was ended. */
  readonly reload: () => Promise<void>
}

function SilenceItem({ silence, reload }: ItemProps) {
  const told = words.silences
  const { id, reason, by, createdAt, startsAt, endsAt, endedAt, matches, includesExtreme } = silence
  const now = nowMs.value
  const state = silenceStanding(silence, now)
  const isOver = state === 'over'
  const end = async () => {
    await ending.send(
      () => asks.end(id),
      () => told.endDone
    )
    await reload()
  }
  return (
    <Record
      isUnder
      is={levels[state]}
      title={reason ?? told.untold}
      mark={<Mark level={levels[state]} text={told.states[state]} />}
    >
      <Facts
        of={[
          [
            told.what,
            <>
              <What silence={silence} />
              {includesExtreme ? `; ${told.extreme}` : ''}
            </>
          ],
          [told.where, silencedFrom(silence, subscriptions.state.value.body?.items ?? [])],
          [told.by, by ?? told.untold],
          [told.age, ageWords(now - Date.parse(createdAt))],
          state === 'waiting' ? [told.begins, <Time key="at" at={startsAt} />] : null,
          [
            isOver ? told.ended : told.ends,
            <>
              <Time at={endedAt ?? endsAt} />
              {isOver ? '' : told.left(waitWords(Date.parse(endsAt) - now))}
            </>
          ],
          [told.matches, isOver ? null : matches]
        ]}
      />
      {isOver ? null : (
        <p class="line">
          {makeSilenceDraft(silence, now) === null ? null : (
            <>
              <Button
                disabled={!ending.canSend.value}
                onClick={() => void extendSilence(silence).then(reload)}
              >
                {told.extend}
              </Button>
              <Button onClick={() => editSilence(silence)}>{told.edit}</Button>
            </>
          )}
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
    </Record>
  )
}

function What({ silence }: { readonly silence: Silence }) {
  const { alertId } = silence
  if (alertId === null || !mayUse('alerts:read')) return <>{silencedWords(silence)}</>
  return <AlertLink id={alertId}>{words.views.openAlert}</AlertLink>
}

async function make(): Promise<void> {
  const made = await newSilence.submit(sendSilence, () => words.silences.made)
  if (made === null) return
  await standing.load()
  // Who has typed on, or has gone to something else, is not taken away from it.
  if (made.isAll && currentItem.peek() === 'new') openItem(null)
}

function NewSilence() {
  const { form, create, back, lead, allSubscriptions, editTitle, editLead } = words.silences
  const isEdit = newSilence.typed.value.replaces !== ''
  // Only subscriptions with a policy can be silenced.
  const own = (subscriptions.state.value.body?.items ?? []).filter(
    ({ policy, order }) => policy && order !== 'strict'
  )
  return (
    <ViewPage title={isEdit ? editTitle : create} lead={isEdit ? editLead : lead}>
      <BackButton label={back} onBack={() => openItem(null)} />
      <OneAlert />
      <RecordForm
        form={newSilence}
        table={silenceFields}
        told={{ ...words.filters.byName, ...form }}
        lists={{
          subscriptionId: [['', allSubscriptions], ...own.map(({ id, url }) => [id, url] as const)]
        }}
        own={mayUse('subscriptions:manage') ? {} : { subscriptionId: null }}
        label={form.go}
        onSend={make}
      >
        <Preview />
      </RecordForm>
    </ViewPage>
  )
}

const previewMax = 5

/** Previews which open alerts it would silence. */
function Preview() {
  const { wouldHold: told, wouldHoldMore } = words.silences
  pictureAge.value
  const draft = newSilence.typed.value
  if (isJudgedByTocsin(draft)) return null
  const held = [...picture.alerts.values()].filter(alert => wouldHold(draft, alert))
  return (
    <div class="preview">
      <p role="status">{told(held.length)}</p>
      <ul>
        {held.slice(0, previewMax).map(alert => (
          <li key={alert.alertId}>
            <SeverityMark severity={alert.severity} /> <AlertHeadline alert={alert} />
          </li>
        ))}
      </ul>
      {held.length > previewMax ? <p>{wouldHoldMore(held.length - previewMax)}</p> : null}
    </div>
  )
}

/** Its one alert, or the filters of the list that a silence does not support. */
function OneAlert() {
  const { form, omitted: told } = words.silences
  const { alertId, headline, omitted } = newSilence.typed.value
  if (alertId !== '')
    return (
      <div>
        <p>
          {form.alert}: <b>{headline === '' ? alertId : <bdi>{headline}</bdi>}</b>
        </p>
        <Button onClick={() => newSilence.change({ alertId: '', headline: '' })}>
          {form.dropAlert}
        </Button>
      </div>
    )
  return omitted.length === 0 ? null : (
    <p class="then" role="status">
      <bdi>{told(omitted)}</bdi>
    </p>
  )
}
