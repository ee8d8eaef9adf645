// How often a rule would have raised alerts over the kept data: in sum, by time, and one by one on
// list and map.

import { useMemo, useState } from 'preact/hooks'
import type { RulePreview, TheatrePreview } from '../../shown/answers.ts'
import { severityMarks } from '../../shown/shown-alert.ts'
import { nowIn, theatreWords } from '../../state/console-state.ts'
import { type BacktestBar, backtestSum } from '../../upkeep/backtest-bars.ts'
import { computeSketches } from '../../upkeep/preview-sketches.ts'
import { computeDay, durationWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { SketchMap } from './sketch-map.tsx'
import { Sketches } from './sketches.tsx'

export function Backtest({ preview }: { readonly preview: RulePreview }) {
  const told = words.rules
  // As of the answer: it does not change while it is read.
  const sum = useMemo(() => backtestSum(preview, latestNow(preview)), [preview])
  const sketches = useMemo(() => computeSketches(preview, 'appear'), [preview])
  const [picked, setPicked] = useState<string | null>(null)
  const pick = (id: string) => setPicked(picked === id ? null : id)
  const since = sum.sinceMs === null ? null : computeDay(sum.sinceMs)
  return (
    <section class="rule-preview" aria-labelledby="backtest-title">
      <h3 id="backtest-title">{told.backtestTitle}</h3>
      <p>
        {since === null ? told.backtestOfNothing : told.backtestSum(sum.total, since, sum.perYear)}
      </p>
      <p class="soft">{told.backtestMeans}</p>
      {sum.total === 0 ? null : (
        <>
          <SketchMap label={told.backtestMap} sketches={sketches} picked={picked} onPick={pick} />
          <Bars bars={sum.bars} />
          {preview.theatres.map(({ theatre, omitted, lateness }) => {
            const own = sketches.filter(each => each.theatre === theatre)
            const title = told.backtestIn(own.length + omitted, theatreWords(theatre))
            return (
              <div key={theatre} class="rule-preview-theatre">
                <Sketches sign="+" title={title} sketches={own} picked={picked} onPick={pick}>
                  {lateness === null ? null : <p>{latenessWords(lateness)}</p>}
                </Sketches>
                {omitted === 0 ? null : <p>{told.omitted(omitted)}</p>}
              </div>
            )
          })}
        </>
      )}
      {preview.complete ? null : (
        <p class="failure">{told.elsewhere(preview.elsewhere.join(', '))}</p>
      )}
    </section>
  )
}

function latenessWords({
  medianSeconds,
  p90Seconds,
  maxSeconds
}: NonNullable<TheatrePreview['lateness']>): string {
  return words.rules.lateness(
    durationWords(medianSeconds),
    durationWords(p90Seconds),
    durationWords(maxSeconds)
  )
}

/** The time in the theatres that have incidents: in a replay, that of the replay. */
function latestNow({ theatres }: RulePreview): number {
  return Math.max(
    ...theatres.filter(({ since }) => since !== null).map(({ theatre }) => nowIn(theatre))
  )
}

/** A table whose last column is a bar: the same for eyes and for who has it read. */
function Bars({ bars }: { readonly bars: readonly BacktestBar[] }) {
  const told = words.rules
  const most = Math.max(1, ...bars.map(({ total }) => total))
  return (
    <table class="backtest-bars">
      <caption>{told.backtestBars}</caption>
      <thead>
        <tr>
          <th scope="col">{told.period}</th>
          <th scope="col">{told.alerts}</th>
          <th scope="col">{told.bySeverity}</th>
        </tr>
      </thead>
      <tbody>
        {bars.map(({ period, total, alerts }) => (
          <tr key={period}>
            <th scope="row">{period}</th>
            <td>{total}</td>
            <td>
              <progress max={most} value={total} aria-hidden="true" />{' '}
              {alerts.map(({ severity, count }) => (
                <span key={severity} class={`severity ${severity}`}>
                  <span aria-hidden="true">{severityMarks[severity]}</span> {count}{' '}
                  {words.severities[severity]}{' '}
                </span>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
