// The chosen alert: what it says, why, how sure, who has it, what it rests on and what became of
// it. Prints as a report.

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { takenSinceOf } from '../../derived/taken-since.ts'
import { placeOfRevision } from '../../map/evidence-steps.ts'
import { handlingOnPaper } from '../../shown/handling-on-paper.ts'
import { type AlertDetail, isOpen, type ShownAlert } from '../../shown/shown-alert.ts'
import { detail, detailAsOf, type ShownDetail } from '../../state/alert-detail.ts'
import {
  behindSinceMs,
  bySuite,
  chosenId,
  freshness,
  isOfficer,
  mayUse,
  nowMs,
  picture,
  pictureAge
} from '../../state/console-state.ts'
import { beginCorrection } from '../../state/drafts.ts'
import { closeAlert } from '../../state/queue-state.ts'
import { beginSilence } from '../../state/webhooks/silences.ts'
import { eventWords } from '../../words/alert-words.ts'
import { reasonWords } from '../../words/code-names.ts'
import { timeAtWords } from '../../words/place-time.ts'
import { words } from '../../words/words.ts'
import { CopyLink } from '../parts/copy-link.tsx'
import { SeverityMark } from '../parts/severity.tsx'
import { Time } from '../parts/time.tsx'
import { ActForm, ActsOver } from './act-form.tsx'
import { Deeds } from './deeds.tsx'
import { Evidence } from './evidence.tsx'
import { Facts, HowSure, Why } from './facts.tsx'
import { History, Notes } from './history.tsx'
import { Silenced } from './silenced.tsx'
import { Story } from './story.tsx'
import { Told } from './told.tsx'
import { ToldToOfficers } from './told-to-officers.tsx'

export function AlertPanel() {
  pictureAge.value
  const id = chosenId.value
  const panel = useRef<HTMLElement>(null)
  // Before it is drawn: who goes on at once, to the search or into a field, is not called back.
  useLayoutEffect(() => {
    if (id === null) return
    panel.current?.focus({ preventScroll: true })
    panel.current?.scrollTo({ top: 0 })
  }, [id])
  if (id === null) return null
  const state = detail.value
  const known = picture.alerts.get(id)
  return (
    <article class="alert" aria-label={words.alert.label} ref={panel} tabIndex={-1}>
      <div class="alert-bar">
        <button type="button" class="back" onClick={closeAlert}>
          <span aria-hidden="true" class="arrow">
            ←
          </span>{' '}
          {words.alert.back}
        </button>
        <span class="spread" />
        <CopyLink class="copy-alert" linkOf={() => location.href}>
          {words.alert.link}
        </CopyLink>
        <button type="button" onClick={() => print()}>
          {words.alert.print}
        </button>
      </div>
      {state.kind === 'shown' ? (
        <Whole key={id} {...state} />
      ) : (
        <>
          {known === undefined ? null : <Head alert={known} />}
          <p role="status">
            {state.kind === 'gone'
              ? words.alert.gone
              : state.kind === 'failed'
                ? words.alert.failed
                : words.alert.loading}
          </p>
          {state.kind === 'gone' || state.kind === 'failed' ? <ActsOver alertId={id} /> : null}
        </>
      )}
    </article>
  )
}

function Head({ alert }: { readonly alert: ShownAlert }) {
  return (
    <header class={`alert-head sev-${alert.severity}`}>
      <p class="kicker">
        <SeverityMark severity={alert.severity} /> · {words.statuses[alert.status]} ·{' '}
        {words.certainties[alert.certainty]}
        {alert.drill ? <b class="drill"> {words.queue.drill}</b> : null}
      </p>
      <h2>
        <bdi>{alert.headline}</bdi>
      </h2>
    </header>
  )
}

