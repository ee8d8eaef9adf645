// Banners are below everything else, so that no button moves when they appear or disappear: that the
// page may not be current, with its age (the shade over the whole page is in shell.css), what another
// officer took over, and what happened while the page was not live.

import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { changeWords, type MissedAlert } from '../../change/alert-changes.ts'
import { clockAheadMs } from '../../http/answers.ts'
import { type Severity, severities } from '../../shown/shown-alert.ts'
import { detailAsOf } from '../../state/alert-detail.ts'
import {
  behindSinceMs,
  clocksUnknownSinceMs,
  doubtedSinceMs,
  freshness,
  link,
  missed,
  nowMs,
  signedIn,
  theatres
} from '../../state/console-state.ts'
import { openView, openViews } from '../../state/current-view.ts'
import { retryNow } from '../../state/live-link.ts'
import { readTakenAway, takenAway, takenAwayWords } from '../../state/notices.ts'
import { beginAgain, signInAnew } from '../../state/session.ts'
import { ageWords, timeWords, waitWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { AlertLink, NamedAlert, SeverityMark, sinceHere } from '../parts/alert-mark.tsx'
import { Button } from '../parts/basics.tsx'

/** A hand that was on its way when a banner came or went presses nothing, ms. */
const settleMs = 700
/** Rounding is no change, px. */
const samePx = 1

/** The page gives up room at its foot. A new banner takes no press; a gone one leaves its place. */
export function Notices({ children }: { readonly children: ComponentChildren }) {
  const content = useRef<HTMLDivElement>(null)
  const [keptPx, setKeptPx] = useState(0)
  const [isNew, setNew] = useState(false)
  useLayoutEffect(() => {
    let shownPx = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    const settle = () => {
      setKeptPx(shownPx)
      setNew(false)
    }
    const observer = new ResizeObserver(() => {
      const px = content.current?.offsetHeight ?? 0
      if (Math.abs(px - shownPx) < samePx) return
      if (px > shownPx) setNew(true)
      shownPx = px
      setKeptPx(kept => Math.max(kept, px))
      clearTimeout(timer)
      timer = setTimeout(settle, settleMs)
    })
    if (content.current !== null) observer.observe(content.current)
    return () => {
      clearTimeout(timer)
      observer.disconnect()
    }
  }, [])
  return (
    <div class={`notices ${isNew ? 'is-new' : ''}`} style={{ '--kept': `${keptPx}px` }}>
      <div ref={content}>{children}</div>
    </div>
  )
}

export function StaleBanner() {
  const state = freshness.value
  if (state.kind !== 'stale') return null
  const { stale } = words
  const { sinceMs, retryAtMs, isOver, isCatchingUp } = state
  const now = nowMs.value
  const [title, label, press] = isCatchingUp
    ? [stale.catchingUp]
    : !isOver
      ? [stale.title, stale.retryNow, retryNow]
      : doubtedSinceMs.value === null
        ? [stale.ended, stale.signInAgain, beginAgain]
        : [stale.doubted, stale.signInAnew, signInAnew]
  const never = isCatchingUp ? '' : stale.never
  const wait = retryAtMs === null ? waitingFor() : stale.retry(waitWords(retryAtMs - now))
  return (
    <div class="banner stale">
      <strong role="alert">{title}</strong>{' '}
      <span>
        {sinceMs === null ? never : stale.since(sinceHere(sinceMs), waitWords(now - sinceMs))}{' '}
        {state.isCutOff ? `${stale.cutOff} ` : ''}
        {isCatchingUp ? stale.coming : isOver ? '' : wait}
      </span>{' '}
      {press === undefined ? null : <Button onClick={() => void press()}>{label}</Button>}
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

/** The page above keeps its height. */
const takenMax = 3

export function TakenAwayBanner() {
  const all = takenAway.value
  if (all.length === 0) return null
  const told = words.acts.takenAway
  return (
    <section class="banner taken-away" aria-label={told.title(all.length)}>
      <ul class="as-grid">
        {all.slice(0, takenMax).map(each => (
          <li key={each.alertId}>
            <SeverityMark severity={each.severity} />{' '}
            <strong>
              <bdi>{takenAwayWords(each)}</bdi>
            </strong>{' '}
            <AlertLink id={each.alertId}>
              <bdi>{each.headline}</bdi>
            </AlertLink>{' '}
            <span class="soft">{timeWords(each.at)}</span>
          </li>
        ))}
        {all.length > takenMax ? <li>{words.place.more(all.length - takenMax)}</li> : null}
      </ul>
      <Button onClick={readTakenAway}>{words.missed.dismiss}</Button>
    </section>
  )
}

/** Rows drawn at first, and with each press: thousands together would block the page. */
const shownMax = 50

export function MissedList() {
  const told = missed.value
  const [drawn, setDrawn] = useState(shownMax)
  if (told === null) return null
  const { fromMs, toMs, alerts } = told
  const [from, to] = [sinceHere(fromMs), sinceHere(toMs)]
  const read = () => {
    missed.value = null
    setDrawn(shownMax)
  }
  const left = alerts.length - drawn
  return (
    <section class="banner missed" aria-label={words.missed.title(alerts.length)}>
      {alerts.length === 0 ? (
        <p>
          <strong>{words.missed.none(from, to)}</strong>
        </p>
      ) : (
        // One line, to leave the list its room next to an open alert.
        <details>
          <summary>
            <strong>{words.missed.title(alerts.length)}</strong>{' '}
            <SeverityMark severity={findGravest(alerts)} /> {words.missed.span(from, to)}
          </summary>
          <ul>
            {alerts.slice(0, drawn).map(each => (
              <MissedItem key={each.alert.alertId} {...each} />
            ))}
          </ul>
          {left <= 0 ? null : (
            <p>
              <Button onClick={() => setDrawn(drawn + shownMax)}>
                {words.missed.more(Math.min(left, shownMax), alerts.length)}
              </Button>
            </p>
          )}
          {openViews.value.includes('hand-over') ? (
            <p>
              <Button
                class="as-link"
                onClick={() =>
                  openView('hand-over', null, {
                    members: { since: new Date(fromMs).toISOString() }
                  })
                }
              >
                {words.missed.again}
              </Button>
            </p>
          ) : null}
        </details>
      )}
      <Button onClick={read}>{words.missed.dismiss}</Button>
    </section>
  )
}

function findGravest(alerts: readonly MissedAlert[]): Severity {
  const found = alerts.map(({ alert }) => alert.severity)
  return severities.find(severity => found.includes(severity)) ?? 'minor'
}

function MissedItem({ kind, alert, changes }: MissedAlert) {
  return (
    <li>
      <b>{words.missed[kind]}</b> <NamedAlert alert={alert} />{' '}
      <bdi class="soft">{changes.map(changeWords).join('; ')}</bdi>
    </li>
  )
}
