// One row of the queue: alert, place, owner and age in one line.

import { computed } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { makeWhole, type QueueRow } from '../../queue/queue-rows.ts'
import {
  findOwner,
  isOldNews,
  isOpen,
  isUnacknowledged,
  knownFromMs,
  type ShownAlert,
  severities
} from '../../shown/shown-alert.ts'
import { act, blankDraft } from '../../state/acts.ts'
import {
  caller,
  chosenId,
  filter,
  isLive,
  mayUse,
  nowIn,
  pictureAge
} from '../../state/console-state.ts'
import { queue, rowNow, unfolded } from '../../state/queue-state.ts'
import { isSelected, pick, selection } from '../../state/selection.ts'
import { readHeadline } from '../../words/alert-texts.ts'
import {
  answeredWords,
  dispositionWords,
  placeWords,
  shortPlaceWords
} from '../../words/alert-words.ts'
import { reasonWords } from '../../words/code-names.ts'
import { groupWords } from '../../words/filter-words.ts'
import { ageWords, timeAtWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { AlertHeadline, AlertMark } from '../parts/alert-mark.tsx'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { ViewLink } from '../parts/view-page.tsx'

function toggle(id: string): void {
  const next = new Set(unfolded.value)
  if (!next.delete(id)) next.add(id)
  unfolded.value = next
}

/** A row at its position in the list, with the current state of the alert. */
export function QueueRowNow({ row }: { readonly row: QueueRow }) {
  // Redraws when the row changes, not on every evaluation.
  const now = useMemo(() => computed(() => rowNow(row)), [row])
  return <QueueRowView row={now.value} />
}

function QueueRowView({ row }: { readonly row: QueueRow }) {
  return (
    <>
      {row.group === null ? null : (
        <h3 class="group line">
          <bdi>{groupWords(filter.value.group, row.group.key)}</bdi>{' '}
          <span class="soft">
            {words.queueWork.groupCount(row.group.count, words.severities[row.group.worst])}
          </span>
        </h3>
      )}
      <Line row={row} />
      {row.rest.length === 0 ? null : <Rest rest={row.rest} partOf={row.alert} />}
    </>
  )
}

/** The parts that are not shown yet, by severity. */
function Rest({ rest, partOf }: { rest: readonly ShownAlert[]; partOf: ShownAlert }) {
  const counts = severities.flatMap(severity => {
    const count = rest.filter(each => each.severity === severity).length
    return count === 0 ? [] : [`${count} ${words.severities[severity]}`]
  })
  const whole = queue
    .peek()
    .rows.findLast(
      ({ depth, parts }) => depth === 0 && parts.some(({ alertId }) => alertId === partOf.alertId)
    )
  return (
    <Button
      class="row-more"
      onClick={() => whole !== undefined && toggle(makeWhole(whole.alert.alertId))}
    >
      {words.queue.moreParts(rest.length, counts.join(', '))}
    </Button>
  )
}

/** The dot and the mark are pressed to select; the box appears when it is of use. */
function Picker({ row, isNew }: { readonly row: QueueRow; readonly isNew: boolean }) {
  const { alertId, pattern } = row.alert
  return (
    <label class="row-pick as-grid gap-3">
      <input
        type="checkbox"
        aria-label={words.queueWork.select(readHeadline(row.alert))}
        checked={isSelected(selection.value, row)}
        onClick={event => pick(queue.peek().rows, alertId, event.shiftKey, rowNow)}
      />
      <span class="dot">
        {isNew ? <span class="visually-hidden">{words.unacknowledged.one}</span> : null}
      </span>
      <AlertMark severity={row.severity} pattern={pattern} />
    </label>
  )
}

/** Start of the shown age: when it was raised, in the list of unacknowledged alerts. */
function computeFromMs({ alert, changedAt, depth }: QueueRow): number {
  if (filter.value.unacknowledged) return knownFromMs(alert)
  return Date.parse(depth === 1 ? alert.times.detectedAt : changedAt)
}

function Age({ row }: { readonly row: QueueRow }) {
  const { alert } = row
  const fromMs = computeFromMs(row)
  const iso = new Date(fromMs).toISOString()
  const time = timeAtWords(iso, alert.area)
  return (
    <time
      class="row-age soft"
      dateTime={iso}
      title={filter.value.unacknowledged ? words.unacknowledged.since(time) : time}
    >
      {ageWords(nowIn(alert.theatre) - fromMs)}
    </time>
  )
}

function Owner({ alert }: { readonly alert: ShownAlert }) {
  const holder = findOwner(alert.operator)
  const isMine = holder !== null && holder === caller.value?.name
  return (
    <span
      class={`row-holder in-line faint ${holder === null ? '' : 'is-taken'}`}
      title={answeredWords(alert.operator, alert.area)}
    >
      {holder === null ? (
        words.holder.nobodyAlone
      ) : (
        <>
          <Face name={holder} isMine={isMine} />
          <bdi class="cut soft">{isMine ? words.holder.you : holder}</bdi>
        </>
      )}
    </span>
  )
}

export function Face({ name, isMine }: { readonly name: string; readonly isMine: boolean }) {
  return (
    <span class={`face fine strong soft ${isMine ? 'is-mine' : ''}`} aria-hidden="true">
      {Array.from(name)[0]?.toUpperCase() ?? ''}
    </span>
  )
}

/** Unusual properties, shown before the headline. */
function listTags(alert: ShownAlert): readonly string[] {
  const { queue: texts } = words
  return [
    ...(alert.drill ? [texts.drill] : []),
    ...(alert.describes === true ? [texts.describes] : []),
    ...(alert.describes !== true && isOldNews(alert) ? [texts.oldNews] : [])
  ]
}

/** Status and disposition; no status if retracted, since the headline shows that. */
function endWords({ status, operator }: ShownAlert): string {
  const judged = dispositionWords(operator.disposition ?? '').toLowerCase()
  if (status === 'retracted') return judged
  const ended = words.statuses[status].toLowerCase()
  return judged === '' ? ended : `${ended}: ${judged}`
}

function Headline({ alert }: { readonly alert: ShownAlert }) {
  return (
    <ViewLink
      to="alerts"
      members={{ alert: alert.alertId }}
      isInPlace={chosenId.value !== null}
      class="row-main cut soft"
      data-alert={alert.alertId}
      aria-current={chosenId.value === alert.alertId ? 'true' : undefined}
    >
      <AlertHeadline alert={alert} />
    </ViewLink>
  )
}

function Parts({ row }: { readonly row: QueueRow }) {
  const { alert, parts, isUnfolded } = row
  if (parts.length === 0) return null
  return (
    <Button
      class="row-parts fine soft"
      aria-expanded={isUnfolded}
      onClick={() => toggle(alert.alertId)}
    >
      <Icon name={isUnfolded ? 'down' : 'forward'} />
      {words.queue.parts(parts.length)}
      <span class="visually-hidden"> {words.queue.partsOf(readHeadline(alert))}</span>
    </Button>
  )
}

function Line({ row }: { readonly row: QueueRow }) {
  const { alert, depth, folded, severity } = row
  // Computed separately: acknowledgements arrive in other messages than the alert.
  const isNewNow = useMemo(
    () =>
      computed(() => {
        pictureAge.value
        return [alert, ...folded].some(isUnacknowledged)
      }),
    [alert, folded]
  )
  const isNew = isNewNow.value
  const isChosen = chosenId.value === alert.alertId
  const isClosed = !isOpen(alert)
  const states = [
    `sev-${severity}`,
    `depth-${depth}`,
    isNew ? 'is-new' : '',
    isClosed ? 'is-closed' : '',
    isChosen ? 'is-chosen' : ''
  ]
  return (
    <div class={`row ${states.filter(state => state !== '').join(' ')}`}>
      <Picker row={row} isNew={isNew} />
      <span class="row-what in-line gap-2">
        <span class="row-title in-line gap-2">
          {listTags(alert).map(tag => (
            <span key={tag} class="tag">
              {tag}
            </span>
          ))}
          <Headline alert={alert} />
          {isClosed && endWords(alert) !== '' ? (
            <span class="row-end cut soft" title={reasonWords(alert.reason)}>
              {endWords(alert)}
            </span>
          ) : null}
        </span>
        <Parts row={row} />
        {isNew && isUnacknowledged(alert) && isLive.value && mayUse('alerts:operate') ? (
          <Button class="row-act push small" onClick={() => void act(alert, blankDraft)}>
            {words.acts.acknowledge}
          </Button>
        ) : null}
      </span>
      <span class="row-place cut soft" title={placeWords(alert)}>
        <bdi>{shortPlaceWords(alert)}</bdi>
      </span>
      <Owner alert={alert} />
      <Age row={row} />
    </div>
  )
}
