// All figures of the report, one row for each severity, area, officer or subscriber.

import '../../style/figures.css'
import { type Measure, measuredIn, measures } from '../../records/response-times.ts'
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
            {measures.map(what => (
              <th key={what} scope="colgroup" colSpan={4}>
                {told.measures[what]}
              </th>
            ))}
            <th scope="col" rowSpan={2}>
              {told.allInTime}
            </th>
            <th scope="col" rowSpan={2}>
              {told.unacknowledged}
            </th>
          </tr>
          <tr>
            {measures.flatMap(what =>
              [told.count, told.median, told.p90, told.inTime].map(title => (
                <th key={`${what} ${title}`} scope="col">
                  {title}
                </th>
              ))
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={`${nameOf(row)} ${row.officerId ?? row.subscriptionId ?? ''} ${row.drill}`}>
              <th scope="row">
                {row.drill ? <b class="drill">{words.queue.drill}</b> : null}{' '}
                <Name row={row} name={nameOf(row)} />
              </th>
              <Count of={row.called} />
              {measures.map(what => (
                <Measured key={what} row={row} what={what} />
              ))}
              <Count of={row.allInTime} />
              <td>{row.unanswered === 0 ? 0 : <b>{countWords(row.unanswered)}</b>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const countWords = (count: number) => count.toLocaleString(words.language)

function Count({ of }: { readonly of: number }) {
  return <td>{countWords(of)}</td>
}

function Measured({ row, what }: { readonly row: TimesRow; readonly what: Measure }) {
  const { count, inTime, times } = measuredIn(row, what)
  return (
    <>
      <Count of={count} />
      <Time seconds={times?.medianS ?? null} />
      <Time seconds={times?.p90S ?? null} />
      <Count of={inTime} />
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
