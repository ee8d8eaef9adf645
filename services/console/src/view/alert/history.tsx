// What became of an alert, entry by entry (the same lines say what is new in it), and what was done
// about it.

import { useContext, useMemo, useState } from 'preact/hooks'
import {
  collectNews,
  type HistoryItem,
  isRegrouping,
  listHistory
} from '../../change/alert-changes.ts'
import { type Deed, readDeeds } from '../../change/why.ts'
import {
  type AlertDetail,
  eventName,
  type ShownAlert,
  type ShownRevision
} from '../../shown/shown-alert.ts'
import { lastLookAt } from '../../state/alert-detail.ts'
import { nowIn } from '../../state/console-state.ts'
import {
  afterRaisedWords,
  dispositionWords,
  eventWords,
  pieceWords,
  responseKindWords
} from '../../words/alert-words.ts'
import { codeNames, reasonWords } from '../../words/code-names.ts'
import { clockWords, dayWords, shortDayWords, timeAtWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { PlaceOfTimes, Time } from '../parts/alert-mark.tsx'
import { Button } from '../parts/basics.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'
import { Narrative } from '../parts/records.tsx'

const shownMax = 6

/** The day, or of today the time of day. */
function When({ alert, time }: { readonly alert: AlertDetail; readonly time: string }) {
  const now = new Date(nowIn(alert.theatre)).toISOString()
  const isToday = dayWords(now) === dayWords(time)
  const isThisYear = now.slice(0, 4) === time.slice(0, 4)
  return (
    <time class="faint" dateTime={time} title={timeAtWords(time, alert.area)}>
      {isToday ? clockWords(time) : isThisYear ? shortDayWords(time) : dayWords(time)}
    </time>
  )
}

export function News({ alert }: { readonly alert: AlertDetail }) {
  const texts = words.alert
  const { alertId, revisions, revisionsOmitted, evidence } = alert
  const look = lastLookAt(alertId)
  const { items, last } = useMemo(
    () =>
      collectNews(revisions, revisionsOmitted, look?.entryId ?? null, id =>
        pieceWords(evidence, id)
      ),
    [revisions, revisionsOmitted, evidence, look, codeNames.value]
  )
  if (revisions.length < 2 && look === null) return null
  const title = look === null ? texts.newIn(last?.data.revision ?? alert.revision) : texts.newSince
  return (
    <section class={`card news ${items.length === 0 ? '' : 'has-news'}`} aria-label={title}>
      <h3>
        {title}{' '}
        <small>
          {look === null
            ? last === null
              ? ''
              : timeAtWords(last.time, alert.area)
            : `${timeAtWords(new Date(look.atMs).toISOString(), alert.area)}${items.length === 0 ? '' : ` · ${texts.revisions(items.length)}`}`}
        </small>
      </h3>
      {items.length === 0 ? (
        <p class="prose">
          {last === null ? texts.asRaised : texts.nothingNew(timeAtWords(last.time, alert.area))}
        </p>
      ) : (
        <ol>
          {items.map(item => (
            <li key={item.revision.id}>
              <When alert={alert} time={item.revision.time} />
              <Said {...item} />
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

interface HistoryProps {
  readonly alert: AlertDetail
  readonly onShow: (revisionId: string) => void
}

/** Entries that only moved the alert between stories are one. */
function grouped(items: readonly HistoryItem[]): readonly (readonly HistoryItem[])[] {
  const groups: HistoryItem[][] = []
  for (const item of items) {
    const last = groups.at(-1)
    if (isRegrouping(item) && last?.[0] !== undefined && isRegrouping(last[0])) last.push(item)
    else groups.push([item])
  }
  return groups
}

export function History({ alert, onShow }: HistoryProps) {
  const { revisions, revisionsOmitted, evidence } = alert
  const [isWhole, setWhole] = useState(false)
  const groups = useMemo(
    () => grouped(listHistory(revisions, revisionsOmitted, id => pieceWords(evidence, id))),
    [revisions, revisionsOmitted, evidence, codeNames.value]
  )
  const more = groups.length - shownMax
  return (
    <section class="card" aria-label={words.history.title}>
      <h3>
        {words.history.title}{' '}
        <small>{words.alert.revisions(revisions.length + revisionsOmitted)}</small>
      </h3>
      <ol class={`history ${isWhole ? 'is-whole' : ''}`} reversed>
        {groups.map(items => (
          <Item key={items[0]?.revision.id} alert={alert} items={items} onShow={onShow} />
        ))}
      </ol>
      {more <= 0 || isWhole ? null : (
        <Button class="as-link" onClick={() => setWhole(true)}>
          {words.history.more(more)}
        </Button>
      )}
      {revisionsOmitted > 0 ? <p class="quiet">{words.history.earlier(revisionsOmitted)}</p> : null}
    </section>
  )
}

interface ItemProps extends HistoryProps {
  readonly items: readonly HistoryItem[]
}

function Item({ alert, items, onShow }: ItemProps) {
  const [item] = items
  if (item === undefined) return null
  const { revision } = item
  const first = items.at(-1)?.revision.data.revision ?? 0
  const isLatest = revision.id === alert.revisions.at(-1)?.id
  return (
    <li>
      <When alert={alert} time={revision.time} />
      <Icon name={computeIcon(eventName(revision.type))} />
      <div>
        {isRegrouping(item) ? words.history.regrouped : <Said {...item} />}
        {revision.data.action?.text ? (
          <Narrative text={revision.data.action.text} label={words.acts.comment} />
        ) : null}
        <p class="quiet">
          {words.history.revisions(first, revision.data.revision)}
          {isLatest ? null : (
            <>
              {' · '}
              <Button
                class="as-link"
                aria-label={words.alert.showThenOf(revision.data.revision)}
                onClick={() => onShow(revision.id)}
              >
                {words.alert.showThen}
              </Button>
            </>
          )}
        </p>
      </div>
    </li>
  )
}

function computeIcon(name: string): IconName {
  if (name === 'escalated') return 'up'
  if (name === 'raised' || name === 'reopened') return 'forward'
  if (name === 'resolved' || name === 'acknowledged') return 'check'
  return name === 'retracted' ? 'cross' : 'more'
}

function Said({ revision: { type, data }, changes }: HistoryItem) {
  const { history, alert } = words
  const severity = changes?.find(({ what }) => what === history.severity)
  const level = changes?.find(({ what }) => what === history.levelsCame)
  const others = (changes ?? []).filter(change => {
    const { what } = change
    return (
      change !== level &&
      what !== history.severity &&
      what !== history.status &&
      what !== history.headline
    )
  })
  const isJudged = eventName(type) === 'resolved' && data.operator.disposition !== null
  return (
    <span class="said">
      <b>
        {severity === undefined
          ? isJudged
            ? alert.judgedTitle(dispositionWords(data.operator.disposition ?? ''))
            : eventWords(type, data)
          : `${severity.before} → ${severity.after}`}
      </b>
      {level === undefined ? null : <>: {level.after}</>}
      {data.action ? (
        <>
          {' '}
          <bdi>{history.by(data.action.by)}</bdi>
        </>
      ) : null}
      {data.reason === null || isJudged || data.action ? null : <>: {reasonWords(data.reason)}</>}
      {changes === null ? <>. {history.unknownChange}</> : null}
      {others.map(({ what, before, after, pieces }) => (
        <span key={what} class="change fine soft">
          {' '}
          <bdi class="faint">{what}</bdi>{' '}
          {pieces === undefined ? (
            <>
              {before === '' ? null : (
                <>
                  <del>
                    <bdi>{before}</bdi>
                  </del>{' '}
                  →{' '}
                </>
              )}
              <ins>
                <bdi>{after === '' ? history.nothing : after}</bdi>
              </ins>
            </>
          ) : (
            <Apart texts={pieces} />
          )}
        </span>
      ))}
    </span>
  )
}

/** Names of places and sources are others' words, and may be written from right to left. */
function Apart({ texts }: { readonly texts: readonly string[] }) {
  return (
    <>
      {texts.map((text, i) => (
        <span key={text}>
          {i === 0 ? '' : '; '}
          <bdi>{text}</bdi>
        </span>
      ))}
    </>
  )
}

interface DeedsProps {
  readonly revisions: readonly ShownRevision[]
  readonly operator: ShownAlert['operator']
  readonly raisedAt: string
  readonly country: string | undefined
  /** Begins to correct a response; null: that can not be done here, or by this reader. */
  readonly onCorrect: ((deed: Deed) => void) | null
}

export function Deeds({ revisions, operator, raisedAt, country, onCorrect }: DeedsProps) {
  const told = words.responses
  const place = useContext(PlaceOfTimes)
  const { deeds, omitted } = readDeeds(revisions, operator.responses, raisedAt)
  if (deeds.length === 0) return null
  // Who recorded it is told to who may read that, and so may correct it.
  const isCorrectable = (id: string | undefined) =>
    operator.responses?.recent?.some(each => each.id === id && each.byId !== undefined) === true
  return (
    <section class="card deeds" aria-label={told.title}>
      <h3>{told.title}</h3>
      <ul>
        {deeds.map(deed => {
          const { id, kind, at, recordedAt, by, text, afterMs, corrects } = deed
          return (
            <li key={`${recordedAt} ${at} ${kind} ${id}`}>
              <p>
                <b>{responseKindWords(kind)}</b> <Time at={at} country={country} />,{' '}
                {afterRaisedWords(afterMs)}
              </p>
              {text === null || text === '' ? null : <Narrative text={text} label={told.title} />}
              <p class="quiet">
                <bdi>{words.history.by(by ?? told.someOfficer)}</bdi>,{' '}
                {told.recorded(timeAtWords(recordedAt, place))}
                {corrects === undefined ? '' : `, ${told.correctedFrom}`}{' '}
                {onCorrect !== null && isCorrectable(id) ? (
                  <Button onClick={() => onCorrect(deed)}>{told.correct}</Button>
                ) : null}
              </p>
            </li>
          )
        })}
      </ul>
      {omitted === 0 ? null : <p class="quiet">{told.more(omitted)}</p>}
    </section>
  )
}
