// The aside of an alert: who is concerned, who was notified of it and what blocks that, its story,
// and its rule. Also the silences over it.

import type { ComponentChildren } from 'preact'
import { useContext, useEffect } from 'preact/hooks'
import {
  answeredEarlier,
  findSilence,
  listNotified,
  listNotNotified,
  rowLevel,
  silencesNow,
  toldInOrder
} from '../../records/subscription.ts'
import type { AlertTold, SilenceOver } from '../../shown/answers.ts'
import { type AlertDetail, isOpen, type ShownAnswer } from '../../shown/shown-alert.ts'
import { toldToOfficers } from '../../state/alert-detail.ts'
import { useDispositions } from '../../state/asked-reports.ts'
import { isOfficer, mayUse, nowMs, picture } from '../../state/console-state.ts'
import { openView, openViews } from '../../state/current-view.ts'
import { useAsking } from '../../state/resource.ts'
import { subscriptions } from '../../state/subscriptions.ts'
import { watches } from '../../state/watches.ts'
import {
  eventWords,
  patternWords,
  responseKindWords,
  seenBelowWords
} from '../../words/alert-words.ts'
import { silencedFrom } from '../../words/filter-words.ts'
import { heldWords, judgedWords } from '../../words/policy-words.ts'
import { lateWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { AlertLink, NamedAlert, PlaceOfTimes, Time } from '../parts/alert-mark.tsx'
import { Button } from '../parts/basics.tsx'
import { Failure, Mark } from '../parts/records.tsx'

function Row({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <>
      <dt class="faint">{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

export function People({ alert }: { readonly alert: AlertDetail }) {
  const texts = words.alert
  const { operator, seenBelow, handling } = alert
  return (
    <section class="card" aria-label={texts.people}>
      <h3>{texts.people}</h3>
      <dl class="kv as-grid">
        <Row name={words.filters.facets.owner}>
          <bdi>{operator.assignedTo ?? operator.acknowledgedBy ?? words.holder.nobodyAlone}</bdi>
        </Row>
        {mayUse('alerts:operate') ? <OnShift /> : null}
        {isOfficer.value ? (
          <Row name={texts.notified}>
            <Notified />
          </Row>
        ) : null}
        {operator.answers === undefined ? null : (
          <Row name={words.told.partnersHaveIt}>
            {operator.answers.map(answer => (
              <PartnerHasIt key={answer.subscriptionId} answer={answer} />
            ))}
            <EarlierAnswers answers={operator.answers} />
          </Row>
        )}
        <Row name={texts.handling}>{words.handlings[handling]}</Row>
        {mayUse('alerts:operate')
          ? seenBelow.map(below =>
              below.handling === 'restricted' ? null : (
                <Row key={below.handling} name={texts.seenBelow[below.handling]}>
                  {seenBelowWords(alert, below)}
                </Row>
              )
            )
          : null}
      </dl>
    </section>
  )
}

function OnShift() {
  const texts = words.alert
  useEffect(() => void watches.load(), [])
  const all = watches.state.value.body?.items ?? []
  if (all.length === 0) return null
  const shifts = all.flatMap(({ onWatch }) => onWatch)
  return (
    <Row name={texts.onShift}>
      {shifts.length === 0
        ? texts.nobodyOnShift
        : shifts.map(({ officer, until }) => (
            <div key={`${officer} ${until}`}>
              <bdi>{officer}</bdi>
              <At after={words.acts.until} at={until} />
            </div>
          ))}
    </Row>
  )
}

/** Who answered longer ago than those whom the alert keeps: from who was notified, which stands above. */
function EarlierAnswers({ answers }: { readonly answers: readonly ShownAnswer[] }) {
  const earlier = answeredEarlier(answers, toldToOfficers.state.value.body)
  if (earlier.length === 0) return null
  return (
    <details>
      <summary>{words.told.answeredEarlier(earlier.length)}</summary>
      {earlier.map(answer => (
        <PartnerHasIt key={answer.subscriptionId} answer={answer} />
      ))}
    </details>
  )
}

/** ` · since 14:03`; nothing without a time. */
function At({ after, at }: { after: string; at: string | null | undefined }) {
  if (at == null) return null
  return (
    <>
      {` ${after} `}
      <Time at={at} />
    </>
  )
}

/** ` (made by Ama)`; nothing without a name. */
function MadeBy({ name }: { readonly name: string | null }) {
  if (name === null) return null
  return (
    <>
      {` (${words.told.madeBy} `}
      <bdi>{name}</bdi>)
    </>
  )
}

function PartnerHasIt({ answer }: { readonly answer: ShownAnswer }) {
  const { by, at, until, note, response } = answer
  return (
    <div>
      <bdi>{by}</bdi> <Time at={at} />
      <At after={words.acts.until} at={until} />
      {note === null ? '' : ': '}
      <bdi>{note}</bdi>
      <At after={response ? `· ${responseKindWords(response.kind)}` : ''} at={response?.at} />
    </div>
  )
}

export function Story({ alert }: { readonly alert: AlertDetail }) {
  const whole = alert.partOf === null ? undefined : picture.alerts.get(alert.partOf)
  const parts = [...picture.alerts.values()].filter(
    each => each.partOf === alert.alertId && isOpen(each)
  )
  if (whole === undefined && parts.length === 0) return null
  return (
    <section class="card" aria-label={words.alert.story}>
      <h3>{whole === undefined ? words.alert.parts(parts.length) : words.alert.story}</h3>
      <ul class="story">
        {(whole === undefined ? parts : [whole]).map(each => (
          <li key={each.alertId}>
            <NamedAlert alert={each} />
          </li>
        ))}
      </ul>
    </section>
  )
}

export function Rule({ alert }: { readonly alert: AlertDetail }) {
  const { ruleId, ruleVersion, theatre, raisedAt, times, window } = alert
  const rows = useDispositions(ruleId)
  const name = patternWords(ruleId)
  return (
    <section class="card" aria-label={words.filters.facets.pattern}>
      <h3>{words.filters.facets.pattern}</h3>
      <p>
        {openViews.value.includes('rules') ? (
          <Button class="as-link" onClick={() => openView('rules', ruleId)}>
            {name}
          </Button>
        ) : (
          name
        )}
        , {words.alert.ruleVersion(ruleVersion)}
      </p>
      {mayUse('alerts:read') && rows !== null ? (
        <p class="quiet measured">{judgedWords(rows.find(row => row.theatre === theatre))}</p>
      ) : null}
      <p class="quiet">
        {words.alert.raisedAt} <Time at={raisedAt} />,{' '}
        {lateWords(raisedAt, times.firstReportedAt, window.from)}
      </p>
    </section>
  )
}

/** `Silenced` above it requests the data. */
function Notified() {
  const { body, failure } = toldToOfficers.state.value
  const rows = toldInOrder(listNotified(body))
  const having = rows.filter(({ state }) => state === 'accepted').length
  return (
    <>
      <Failure failure={failure} />
      {rows.length === 0 ? (
        failure === null ? (
          <p>{body === null ? words.views.asking : words.told.noneInReach}</p>
        ) : null
      ) : (
        <details class="told">
          <summary>{words.told.summary(having, rows.length)}</summary>
          <ul class="told-list as-grid gap-2">
            {rows.map(row => (
              <NotifiedRow key={row.subscriptionId} row={row} />
            ))}
          </ul>
        </details>
      )}
      <NotNotified rows={listNotNotified(body)} />
    </>
  )
}

/** Folded: an officer asks for it only if somebody should have been notified. */
function NotNotified({ rows }: { readonly rows: readonly AlertTold[] }) {
  const { told } = words
  if (rows.length === 0) return null
  return (
    <details class="told">
      <summary>{told.notNotified(rows.length)}</summary>
      <ul class="told-others fine">
        {rows.map(({ subscriptionId, by, cause }) => (
          <li key={subscriptionId}>
            <bdi>{by ?? told.unnamed}</bdi>: {told.causes[cause] ?? cause}
          </li>
        ))}
      </ul>
    </details>
  )
}

function NotifiedRow({ row }: { readonly row: AlertTold }) {
  const { by, contact, type, state, acceptedAt, waitsSince, reminded } = row
  const { held = null, repeatHeld = null } = row
  const { told } = words
  const level = rowLevel(row)
  const stateWords =
    state === 'held' && held?.reason === 'silenced' ? told.silenced : told.states[state]
  return (
    <li class={`is-${level}`}>
      <h4>
        <bdi>{by ?? told.unnamed}</bdi> <Mark level={level} text={stateWords} />
      </h4>
      <p>
        {type === null ? null : eventWords(type)}
        <At after={`· ${told.states.accepted}`} at={acceptedAt} />
        <At after={`· ${told.since}`} at={waitsSince} />
        <At after={`· ${told.reminded(reminded?.count ?? 0)}`} at={reminded?.at} />
        {reminded ? told.newestReminder(reminded.state) : ''}
      </p>
      {held === null ? null : <Held held={held} />}
      {repeatHeld === null ? null : <Held held={repeatHeld} before={told.notRepeated} />}
      {contact === null ? null : (
        <p>
          {told.contact} <bdi>{contact}</bdi>
        </p>
      )}
    </li>
  )
}

/** What defers the notification or its reminder, and until when, if the officer may know. */
function Held({ held, before = '' }: { held: NonNullable<AlertTold['held']>; before?: string }) {
  const place = useContext(PlaceOfTimes)
  const { told } = words
  const { reason, until, by } = held
  const silence = findSilence(held, toldToOfficers.state.value.body)
  return (
    <p>
      {before}{' '}
      {silence === null ? (
        reason === null ? (
          told.heldUntold
        ) : (
          heldWords({ reason, until, by }, place)
        )
      ) : (
        <>
          {told.heldBySilence} <Time at={until ?? silence.endsAt} />
          <MadeBy name={silence.by} />. <OpenSilence id={silence.id} />
        </>
      )}{' '}
      {silence === null && by !== null && reason === 'silenced' ? <OpenSilence id={by} /> : null}
      {by !== null && reason === 'told-in-story' && mayUse('alerts:read') ? (
        <AlertLink id={by}>{told.toldInstead}</AlertLink>
      ) : null}
    </p>
  )
}

/** Above this only the number of the rest is shown. */
const shownMax = 3

/** Asks who was notified as well: the aside reads that from the same answer. */
export function Silenced({ alert }: { readonly alert: AlertDetail }) {
  const { alertId, revision, operatorRevision } = alert
  useAsking(
    toldToOfficers.load,
    ['silences', 'subscriptions', 'deliveries'],
    [alertId, revision, operatorRevision]
  )
  const silences = silencesNow(toldToOfficers.state.value.body, nowMs.value)
  const more = silences.length - shownMax
  if (silences.length === 0) return null
  return (
    <div class="then silenced" role="status">
      {silences.slice(0, shownMax).map(each => (
        <SilenceLine key={each.id} silence={each} />
      ))}
      {more > 0 ? (
        <p>
          <Button class="as-link" onClick={() => openView('silences')}>
            {words.told.silencedMore(more)}
          </Button>
        </p>
      ) : null}
    </div>
  )
}

function SilenceLine({ silence }: { readonly silence: SilenceOver }) {
  const { id, endsAt, by, reason } = silence
  const { told } = words
  return (
    <p>
      <b>
        {told.silencedUntil} <Time at={endsAt} />
      </b>
      <MadeBy name={by} />
      {reason === null ? '' : ': '}
      <bdi>{reason}</bdi>
      {'. '}
      {told.silencedFrom}{' '}
      <bdi>{silencedFrom(silence, subscriptions.state.value.body?.items ?? [])}</bdi>.{' '}
      <OpenSilence id={id} />
    </p>
  )
}

function OpenSilence({ id }: { readonly id: string }) {
  return (
    <Button class="as-link" onClick={() => openView('silences', id)}>
      {words.told.openSilence}
    </Button>
  )
}
