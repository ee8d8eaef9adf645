// Why an alert fired, how sure it is, and what it is about.

import type { ComponentChildren } from 'preact'
import type { SeenBelow, ShownAlert, ShownAnswer, ShownEvidence } from '../../shown/shown-alert.ts'
import { evidenceCountOf } from '../../shown/shown-alert.ts'
import { mayUse, nowIn } from '../../state/console-state.ts'
import { useDispositionsOf } from '../../state/response/dispositions.ts'
import { toldToOfficers } from '../../state/webhooks/told.ts'
import { answeredEarlier } from '../../upkeep/told-partners.ts'
import {
  deathsWords,
  doneWords,
  holderWords,
  placeWords,
  responseKindWords,
  seenBelowWords
} from '../../words/alert-words.ts'
import { judgedWords } from '../../words/judged-words.ts'
import { agoWords, dayWords, lateWords, windowWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { SuiteProse } from '../parts/suite-prose.tsx'
import { Time } from '../parts/time.tsx'

interface OfAlert {
  readonly alert: ShownAlert
}

export function Why({ alert }: OfAlert) {
  const { measure, explanation } = alert
  const { name, value, threshold, baseline, falseAlarmsPerYear } = measure
  return (
    <section aria-label={words.alert.why}>
      <h3>{words.alert.why}</h3>
      <p>
        <SuiteProse text={explanation} />
      </p>
      <MeasureBar {...measure} />
      <p class="soft">
        {name}: <b>{value}</b> · {words.alert.threshold} {threshold}
        {baseline === null ? '' : ` · ${words.alert.baseline} ${baseline}`}
        {falseAlarmsPerYear === null
          ? ''
          : ` · ${words.alert.falseAlarmsPerYear(falseAlarmsPerYear)}`}
      </p>
      <Measured alert={alert} />
    </section>
  )
}

/**
 * Below what is expected: what officers found. It has its room before it is told: what stands below
 * it is not moved.
 */
function Measured({ alert: { ruleId, theatre } }: OfAlert) {
  const rows = useDispositionsOf(ruleId)
  if (!mayUse('alerts:read')) return null
  return (
    <p class="soft measured">
      {rows === null
        ? ''
        : `${words.judged.measured}: ${judgedWords(rows.find(row => row.theatre === theatre))}`}
    </p>
  )
}

/** The measure beside its threshold and what is usual; the words below say the same. */
function MeasureBar({ value, threshold, baseline }: ShownAlert['measure']) {
  const most = Math.max(value, threshold, baseline ?? 0)
  if (!(most > 0)) return null
  const part = (of: number) => `${Math.max(0, Math.min(1, of / most)) * 100}%`
  return (
    <div class="measure" aria-hidden="true">
      <span class="measure-value" style={{ inlineSize: part(value) }} />
      <span class="measure-threshold" style={{ insetInlineStart: part(threshold) }} />
      {baseline === null ? null : (
        <span class="measure-usual" style={{ insetInlineStart: part(baseline) }} />
      )}
    </div>
  )
}

function Row({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

/** Independent sources by the evidence that is shown: reports are counted with their incidents. */
function sourcesIn(evidence: readonly ShownEvidence[]): number {
  return new Set(
    evidence.flatMap(({ incident }) =>
      (incident?.reports ?? []).filter(each => !each.withdrawn).map(each => each.sourceId)
    )
  ).size
}

export function HowSure({
  alert,
  evidence,
  seenBelow
}: OfAlert & {
  readonly evidence: readonly ShownEvidence[]
  readonly seenBelow: readonly SeenBelow[]
}) {
  const count = sourcesIn(evidence)
  return (
    <section aria-label={words.alert.sure}>
      <h3>{words.alert.sure}</h3>
      <dl class="facts">
        <Row name={words.alert.certainty}>{words.certainties[alert.certainty]}</Row>
        <Row name={words.alert.status}>{words.statuses[alert.status]}</Row>
        <Row name={words.alert.rests}>
          {words.evidence.title(evidenceCountOf(alert))}
          {count === 0 ? '' : ` · ${words.alert.namedSources(count)}`}
        </Row>
        {seenBelow.length === 0 || !mayUse('alerts:operate') ? null : (
          <Row name={words.alert.seenBelow}>{seenBelowWords(alert.alertId, seenBelow)}</Row>
        )}
        <Row name={words.alert.levels}>
          <ol class="levels">
            {alert.levels.map(({ level, at, reason }) => (
              <li key={level} value={level}>
                <SuiteProse text={reason} /> <span class="soft">{dayWords(at)}</span>
              </li>
            ))}
          </ol>
        </Row>
      </dl>
    </section>
  )
}

/**
 * Who answered longer ago than those whom the alert keeps: from who was told, which stands below.
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
          {words.told.until} <Time at={until} />
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

interface FactsProps extends OfAlert {
  readonly raisedAt: string
  /** Since when somebody has it, ISO 8601. */
  readonly takenAt: string | null
}

export function Facts({ alert, raisedAt, takenAt }: FactsProps) {
  const where = placeWords(alert)
  return (
    <section aria-label={words.alert.about}>
      <h3>{words.alert.about}</h3>
      <dl class="facts">
        <Row name={words.alert.where}>
          <bdi>{where === '' ? words.place.unknown : where}</bdi>
        </Row>
        <Row name={words.alert.when}>{windowWords(alert.window)}</Row>
        <Row name={words.alert.deaths}>{deathsWords(alert.fatalities)}</Row>
        <Row name={words.alert.taken}>
          <bdi>{holderWords(alert.operator, alert.area)}</bdi>
          {takenAt === null ? null : (
            <>
              {' · '}
              {agoWords(nowIn(alert.theatre) - Date.parse(takenAt))} <Time at={takenAt} />
            </>
          )}
        </Row>
        {alert.operator.answers === undefined ? null : (
          <Row name={words.told.partnersHaveIt}>
            {alert.operator.answers.map(answer => (
              <PartnerHasIt key={answer.subscriptionId} answer={answer} />
            ))}
            <EarlierAnswers answers={alert.operator.answers} />
          </Row>
        )}
        <Row name={words.responses.title}>{doneWords(alert.operator, alert.area)}</Row>
        <Row name={words.alert.raised}>
          <Time at={raisedAt} />
        </Row>
        <Row name={words.alert.late}>{lateWords(raisedAt, alert.times)}</Row>
        <Row name={words.alert.changed}>
          <Time at={alert.times.detectedAt} />
        </Row>
        <Row name={words.alert.rule}>
          {words.alert.ruleVersion(alert.ruleId, alert.ruleVersion)}
        </Row>
        <Row name={words.alert.handling}>{words.handlings[alert.handling]}</Row>
      </dl>
    </section>
  )
}
