// The head of an alert: its mark and title, certainty, and four facts; and why it was raised.

import type { ComponentChildren } from 'preact'
import { type Gauge as Drawn, explainAlert, readGauge } from '../../change/why.ts'
import {
  isOpen,
  type ShownAlert,
  type ShownEvidence,
  type ShownRevision
} from '../../shown/shown-alert.ts'
import { nowIn } from '../../state/console-state.ts'
import {
  deathsWords,
  dispositionWords,
  readTexts,
  shortPlaceWords
} from '../../words/alert-words.ts'
import { countryWords, reasonWords } from '../../words/code-names.ts'
import { capital } from '../../words/language/language.ts'
import { ageWords, agoWords, dayWords, timeAtWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { AlertHeadline, AlertMark, SuiteProse, Time } from '../parts/alert-mark.tsx'
import { Icon } from '../parts/icon.tsx'

interface HeadProps {
  readonly alert: ShownAlert
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
      <bdi>{assignedTo ?? acknowledgedBy ?? words.holder.nobodyAlone}</bdi>
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

/** Of more the latest are shown, which are the gravest. */
const ticksMax = 4

const shown = (value: number) =>
  value.toLocaleString(words.language, { maximumSignificantDigits: 3 })

export function Why({ alert }: { readonly alert: ShownAlert }) {
  const texts = words.alert
  const { measure, status } = alert
  const said = readTexts(alert)
  const lang = said.language
  const levels = alert.levels.map(({ level, at }, i) => ({
    level,
    at,
    reason: said.levels[i] ?? ''
  }))
  const { found, ends, rest } = explainAlert(said.explanation)
  const gauge = readGauge(alert)
  const stands = status !== 'retracted'
  const [earlier, latest] = [levels.slice(0, -ticksMax), levels.slice(-ticksMax)]
  return (
    <section class="card why" aria-label={texts.why}>
      <h3>
        {texts.why}{' '}
        <small>
          {isOpen(alert) && measure.value > 1
            ? texts.enough(shown(measure.value), said.measure, shown(measure.threshold))
            : isOpen(alert)
              ? ''
              : texts.whyRaised}
        </small>
      </h3>
      {gauge === null ? null : <Gauge gauge={gauge} name={said.measure} />}
      {earlier.length === 0 ? null : (
        <details>
          <summary>{texts.earlierLevels(earlier.length)}</summary>
          <Ticks levels={earlier} lang={lang} stands={stands} />
        </details>
      )}
      <Ticks levels={latest} lang={lang} stands={stands} />
      <p class="prose">
        <SuiteProse text={found} lang={lang} />
      </p>
      <p class="prose quiet">
        {measure.falseAlarmsPerYear === null
          ? null
          : `${texts.falseAlarmsPerYear(measure.falseAlarmsPerYear)} `}
        {ends === null ? null : <SuiteProse text={texts.ends(ends)} lang={lang} />}
      </p>
      {rest.length === 0 ? null : (
        <details>
          <summary>{texts.inFull}</summary>
          <p class="prose">
            <SuiteProse text={rest.join(' ')} lang={lang} />
          </p>
        </details>
      )}
    </section>
  )
}

interface TicksProps {
  readonly levels: ShownAlert['levels']
  readonly lang: string
  /** False: no longer fulfilled. */
  readonly stands: boolean
}

function Ticks({ levels, lang, stands }: TicksProps) {
  return (
    <ol class="ticks as-grid gap-2">
      {levels.map(({ level, at, reason }) => (
        <li key={level} class={stands ? '' : 'is-not'}>
          <Icon name={stands ? 'check' : 'cross'} />
          <SuiteProse text={capital(reason)} lang={lang} />
          <span class="faint one-line">{words.alert.reachedOn(dayWords(at))}</span>
        </li>
      ))}
    </ol>
  )
}

/** The bar is as wide as its room; words stand in places of a hundredth each. */
function Gauge({ gauge, name }: { readonly gauge: Drawn; readonly name: string }) {
  const texts = words.alert
  const { value, max, marks } = gauge
  const said = { threshold: texts.threshold, usual: texts.usual, level: texts.level }
  const x = (of: number) => `${((of / max) * 100).toFixed(2)}%`
  const all = marks.map(({ at, kind }) => said[kind](shown(at))).join(', ')
  return (
    <svg
      class="gauge"
      width="100%"
      height={marks.length > 1 ? 54 : 42}
      role="img"
      aria-label={`${shown(value)} ${name}. ${all}.`}
    >
      <rect class="bar" x="0" y="22" width={x(value)} height="12" rx="2" />
      {marks.map(({ at, kind }, i) => (
        <g key={at} class={`of-${kind}`}>
          <line x1={x(at)} x2={x(at)} y1="16" y2="40" />
          <text
            x={x(at)}
            y={i % 2 === 0 ? 11 : 52}
            text-anchor={at / max > 0.8 ? 'end' : at / max < 0.12 ? 'start' : 'middle'}
          >
            {said[kind](shown(at))}
          </text>
        </g>
      ))}
      <text class="value" x={x(value)} dx="6" y="32">
        {shown(value)}
      </text>
    </svg>
  )
}
