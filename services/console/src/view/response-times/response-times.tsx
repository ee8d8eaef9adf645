// How long it took from the beginning to the page and from there to answers, beside the targets, by
// severity, area, officer and subscriber: drawn on one scale, and as a table.

import { Button } from '../parts/basics.tsx'
import '../../style/response-times.css'
import { useId } from 'preact/hooks'
import {
  computeTimeScale,
  drawnMax,
  lastDays,
  listDrawn,
  type Measure,
  type MeasuredRow,
  measuredIn,
  measures,
  type TimeScale,
  type TimesAsk,
  timesBy,
  timesPath
} from '../../records/response-times.ts'
import type { TimesBy, TimesRow } from '../../shown/answers.ts'
import { type Severity, severities } from '../../shown/shown-alert.ts'
import { setAddress } from '../../state/address.ts'
import { responseTimes, timesAsk } from '../../state/asked-reports.ts'
import { latestNow } from '../../state/console-state.ts'
import { useResource } from '../../state/resource.ts'
import { areaWords, countryWords } from '../../words/code-names.ts'
import { durationWords, markWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { SeverityMark } from '../parts/alert-mark.tsx'
import { Figures } from '../parts/figures.tsx'
import { Choice } from '../parts/form.tsx'
import { Failure } from '../parts/records.tsx'
import { ViewPage } from '../parts/view-page.tsx'

const askEveryMs = 30_000
const spans = [7, 30, 365]

export function ResponseTimesView() {
  const told = words.responseTimes
  const asked = timesAsk.value
  const { body, failure } = useResource(responseTimes, askEveryMs)
  const [detected, allInTime] = (['detected', 'allInTime'] as const).map(name =>
    (body?.items ?? []).reduce((sum, row) => sum + (row.drill ? 0 : row[name]), 0)
  ) as [number, number]
  const isAll = asked.from === null && asked.to === null
  return (
    <ViewPage title={words.views.names['response-times']} lead={told.lead}>
      <Asked asked={asked} />
      <Failure failure={failure} />
      {body === null ? (
        <p role="status">{words.views.asking}</p>
      ) : body.items.length === 0 ? (
        <p role="status">{isAll ? told.noneYet : told.none}</p>
      ) : (
        <>
          {detected === 0 || body.by === 'area' ? null : <p>{told.met(allInTime, detected)}</p>}
          <div class="time-plots as-grid">
            {measures
              .filter(what => what !== 'detection' || detected > 0)
              .map(what => (
                <TimePlot
                  key={what}
                  rows={body.items}
                  what={what}
                  targetS={body.targets[`${what}S`]}
                  nameOf={findName}
                />
              ))}
          </div>
          <TimesTable by={body.by} rows={body.items} nameOf={findName} />
          <p class="soft">
            {body.by === 'area'
              ? `${told.areasTwice} `
              : body.by === 'subscriber'
                ? `${told.toSubscribers} `
                : ''}
            {told.kept} {told.key}
          </p>
        </>
      )}
    </ViewPage>
  )
}

function change(members: Partial<TimesAsk>): void {
  const { by, from, to } = { ...timesAsk.peek(), ...members }
  setAddress({ by: by === timesBy[0] ? null : by, from, to })
}

function Asked({ asked }: { readonly asked: TimesAsk }) {
  const told = words.responseTimes
  return (
    <div class="line">
      <Choice
        label={told.by}
        value={asked.by}
        options={timesBy.map(by => [by, told.bys[by]])}
        onPick={by => change({ by: by as TimesBy })}
      />
      <fieldset class="line">
        <legend class="visually-hidden">{told.span}</legend>
        <Day label={told.from} value={asked.from} onPick={from => change({ from })} />
        <Day label={told.to} value={asked.to} onPick={to => change({ to })} />
        {spans.map(days => (
          <Button key={days} onClick={() => change(lastDays(days, latestNow()))}>
            {told.lastDays(days)}
          </Button>
        ))}
        <Button onClick={() => change({ from: null, to: null })}>{told.all}</Button>
      </fieldset>
      <a href={timesPath(asked, 'csv')} download={`response-times-by-${asked.by}.csv`}>
        {told.csv}
      </a>
    </div>
  )
}

interface DayProps {
  readonly label: string
  readonly value: string | null
  readonly onPick: (day: string | null) => void
}

function Day({ label, value, onPick }: DayProps) {
  return (
    <label class="choice">
      <span>{label}</span>
      <input
        type="date"
        value={value ?? ''}
        onChange={event =>
          onPick(event.currentTarget.value === '' ? null : event.currentTarget.value)
        }
      />
    </label>
  )
}

function findName({ severity, area, officer, subscriber, subscriptionId }: TimesRow): string {
  const told = words.responseTimes
  // Subscriptions of a key have its name.
  if (subscriptionId !== undefined)
    return subscriber == null ? subscriptionId : `${subscriber} …${subscriptionId.slice(-4)}`
  if (severity !== undefined)
    return severities.includes(severity as Severity)
      ? words.severities[severity as Severity]
      : severity
  if (area !== undefined)
    return area === null
      ? words.queueWork.noArea
      : area.includes('-')
        ? areaWords(area)
        : countryWords(area)
  return officer ?? told.nobody
}

/** Height of a row, and of the scale below, px. */
const rowPx = 28
const scalePx = 22
/** Room at both ends for the marks themselves, in hundredths of the width. */
const marginShare = 3

interface PlotProps {
  readonly rows: readonly TimesRow[]
  readonly what: Measure
  readonly targetS: number
  readonly nameOf: (row: TimesRow) => string
}

function TimePlot({ rows, what, targetS, nameOf }: PlotProps) {
  const told = words.responseTimes
  const titleId = useId()
  const drawn = listDrawn(rows, what)
  const scale = computeTimeScale(drawn, targetS)
  return (
    <figure class="time-plot slim" aria-labelledby={titleId}>
      <figcaption>
        <h3 id={titleId}>{told.plots[what]}</h3>
        <p class="soft">{drawn.length === 0 ? told.noTimes : told.target(markWords(targetS))}</p>
        {drawn.length < drawnMax ? null : <p class="soft">{told.most(drawnMax)}</p>}
      </figcaption>
      {drawn.length === 0 ? null : (
        <ul>
          {drawn.map(each => (
            <PlotRow
              key={each.row.subscriptionId ?? nameOf(each.row)}
              name={nameOf(each.row)}
              drawn={each}
              scale={scale}
              targetS={targetS}
            />
          ))}
          {/* On a narrow screen every second mark is named, the last among them. */}
          <li class="time-scale" aria-hidden="true">
            <svg width="100%" height={scalePx} aria-hidden="true">
              {scale.namedS.map((mark, i) => (
                <text
                  key={mark}
                  x={`${makePlace(scale, mark)}%`}
                  y={15}
                  class={(scale.namedS.length - 1 - i) % 2 === 1 ? 'lesser' : ''}
                >
                  {markWords(mark)}
                </text>
              ))}
            </svg>
          </li>
        </ul>
      )}
    </figure>
  )
}

const makePlace = (scale: TimeScale, seconds: number) =>
  marginShare + (scale.at(seconds) * (100 - 2 * marginShare)) / 100

interface RowProps {
  readonly name: string
  readonly drawn: MeasuredRow
  readonly scale: TimeScale
  readonly targetS: number
}

function PlotRow({ name, drawn: { times, count, of, inTime }, scale, targetS }: RowProps) {
  const told = words.responseTimes
  const share = told.share(inTime, of)
  const [median, p90] = [times?.medianS ?? 0, times?.p90S ?? 0].map(durationWords) as [
    string,
    string
  ]
  const at = (seconds: number) => `${makePlace(scale, seconds)}%`
  const upright = (seconds: number, name: string) => (
    <line
      key={`${name} ${seconds}`}
      class={name}
      x1={at(seconds)}
      x2={at(seconds)}
      y1={0}
      y2={rowPx}
    />
  )
  return (
    <li>
      <span class="time-name breaks" aria-hidden="true">
        <bdi>{name}</bdi>
      </span>
      <svg
        width="100%"
        height={rowPx}
        role="img"
        aria-label={count === 0 ? told.nothing(name, of) : told.range(name, median, p90, share)}
      >
        {scale.marksS.map(mark => upright(mark, 'grid'))}
        {upright(targetS, 'target')}
        {times === null ? null : (
          <>
            <line
              class="span"
              x1={at(times.medianS)}
              x2={at(times.p90S)}
              y1={rowPx / 2}
              y2={rowPx / 2}
            />
            <svg x={at(times.p90S)} y={rowPx / 2} overflow="visible" aria-hidden="true">
              <path class="p90" d="M0-8 8 0 0 8-8 0z" />
            </svg>
            <circle class="median" cx={at(times.medianS)} cy={rowPx / 2} r={5} />
          </>
        )}
      </svg>
      <span class="time-figures fine" aria-hidden="true">
        {times === null ? '–' : told.pair(median, p90)}
        <small>{share}</small>
      </span>
    </li>
  )
}

interface TableProps {
  readonly by: TimesBy
  readonly rows: readonly TimesRow[]
  readonly nameOf: (row: TimesRow) => string
}

function TimesTable({ by, rows, nameOf }: TableProps) {
  const told = words.responseTimes
  const high = { scope: 'col', rowSpan: 2 } as const
  const ofEach = [told.count, told.median, told.p90, told.inTime]
  const head = (
    <>
      <tr>
        <th {...high}>{told.names[by]}</th>
        <th {...high}>{told.called}</th>
        {measures.map(what => (
          <th key={what} scope="colgroup" colSpan={4}>
            {told.measures[what]}
          </th>
        ))}
        <th {...high}>{told.allInTime}</th>
        <th {...high}>{told.unacknowledged}</th>
      </tr>
      <tr>
        {measures.flatMap(what =>
          ofEach.map(title => (
            <th key={`${what} ${title}`} scope="col">
              {title}
            </th>
          ))
        )}
      </tr>
    </>
  )
  const makeRow = (row: TimesRow) => ({
    key: `${nameOf(row)} ${row.officerId ?? row.subscriptionId ?? ''} ${row.drill}`,
    cells: [
      <>
        {row.drill ? <b class="drill">{words.queue.drill}</b> : null}{' '}
        {severities.includes(row.severity as Severity) ? (
          <SeverityMark severity={row.severity as Severity} />
        ) : (
          <bdi>{nameOf(row)}</bdi>
        )}
      </>,
      countWords(row.called),
      ...measures.flatMap(what => {
        const { count, inTime, times } = measuredIn(row, what)
        return [
          countWords(count),
          seconds(times?.medianS),
          seconds(times?.p90S),
          countWords(inTime)
        ]
      }),
      countWords(row.allInTime),
      row.unanswered === 0 ? 0 : <b>{countWords(row.unanswered)}</b>
    ]
  })
  return (
    <Figures isCaptioned label={told.table[by]} columns={[]} head={head} rows={rows.map(makeRow)} />
  )
}

function seconds(count: number | undefined) {
  if (count !== undefined) return durationWords(count)
  return (
    <>
      <span class="visually-hidden">{words.responseTimes.noTime}</span>
      <span aria-hidden="true">–</span>
    </>
  )
}

const countWords = (count: number) => count.toLocaleString(words.language)
