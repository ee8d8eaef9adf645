// The board on a wall, read from five metres: three numbers, the map, the last changes, and a
// clock. It has no buttons; Escape leaves it.

import '../../style/wall.css'
import { useEffect, useRef } from 'preact/hooks'
import { changesMax, type LastChange, lastChanges } from '../../change/alert-changes.ts'
import { isOpen, isUnacknowledged, knownFromMs, type ShownAlert } from '../../shown/shown-alert.ts'
import { setAddress } from '../../state/address.ts'
import {
  freshness,
  nowIn,
  nowMs,
  picture,
  pictureAge,
  sourcesStanding,
  unacknowledgedCount
} from '../../state/console-state.ts'
import { holderWords } from '../../words/alert-words.ts'
import { ageWords } from '../../words/time-words.ts'
import { timeFormat, words } from '../../words/words.ts'
import { WallMap } from '../map/overview.tsx'
import { AlertHeadline, AlertMark } from '../parts/alert-mark.tsx'

const newMs = 24 * 3_600_000
const clock = timeFormat({ timeZone: 'UTC', hour: '2-digit', minute: '2-digit' })
const day = timeFormat({ timeZone: 'UTC', day: 'numeric', month: 'short' })

export function Wall() {
  useEffect(() => {
    const leave = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') setAddress({ look: null })
    }
    addEventListener('keydown', leave)
    return () => removeEventListener('keydown', leave)
  }, [])
  return (
    <main class="wall">
      <Numbers />
      <section class="wall-map column">
        <WallMap />
        <Foot />
      </section>
      <Changes />
    </main>
  )
}

function Numbers() {
  pictureAge.value
  const told = words.wall
  const { count, oldestMs } = unacknowledgedCount.value
  const open = [...picture.alerts.values()].filter(alert => isOpen(alert) && !alert.drill)
  const extreme = open.filter(({ severity }) => severity === 'extreme')
  const free = extreme.filter(({ operator }) => operator.assignedTo === null).length
  const fresh = open.filter(alert => nowIn(alert.theatre) - knownFromMs(alert) < newMs).length
  const isHot = (count ?? 0) > 0
  const numbers = [
    [count, told.unacknowledged, isHot ? told.longest(ageWords(oldestMs)) : told.none],
    [extreme.length, told.extreme, told.unassigned(free)],
    [fresh, told.fresh, told.inADay]
  ] as const
  return (
    <header>
      <h1 class="visually-hidden">{words.top.looks.wall}</h1>
      {numbers.map(([number, what, more], i) => (
        <div key={what} class={`big ${i === 0 && isHot ? 'hot' : ''}`}>
          <b>{number?.toLocaleString(words.language) ?? '?'}</b>
          <span>
            {what}
            <br />
            {more}
          </span>
        </div>
      ))}
      <time class="wall-clock push" dateTime={new Date(nowMs.value).toISOString()}>
        <b>{clock(nowMs.value)}</b>
        <span>
          {words.top.utc}
          <br />
          {day(nowMs.value)}
        </span>
      </time>
    </header>
  )
}

/** Whether what is shown is current, and who is silent. */
function Foot() {
  const isLive = freshness.value.kind === 'live'
  const sources = sourcesStanding.value
  const [silent, all] =
    sources.kind === 'heard' ? [sources.all - sources.live, sources.all] : [0, 0]
  return (
    <p class="wall-foot fine soft surface">
      <span class={isLive ? 'is-live' : 'is-off'}>
        {isLive ? words.wall.live : words.wall.notLive}
      </span>
      {silent === 0 ? null : <span class="is-silent">{words.wall.silent(silent, all)}</span>}
    </p>
  )
}

function Changes() {
  pictureAge.value
  const seen = useRef<readonly LastChange[] | null>(null)
  seen.current = lastChanges(seen.current, picture.alerts.values(), nowMs.peek())
  return (
    <aside class="ticker column surface">
      <h2>{words.wall.changes}</h2>
      <ol>
        {seen.current.slice(0, changesMax).map(change => (
          <Change key={change.alert.alertId} {...change} />
        ))}
      </ol>
    </aside>
  )
}

function Change({ alert, atMs, severityBefore }: LastChange) {
  const { severity, pattern, operator, theatre } = alert
  const isFresh = severity === 'extreme' && isUnacknowledged(alert)
  return (
    <li class={isFresh ? 'fresh' : ''}>
      <AlertMark severity={severity} pattern={pattern} />
      <span>
        <span class="said">
          {becameWords(alert, severityBefore)}
          <AlertHeadline alert={alert} />
        </span>
        <span class="sub quiet">{holderWords(operator, alert.area)}</span>
      </span>
      <span class="age quiet">{ageWords(nowIn(theatre) - atMs)}</span>
    </li>
  )
}

function becameWords(alert: ShownAlert, before: LastChange['severityBefore']): string {
  const told = words.wall
  if (alert.status === 'resolved') return told.became(words.statuses.resolved)
  // The headline already shows that an alert was retracted.
  if (!isOpen(alert)) return ''
  if (before !== null)
    return told.graver(words.severities[before], words.severities[alert.severity])
  return alert.revision === 1 ? told.became(told.isNew) : ''
}
