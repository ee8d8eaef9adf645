// The aside of an alert: who is concerned, its story, and its rule.

import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { answeredEarlier } from '../../records/subscription.ts'
import { type AlertDetail, isOpen, type ShownAnswer } from '../../shown/shown-alert.ts'
import { toldToOfficers } from '../../state/alert-detail.ts'
import { isOfficer, mayUse, picture } from '../../state/console-state.ts'
import { openView, openViews } from '../../state/current-view.ts'
import { useDispositions } from '../../state/dispositions.ts'
import { watches } from '../../state/watches.ts'
import { patternWords, responseKindWords, seenBelowWords } from '../../words/alert-words.ts'
import { judgedWords } from '../../words/judged-words.ts'
import { lateWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { NamedAlert } from '../parts/alert-link.tsx'
import { Time } from '../parts/time.tsx'
import { Notified } from './notified.tsx'

function Row({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
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
      <dl class="kv">
        <Row name={words.filters.facets.owner}>
          <bdi>{operator.assignedTo ?? operator.acknowledgedBy ?? texts.nobody}</bdi>
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
              <bdi>{officer}</bdi> {words.acts.until} <Time at={until} />
            </div>
          ))}
    </Row>
  )
}

/**
 * Who answered longer ago than those whom the alert keeps: from who was notified, which stands above.
 */
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

function PartnerHasIt({ answer }: { readonly answer: ShownAnswer }) {
  const { by, at, until, note, response } = answer
  return (
    <div>
      <bdi>{by}</bdi> <Time at={at} />
      {until === null ? null : (
        <>
          {' '}
          {words.acts.until} <Time at={until} />
        </>
      )}
      {note === null ? null : (
        <>
          {': '}
          <bdi>{note}</bdi>
        </>
      )}
      {response === undefined ? null : (
        <>
          {' · '}
          {responseKindWords(response.kind)} <Time at={response.at} />
        </>
      )}
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
    <section class="card" aria-label={words.alert.rule}>
      <h3>{words.alert.rule}</h3>
      <p>
        {openViews.value.includes('rules') ? (
          <button type="button" class="as-link" onClick={() => openView('rules', ruleId)}>
            {name}
          </button>
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
