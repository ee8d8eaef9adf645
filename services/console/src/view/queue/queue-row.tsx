// One row of the queue.

import { computed } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { QueueRow } from '../../queue/queue-rows.ts'
import { isSelected } from '../../queue/selection.ts'
import { holderOf } from '../../queue/taken-since.ts'
import { isOldNews, isOpen, knownFromMs, type ShownAlert } from '../../shown/shown-alert.ts'
import { setAddress } from '../../state/address.ts'
import { chosenId, filter, isLive, nowIn } from '../../state/console-state.ts'
import { queue, rowNow, unfolded } from '../../state/queue-state.ts'
import { pick, selection } from '../../state/selection.ts'
import { askTakenSince, takenSince } from '../../state/taken-since.ts'
import { answeredWords, patternWords, placeWords } from '../../words/alert-words.ts'
import { reasonWords } from '../../words/code-names.ts'
import { timeAtWords } from '../../words/place-time.ts'
import { groupWords } from '../../words/queue-words.ts'
import { ageWords, agoWords, timeWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { SeverityMark } from '../parts/severity.tsx'
import { SuiteProse } from '../parts/suite-prose.tsx'

function toggle(id: string): void {
  const next = new Set(unfolded.value)
  if (!next.delete(id)) next.add(id)
  unfolded.value = next
}

export function openAlert(id: string): void {
  setAddress({ alert: id }, { push: chosenId.value === null })
}

/** A row where it stands, with the present state of its alert. */
export function QueueRowNow({ row }: { readonly row: QueueRow }) {
  // Drawn again when it is another, not whenever it was asked.
  const now = useMemo(() => computed(() => rowNow(row)), [row])
  return <QueueRowView row={now.value} />
}

function QueueRowView({ row }: { readonly row: QueueRow }) {
  return row.group === null ? (
    <Line row={row} />
  ) : (
    <>
      <h3 class="group">
        <bdi>{groupWords(filter.value.group, row.group.key)}</bdi>{' '}
        <span class="soft">
          {words.queueWork.groupCount(row.group.count, words.severities[row.group.worst])}
        </span>
      </h3>
      <Line row={row} />
    </>
  )
}

/** A touch is as wide as the whole start of the row. */
function Picker({ row }: { readonly row: QueueRow }) {
  const { alertId, headline } = row.alert
  return (
    <label class="row-pick">
      <span class="visually-hidden">{words.queueWork.select(headline)}</span>
      <input
        type="checkbox"
        checked={isSelected(selection.value, row)}
        onClick={event => pick(queue.peek().rows, alertId, event.shiftKey, rowNow)}
      />
    </label>
  )
}

/** A row stands for what is folded under it: also for what nobody has there. */
function foldedWords(folded: readonly ShownAlert[]): string {
  const untaken = folded.filter(
    ({ operator }) => operator.acknowledgedBy === null && operator.assignedTo === null
  ).length
  return words.queue.parts(folded.length, untaken)
}

/** Since its last change; in the list of what nobody answered since it was raised. */
function fromMsOf(alert: ShownAlert): number {
  return filter.value.unanswered ? knownFromMs(alert) : Date.parse(alert.times.detectedAt)
}

function Age({ alert }: { readonly alert: ShownAlert }) {
  return <span class="row-age">{ageWords(nowIn(alert.theatre) - fromMsOf(alert))}</span>
}

/** Since when somebody has it: what was taken three hours ago may be forgotten. */
function TakenSince({ alert }: { readonly alert: ShownAlert }) {
  const { alertId } = alert
  const holder = holderOf(alert.operator)
  const isCurrent = isLive.value
  // What runs once is kept as long as the row: it must not hold the alert as it was then.
  useEffect(() => {
    if (isCurrent) askTakenSince(alertId, holder)
  }, [alertId, holder, isCurrent])
  const at = takenSince(alert)
  if (holder === null || at === null) return null
  return (
    <time class="row-taken" dateTime={at} title={timeWords(at)}>
      {' · '}
      {agoWords(nowIn(alert.theatre) - Date.parse(at))}
    </time>
  )
}

/** Since when that is, here and there: in the row, where a finger and the keyboard get it too. */
function Since({ alert }: { readonly alert: ShownAlert }) {
  const iso = new Date(fromMsOf(alert)).toISOString()
  const time = timeAtWords(iso, alert.area)
  return (
    <span class="row-since">
      {' · '}
      <time dateTime={iso}>{filter.value.unanswered ? words.unanswered.since(time) : time}</time>
    </span>
  )
}

function Line({ row }: { readonly row: QueueRow }) {
  const { alert, depth, folded, isUnfolded } = row
  const { queue: texts } = words
  const isTaken = alert.operator.acknowledgedBy !== null || alert.operator.assignedTo !== null
  const facts = [
    words.statuses[alert.status],
    words.certainties[alert.certainty],
    patternWords(alert.pattern),
    ...(alert.describes === true ? [texts.describes] : []),
    ...(alert.describes !== true && isOldNews(alert) ? [texts.oldNews] : []),
    ...(isOpen(alert) ? [] : [reasonWords(alert.reason)])
  ]
  return (
    <div class={`row sev-${alert.severity} depth-${depth} ${isOpen(alert) ? '' : 'is-closed'}`}>
      <Picker row={row} />
      <button
        type="button"
        class="row-main"
        data-alert={alert.alertId}
        aria-current={chosenId.value === alert.alertId}
        onClick={() => openAlert(alert.alertId)}
      >
        <SeverityMark severity={alert.severity} />
        <span class="row-headline">
          {alert.drill ? <b class="drill">{texts.drill}</b> : null}{' '}
          <SuiteProse text={alert.headline} />
        </span>
        <span class="row-place">
          <bdi>{placeWords(alert)}</bdi>
          <Since alert={alert} />
        </span>
        <span class="row-facts">{facts.filter(fact => fact !== '').join(' · ')}</span>
        <span class={`row-holder ${isTaken ? 'is-taken' : ''}`}>
          <bdi>{answeredWords(alert.operator, alert.area)}</bdi>
          <TakenSince alert={alert} />
        </span>
        <Age alert={alert} />
      </button>
      {folded.length === 0 && !isUnfolded ? null : (
        <button
          type="button"
          class="row-parts"
          aria-expanded={isUnfolded}
          onClick={() => toggle(alert.alertId)}
        >
          <span aria-hidden="true">{isUnfolded ? '▾' : '▸'}</span>{' '}
          {isUnfolded ? texts.fold : foldedWords(folded)}
          <span class="visually-hidden"> {texts.partsOf(alert.headline)}</span>
        </button>
      )}
    </div>
  )
}
