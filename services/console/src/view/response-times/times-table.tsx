// All figures of the report, one row for each severity, area, officer or subscriber.

import '../../style/figures.css'
import type { TimesBy, TimesRow } from '../../shown/answers.ts'
import { type Severity, severities } from '../../shown/shown-alert.ts'
import { durationWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { SeverityMark } from '../parts/severity.tsx'

interface TableProps {
  readonly by: TimesBy
  readonly rows: readonly TimesRow[]
  readonly nameOf: (row: TimesRow) => string
}

export function TimesTable({ by, rows, nameOf }: TableProps) {
  const told = words.responseTimes
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must be able to.
    <section class="figures" tabIndex={0} aria-label={told.table[by]}>
      <table>
        <caption>{told.table[by]}</caption>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              {told.names[by]}
            </th>
            <th scope="col" rowSpan={2}>
              {told.called}
            </th>
            <th scope="colgroup" colSpan={3}>
              {told.acknowledged}
            </th>
            <th scope="colgroup" colSpan={3}>
              {told.responded}
            </th>
            <th scope="col" rowSpan={2}>
              {told.unanswered}
            </th>
          </tr>
          <tr>
            <Columns />
            <Columns />
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={`${nameOf(row)} ${row.officerId ?? row.subscriptionId ?? ''} ${row.drill}`}>
              <th scope="row">
                {row.drill ? <b class="drill">{words.queue.drill}</b> : null}{' '}
                <Name row={row} name={nameOf(row)} />
              </th>
              <td>{row.called.toLocaleString(words.language)}</td>
              <td>{row.acknowledged.toLocaleString(words.language)}</td>
              <Time seconds={row.acknowledgementMedianS} />
              <Time seconds={row.acknowledgementP90S} />
              <td>{row.responded.toLocaleString(words.language)}</td>
              <Time seconds={row.responseMedianS} />
              <Time seconds={row.responseP90S} />
              <td>
                {row.unanswered === 0 ? 0 : <b>{row.unanswered.toLocaleString(words.language)}</b>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Columns() {
  const told = words.responseTimes
  return (
    <>
      <th scope="col">{told.called}</th>
      <th scope="col">{told.median}</th>
      <th scope="col">{told.p90}</th>
    </>
  )
}

function Name({ row: { severity }, name }: { readonly row: TimesRow; readonly name: string }) {
  return severities.includes(severity as Severity) ? (
    <SeverityMark severity={severity as Severity} />
  ) : (
    <bdi>{name}</bdi>
  )
}

function Time({ seconds }: { readonly seconds: number | null }) {
  if (seconds !== null) return <td>{durationWords(seconds)}</td>
  return (
    <td>
      <span class="visually-hidden">{words.responseTimes.noTime}</span>
      <span aria-hidden="true">–</span>
    </td>
  )
}
