// Why an alert was raised: met conditions as ticks, and the measure on a scale with thresholds.

import { type Gauge as Drawn, explainAlert, readGauge } from '../../change/why.ts'
import { isOpen, type ShownAlert } from '../../shown/shown-alert.ts'
import { readTexts } from '../../words/alert-texts.ts'
import { capital } from '../../words/language/language.ts'
import { dayWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { SuiteProse } from '../parts/alert-mark.tsx'
import { Icon } from '../parts/icon.tsx'

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
          <span>{words.alert.reachedOn(dayWords(at))}</span>
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
