// The page of the chosen alert: facts, actions, news, why it was raised, its chart, evidence and
// history. Prints as a report.

import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { evidenceKnownAt } from '../../map/evidence-steps.ts'
import { handlingOnPaper } from '../../shown/handling-on-paper.ts'
import { type AlertDetail, isOpen, type ShownAlert } from '../../shown/shown-alert.ts'
import { acting, beginCorrection } from '../../state/acts.ts'
import { detail, detailAsOf, type ShownDetail } from '../../state/alert-detail.ts'
import {
  behindSinceMs,
  chosenId,
  freshness,
  isOfficer,
  mayUse,
  nowMs,
  picture,
  pictureAge
} from '../../state/console-state.ts'
import { openAlert } from '../../state/current-view.ts'
import { closeAlert, queue } from '../../state/queue-state.ts'
import { dispositionWords } from '../../words/alert-words.ts'
import { timeAtWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { PlaceOfTimes } from '../parts/alert-mark.tsx'
import { Button } from '../parts/basics.tsx'
import { Outcome } from '../parts/form.tsx'
import { Icon } from '../parts/icon.tsx'
import { Narrative } from '../parts/records.tsx'
import { CopyLink } from '../parts/view-page.tsx'
import { ActBar } from './acts.tsx'
import { People, Rule, Silenced, Story } from './aside.tsx'
import { Evidence, EvidenceMap } from './evidence.tsx'
import { Facts, Head, judgementIn, Why } from './head.tsx'
import { Deeds, History, News } from './history.tsx'
import { Picture } from './picture.tsx'

export function OpenAlert() {
  pictureAge.value
  const state = detail.value
  const id = chosenId.value
  const panel = useRef<HTMLElement>(null)
  // Before it is drawn: somebody who moves straight to the search or a field keeps the focus there.
  useLayoutEffect(() => {
    if (id === null) return
    panel.current?.focus({ preventScroll: true })
    panel.current?.scrollTo({ top: 0 })
  }, [id])
  if (id === null) return null
  const known = state.kind === 'shown' ? state.alert : picture.alerts.get(id)
  return (
    <PlaceOfTimes.Provider value={known?.area}>
      <article class="alert" aria-label={words.alert.label} ref={panel} tabIndex={-1}>
        {state.kind === 'shown' ? (
          <Whole key={id} {...state} />
        ) : (
          <>
            {known === undefined ? (
              <Tools />
            ) : (
              <Head alert={known}>
                <Tools />
              </Head>
            )}
            <div class="alert-state">
              <p role="status">
                {state.kind === 'gone'
                  ? words.alert.gone
                  : state.kind === 'failed'
                    ? words.alert.failed
                    : words.alert.loading}
              </p>
              <Outcome state={acting.stateOf(id)} />
            </div>
          </>
        )}
      </article>
    </PlaceOfTimes.Provider>
  )
}

function Tools() {
  const { rows } = queue.value
  const at = rows.findIndex(({ alert }) => alert.alertId === chosenId.value)
  const to = (row: number, name: string, icon: 'up' | 'down', key: string) => {
    const next = at < 0 ? undefined : rows[row]
    return (
      <Button
        class="bare square"
        aria-label={name}
        title={`${name} (${key})`}
        disabled={next === undefined}
        onClick={() => (next === undefined ? undefined : openAlert(next.alert.alertId))}
      >
        <Icon name={icon} />
      </Button>
    )
  }
  return (
    <>
      {to(at - 1, words.alert.previous, 'up', 'K')}
      {to(at + 1, words.alert.next, 'down', 'J')}
      <Button
        class="back bare square"
        aria-label={words.alert.back}
        title={words.alert.back}
        onClick={closeAlert}
      >
        <Icon name="cross" />
      </Button>
    </>
  )
}

function Whole({ alert, isAll }: ShownDetail) {
  const { alertId, revisions, area } = alert
  const [knownId, setKnownId] = useState<string | null>(null)
  const [picked, setPicked] = useState<string | null>(null)
  const knownAt = knownId === null ? -1 : revisions.findIndex(({ id }) => id === knownId)
  const isLost = knownId !== null && knownAt < 0
  const then = revisions[knownAt]
  const shown: ShownAlert = then?.data ?? alert
  const toNow = then === undefined ? null : () => setKnownId(null)
  const past = then === undefined ? revisions : revisions.slice(0, knownAt + 1)
  const known = useMemo(() => evidenceKnownAt(alert, knownAt), [alert, knownAt])
  const drawn = useMemo(
    () => (known === null ? alert : { ...alert, evidence: known.evidence }),
    [alert, known]
  )
  const mayAct = mayUse('alerts:operate')
  return (
    <>
      <OnPaper alert={alert} then={then?.time ?? null} />
      <Head alert={shown} evidence={drawn.evidence} revisions={past}>
        <Tools />
      </Head>
      <Facts alert={shown} evidence={drawn.evidence} />
      {mayAct ? <ActBar alert={alert} onNow={toNow} /> : <Reader />}
      <div class="alert-body as-grid">
        <div class="stack as-grid slim">
          {isOfficer.value ? <Silenced alert={alert} /> : null}
          {isLost ? (
            <p class="then" role="status">
              {words.alert.knownLost}
            </p>
          ) : null}
          {then === undefined ? null : (
            <p class="then" role="status">
              {words.alert.knownThen(timeAtWords(then.time, area))}
            </p>
          )}
          <Judged alert={shown} revisions={past} />
          {then === undefined ? <News alert={alert} /> : null}
          <Deeds
            revisions={past}
            operator={shown.operator}
            raisedAt={alert.raisedAt}
            country={area.country[0]}
            onCorrect={mayAct && toNow === null ? deed => beginCorrection(alertId, deed) : null}
          />
          <Why alert={shown} />
          <Picture alert={alert} />
          <Evidence
            alert={drawn}
            now={alert}
            isAll={isAll}
            then={known === null ? null : { total: known.total, at: then?.time ?? '' }}
            picked={picked}
            onPick={setPicked}
          />
          <History alert={alert} onShow={setKnownId} />
        </div>
        <aside class="stack as-grid slim">
          <EvidenceMap alert={drawn} picked={picked} onPick={setPicked} />
          <People alert={alert} />
          <Story alert={alert} />
          <Rule alert={alert} />
        </aside>
      </div>
    </>
  )
}

function Reader() {
  return (
    <div class="acts is-reader line stay surface">
      <span class="note line slim quiet">{words.acts.notAllowed}</span>
      <CopyLink class="copy-alert" linkOf={() => location.href}>
        {words.queueWork.copyLink}
      </CopyLink>
      <Button onClick={() => print()}>{words.alert.print}</Button>
    </div>
  )
}

function Judged({ alert, revisions }: { alert: ShownAlert; revisions: AlertDetail['revisions'] }) {
  const { disposition } = alert.operator
  // The title shows what the rules ended.
  if (isOpen(alert) || disposition === null) return null
  const entry = judgementIn(revisions)
  const text = entry?.data.action?.text
  const title = words.alert.judgedTitle(dispositionWords(disposition))
  return (
    <section class="card closed-words" aria-label={title}>
      <h3>{title}</h3>
      {text ? <Narrative text={text} label={title} /> : null}
      {entry === null ? null : (
        <p class="quiet">
          <bdi>
            {words.alert.judgedBy(
              entry.data.action?.by ?? words.responses.someOfficer,
              timeAtWords(entry.time, alert.area)
            )}
          </bdi>
        </p>
      )}
    </section>
  )
}

/** On a printed sheet: who may read it, and as of when. `then`: the time that is viewed. */
function OnPaper({ alert, then }: { readonly alert: AlertDetail; readonly then: string | null }) {
  const state = freshness.value
  const liveMs = state.kind === 'stale' ? state.sinceMs : (behindSinceMs.value ?? nowMs.value)
  const asOfMs = detailAsOf.value ?? liveMs
  const known = then ?? (asOfMs === null ? null : new Date(asOfMs).toISOString())
  const handling = handlingOnPaper(alert, isOfficer.value)
  return (
    <p class="on-paper">
      {words.alert.onPaper(
        words.handlings[handling],
        known === null ? words.alert.notKnownWhen : timeAtWords(known, alert.area)
      )}
    </p>
  )
}
