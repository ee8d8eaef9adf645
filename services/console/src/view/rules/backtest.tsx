// How often a rule would have raised alerts over the retained data: in sum, and by time.

import { useMemo } from 'preact/hooks'
import { type BacktestBar, backtestSum } from '../../records/rule-preview.ts'
import type { RulePreview } from '../../shown/answers.ts'
import { severityMarks } from '../../shown/shown-alert.ts'
import { nowIn } from '../../state/console-state.ts'
import { computeDay } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'

export function BacktestSum({ preview }: { readonly preview: RulePreview }) {
  const told = words.rules
  // As of the answer: it does not change while it is read.
  const { sinceMs, total, perYear, bars } = useMemo(
    () => backtestSum(preview, latestNow(preview)),
    [preview]
  )
  return (
    <>
      <p>
        {sinceMs === null
          ? told.backtestOfNothing
          : told.backtestSum(total, computeDay(sinceMs), perYear)}
      </p>
      <p class="soft">{told.backtestMeans}</p>
      {total === 0 ? null : <Bars bars={bars} />}
    </>
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
          <th scope="col">{words.views.names.alerts}</th>
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