function Whole({ alert, isAll, isMixed }: Pick<ShownDetail, 'alert' | 'isAll' | 'isMixed'>) {
  const [knownId, setKnownId] = useState<string | null>(null)
  const { alertId } = alert
  useLayoutEffect(() => setKnownId(null), [alertId])
  const knownAt = placeOfRevision(alert.revisions, knownId)
  const isLost = knownId !== null && knownAt < 0
  const then = alert.revisions[knownAt]
  const shown: ShownAlert = then?.data ?? alert
  const toNow = then === undefined ? null : () => setKnownId(null)
  const country = alert.area.country[0]
  const revisions = then === undefined ? alert.revisions : alert.revisions.slice(0, knownAt + 1)
  return (
    <>
      <OnPaper alert={alert} then={then?.time ?? null} />
      <Head alert={shown} />
      {isOfficer.value ? <Silenced alert={alert} /> : null}
      {isLost ? (
        <p class="then" role="status">
          {words.alert.knownLost}
        </p>
      ) : null}
      {then === undefined ? null : (
        <p class="then" role="status">
          {words.alert.knownThen(timeAtWords(then.time, alert.area))}
        </p>
      )}
      {isOpen(shown) ? null : (
        <p class="closed-words">
          {words.statuses[shown.status]}{' '}
          <Time at={then?.time ?? alert.event.time} country={country} />
          {shown.reason === null ? '' : `: ${reasonWords(shown.reason)}`}
        </p>
      )}
      <Why alert={shown} />
      {mayUse('alerts:operate') ? (
        <ActForm alert={alert} onNow={toNow} />
      ) : (
        <ActsOver alertId={alertId} />
      )}
      <Deeds
        revisions={revisions}
        operator={shown.operator}
        raisedAt={alert.raisedAt}
        country={country}
        onCorrect={
          mayUse('alerts:operate') && toNow === null ? deed => beginCorrection(alertId, deed) : null
        }
      />
      <div class="columns">
        <HowSure
          alert={shown}
          evidence={then === undefined ? alert.evidence : []}
          seenBelow={then === undefined ? alert.seenBelow : []}
        />
        <Facts
          alert={shown}
          raisedAt={alert.raisedAt}
          takenAt={takenSinceOf(revisions, alert.revisionsOmitted)}
        />
      </div>
      <KnownAt
        alert={alert}
        chosen={knownAt}
        onPick={index => setKnownId(alert.revisions[index]?.id ?? null)}
      />
      <Story alert={alert} />
      {mayUse('subscriptions:manage') ? (
        <Told alert={alert} />
      ) : isOfficer.value ? (
        <ToldToOfficers />
      ) : null}
      {isOpen(alert) && mayUse('alerts:operate') ? <SilenceIt alert={alert} /> : null}
      <Notes revisions={revisions} />
      <Evidence alert={alert} isAll={isAll} isMixed={isMixed} knownAt={knownAt} />
      <History alert={alert} />
    </>
  )
}

/**
 * What a sheet must say by itself: who may read it, and when it was so. `then`: the time that is
 * looked at.
 */
function OnPaper({ alert, then }: { readonly alert: AlertDetail; readonly then: string | null }) {
  const state = freshness.value
  const liveMs = state.kind === 'stale' ? state.sinceMs : (behindSinceMs.value ?? nowMs.value)
  const asOfMs = detailAsOf.value ?? liveMs
  const known = then ?? (asOfMs === null ? null : new Date(bySuite(asOfMs)).toISOString())
  const handling = handlingOnPaper(alert, mayUse('subscriptions:manage') || isOfficer.value)
  return (
    <p class="on-paper">
      {words.alert.onPaper(
        words.handlings[handling],
        known === null ? words.alert.notKnownWhen : timeAtWords(known, alert.area)
      )}
    </p>
  )
}

/** Who may not be told for a while: a silence holds it back from webhooks. */
function SilenceIt({ alert }: { readonly alert: AlertDetail }) {
  const { alertId, headline, operatorRevision } = alert
  return (
    <p class="silence-it">
      <button
        type="button"
        onClick={() => beginSilence({ alertId, headline, seen: operatorRevision })}
      >
        {words.silences.ofAlert}
      </button>
    </p>
  )
}

interface KnownAtProps {
  readonly alert: AlertDetail
  readonly chosen: number
  readonly onPick: (index: number) => void
}

/** What was known at a time: each event of the alert is one. */
function KnownAt({ alert, chosen, onPick }: KnownAtProps) {
  if (alert.revisions.length < 2) return null
  return (
    <label class="choice known-at">
      <span>{words.alert.knownAt}</span>
      <select value={chosen} onChange={event => onPick(Number(event.currentTarget.value))}>
        <option value={-1}>{words.alert.knownNow}</option>
        {alert.revisions.map(({ id, time, type, data }, i) => (
          <option key={id} value={i}>
            {`${timeAtWords(time, alert.area)}, ${eventWords(type, data)}`}
          </option>
        ))}
      </select>
    </label>
  )
}
