// Warns that the page may not be current, with its age. The shade over the whole page is in
// shell.css.

import { clockAheadMs } from '../../http/page-time.ts'
import { detailAsOf } from '../../state/alert-detail.ts'
import {
  behindSinceMs,
  clocksUnknownSinceMs,
  doubtedSinceMs,
  freshness,
  link,
  nowMs,
  signedIn,
  theatres
} from '../../state/console-state.ts'
import { retryNow } from '../../state/live-link.ts'
import { beginAgain, signInAnew } from '../../state/session.ts'
import { ageWords, timeWords, waitWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { sinceHere } from '../parts/since-here.ts'

export function StaleBanner() {
  const state = freshness.value
  if (state.kind !== 'stale') return null
  const { stale } = words
  const now = nowMs.value
  const isDoubted = state.isOver && doubtedSinceMs.value !== null
  return (
    <div class="banner stale">
      <strong role="alert">
        {isDoubted
          ? stale.doubted
          : state.isOver
            ? stale.ended
            : state.isCatchingUp
              ? stale.catchingUp
              : stale.title}
      </strong>{' '}
      <span>
        {state.sinceMs === null
          ? state.isCatchingUp
            ? ''
            : stale.never
          : stale.since(sinceHere(state.sinceMs), waitWords(now - state.sinceMs))}{' '}
        {state.isCutOff ? `${stale.cutOff} ` : ''}
        {state.isCatchingUp
          ? stale.coming
          : state.isOver
            ? ''
            : state.retryAtMs === null
              ? waitingFor()
              : stale.retry(waitWords(state.retryAtMs - now))}
      </span>{' '}
      {state.isCatchingUp ? null : isDoubted ? (
        <button type="button" onClick={signInAnew}>
          {stale.signInAnew}
        </button>
      ) : state.isOver ? (
        <button type="button" onClick={() => void beginAgain()}>
          {stale.signInAgain}
        </button>
      ) : (
        <button type="button" onClick={retryNow}>
          {stale.retryNow}
        </button>
      )}
    </div>
  )
}

/** The link is good, and what it brings is late: quiet is no sign of peace. */
export function BehindBanner() {
  const sinceMs = behindSinceMs.value
  if (sinceMs === null) return null
  const { behind } = words
  return (
    <div class="banner stale">
      <strong role="alert">{behind.title}</strong>{' '}
      <span>{behind.since(sinceHere(sinceMs), waitWords(nowMs.value - sinceMs))}</span>
    </div>
  )
}

/** A link that is open but silent is not being opened. */
function waitingFor(): string {
  return link.value.kind === 'live' ? words.stale.silent : words.stale.connecting
}

/** Warns that the details are older than the list. */
export function OlderThanList() {
  const asOfMs = detailAsOf.value
  if (asOfMs === null) return null
  return (
    <div class="banner older">
      <p role="status">{words.stale.older(sinceHere(asOfMs), waitWords(nowMs.value - asOfMs))}</p>
    </div>
  )
}

/** This machine's clock is wrong, as the suite has it. */
export function MachineClock() {
  const aheadMs = clockAheadMs.value
  if (aheadMs === 0) return null
  return (
    <div class="banner machine-clock">
      <p role="alert">
        {words.machineClock[aheadMs > 0 ? 'slow' : 'fast'](ageWords(Math.abs(aheadMs)))}
      </p>
    </div>
  )
}

/** For so long a loss may still need attention, ms. */
const restoredLatelyMs = 7 * 24 * 3_600_000

/** An older copy of the log took its place: alerts that somebody remembers may be gone. */
export function RestoredLog() {
  const state = signedIn.value
  const restored = state.kind === 'caller' ? (state.caller.log?.restored ?? null) : null
  if (restored === null || nowMs.value - Date.parse(restored.at) > restoredLatelyMs) return null
  const { at, takenAt } = restored
  return (
    <div class="banner older">
      <p role="status">
        {words.restoredLog(timeWords(at), takenAt === null ? null : timeWords(takenAt))}
      </p>
    </div>
  )
}

/** In a theatre with a stopped clock, windows never end: its quiet must not look like peace. */
export function WrongClocks() {
  const wrong = theatres.value.flatMap(({ id, clockStanding = 'right', now }) =>
    clockStanding === 'right' || clockStanding === 'unset' || now === null
      ? []
      : [{ id, now, standing: clockStanding }]
  )
  const isUnset = theatres.value.some(({ clockStanding }) => clockStanding === 'unset')
  const unknownSinceMs = clocksUnknownSinceMs.value
  return wrong.length === 0 && unknownSinceMs === null && !isUnset ? null : (
    <div class="banner stale">
      {unknownSinceMs === null ? null : (
        <p role="alert">{words.clocksUnknown(sinceHere(unknownSinceMs))}</p>
      )}
      {isUnset ? <p role="alert">{words.clockUnset}</p> : null}
      {wrong.map(({ id, now, standing }) => (
        <p key={id} role="alert">
          {words.wrongClock(id, timeWords(now), standing)}
        </p>
      ))}
    </div>
  )
}
