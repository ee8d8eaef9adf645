// The head of an alert: its mark and title, certainty, and four facts.

import type { ComponentChildren } from 'preact'
import {
  isOpen,
  type ShownAlert,
  type ShownEvidence,
  type ShownRevision
} from '../../shown/shown-alert.ts'
import { nowIn } from '../../state/console-state.ts'
import { deathsWords, dispositionWords, shortPlaceWords } from '../../words/alert-words.ts'
import { countryWords, reasonWords } from '../../words/code-names.ts'
import { capital } from '../../words/language/language.ts'
import { ageWords, agoWords, dayWords, timeAtWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { AlertHeadline, AlertMark } from '../parts/alert-mark.tsx'
import { Time } from '../parts/time.tsx'

interface HeadProps {
  readonly alert: ShownAlert
  /** The part of the evidence that is loaded. */
  readonly evidence?: readonly ShownEvidence[]
  /** Its entries up to what is shown. */
  readonly revisions?: readonly ShownRevision[]
  readonly children?: ComponentChildren
}

export function Head({ alert, evidence = [], revisions = [], children }: HeadProps) {
  const texts = words.alert
  const count = sourcesIn(evidence)
  const status = words.statuses[alert.status]
  return (
    <header class="alert-head">
      <div class="alert-title as-grid gap-3">
        <AlertMark severity={alert.severity} pattern={alert.pattern} isNamed />
        <div>
          <h2>
            {alert.drill ? <b class="drill">{words.queue.drill}</b> : null}{' '}
            <AlertHeadline alert={alert} />
          </h2>
          <p class="sure soft line">
            <span class={`severity of-${alert.severity}`}>
              {capital(words.severities[alert.severity])}
            </span>
            {isOpen(alert) ? (
              <span>{count === 0 ? status : texts.sureOf(status, texts.sources(count))}</span>
            ) : (
              <b class="ended">
                <bdi>{endedWords(alert, revisions)}</bdi>
              </b>
            )}
            <span>{capital(words.certainties[alert.certainty])}</span>
            <span>{texts.revision(alert.revision)}</span>
          </p>
        </div>
        <div class="alert-tools line tight">{children}</div>
      </div>
    </header>
  )
}

/** The entry by which it was judged, if an officer did. */
export function judgementIn(revisions: readonly ShownRevision[]): ShownRevision | null {
  const last = revisions.findLast(
    ({ data }, i) => !isOpen(data) && (i === 0 || isOpen((revisions[i - 1] as ShownRevision).data))
  )
  return last?.data.operator.disposition ? last : null
}

/** How it ended: as it was judged, or why the rules ended it. */
function endedWords(alert: ShownAlert, revisions: readonly ShownRevision[]): string {
  const texts = words.alert
  const judged = judgementIn(revisions)
  if (judged !== null)
    return texts.judged(
      dispositionWords(judged.data.operator.disposition ?? ''),
      judged.data.action?.by ?? '',
      timeAtWords(judged.time, alert.area)
    )
  const { disposition } = alert.operator
  if (disposition !== null) return texts.judged(dispositionWords(disposition), '', '')
  const end = revisions.findLast(({ data }) => !isOpen(data))
  const at = end?.time ?? alert.times.detectedAt
  // The title already shows that an alert was retracted.
  return texts.ended(
    alert.status === 'retracted' ? '' : words.statuses[alert.status],
    timeAtWords(at, alert.area),
    alert.reason === null ? '' : reasonWords(alert.reason)
  )
}

/** Independent sources by the evidence that is shown: reports are counted with their incidents. */
export function sourcesIn(evidence: readonly ShownEvidence[]): number {
  return new Set(
    evidence.flatMap(({ incident }) =>
      (incident?.reports ?? []).filter(each => !each.withdrawn).map(each => each.sourceId)
    )
  ).size
}

interface FactsProps {
  readonly alert: ShownAlert
  readonly evidence: readonly ShownEvidence[]
}

export function Facts({ alert, evidence }: FactsProps) {
  const texts = words.alert
  const where = shortPlaceWords(alert)
  const km = alert.area.circle?.[2]
  const around = [
    ...alert.area.country.map(countryWords).filter(name => !where.includes(name)),
    ...(km === undefined ? [] : [texts.within(String(Math.round(km)))])
  ]
  const unknown = evidence.filter(
    ({ incident }) =>
      incident !== null &&
      incident.fatalities.low === null &&
      incident.fatalities.best === null &&
      incident.fatalities.high === null
  ).length
  return (
    <dl class="facts">
      <Fact name={texts.where} detail={<bdi>{around.join('; ')}</bdi>}>
        <bdi>{where === '' ? words.place.unknown : where}</bdi>
      </Fact>
      <Fact name={texts.since} detail={lastedWords(alert)}>
        {dayWords(alert.window.from)}
      </Fact>
      <Fact name={texts.deaths} detail={unknown === 0 ? '' : texts.noFigure(unknown)}>
        {capital(deathsWords(alert.fatalities))}
      </Fact>
      <Owner alert={alert} />
    </dl>
  )
}

function lastedWords({ window: { from, to }, theatre, status }: ShownAlert): string {
  const texts = words.alert
  if (to !== null && dayWords(to) !== dayWords(from)) return texts.lastedUntil(dayWords(to))
  return isOpen({ status }) ? texts.lasted(ageWords(nowIn(theatre) - Date.parse(from))) : ''
}

function Owner({ alert }: { readonly alert: ShownAlert }) {
  const texts = words.alert
  const { assignedTo, acknowledgedBy, acknowledgedUntil, since = null } = alert.operator
  const ago = since === null ? '' : agoWords(nowIn(alert.theatre) - Date.parse(since))
  return (
    <Fact
      name={words.filters.facets.owner}
      detail={
        <bdi>
          {acknowledgedBy === null && !isOpen(alert)
            ? ago
            : acknowledgedBy === null
              ? [ago, texts.notAcknowledged].filter(text => text !== '').join('; ')
              : acknowledgedUntil === null
                ? texts.acknowledgedAfter(acknowledgedBy, ago)
                : `${texts.acknowledgedAfter(acknowledgedBy, ago)}, ${words.acts.until} `}
          {acknowledgedBy === null || acknowledgedUntil === null ? null : (
            <Time at={acknowledgedUntil} />
          )}
        </bdi>
      }
    >
      <bdi>{assignedTo ?? acknowledgedBy ?? texts.nobody}</bdi>
    </Fact>
  )
}

interface FactProps {
  readonly name: string
  readonly detail: ComponentChildren
  readonly children: ComponentChildren
}

function Fact({ name, detail, children }: FactProps) {
  return (
    <div>
      <dt class="fine faint">{name}</dt>
      <dd class="strong">{children}</dd>
      {detail === '' ? null : <dd class="fine soft">{detail}</dd>}
    </div>
  )
}
