// Sources and their silence: who was heard last when, how often each usually reports, and who is
// missed.

import { Button } from '../parts/basics.tsx'
import '../../style/sources.css'
import { type SourceRow, sourceCounts, sourceRows } from '../../live/standing.ts'
import { inNoTheatre } from '../../records/incident.ts'
import {
  mayUse,
  nowIn,
  sourceList,
  sources,
  sourcesStanding,
  theatres,
  theatreWords,
  unassignedCount
} from '../../state/console-state.ts'
import { openView } from '../../state/current-view.ts'
import { ageWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { sinceHere, Time } from '../parts/alert-mark.tsx'
import { Figures } from '../parts/figures.tsx'
import { Failure, Mark } from '../parts/records.tsx'
import { ViewPage } from '../parts/view-page.tsx'

const marks = { silent: 'warn', live: 'good', unheard: 'unknown', archive: 'unknown' } as const

export function Sources() {
  const { sourcesView: told } = words
  const all = sources.value
  const { failure, toldAtMs } = sourceList.state.value
  return (
    <ViewPage title={words.views.names.sources} lead={told.lead}>
      <Failure failure={failure} />
      {toldAtMs === null || sourcesStanding.value.kind !== 'unknown' ? null : (
        <p class="failure">{told.asOf(sinceHere(toldAtMs))}</p>
      )}
      <InNoTheatre />
      {all === null || all.length === 0 ? (
        <p role="status">{all === null ? told.unknown : told.none}</p>
      ) : (
        <SourceTable />
      )}
    </ViewPage>
  )
}

/** No rule reads them: said before anything else. */
function InNoTheatre() {
  const { sourcesView: told } = words
  const count = unassignedCount.state.value.body?.lastWeek ?? 0
  if (count === 0 || !mayUse('reports:read')) return null
  return (
    <p class="in-no-theatre line" role="status">
      <span aria-hidden="true">◐</span> <b>{told.inNone(count)}</b> {told.noRule}{' '}
      <Button class="push" onClick={() => openView('incidents', null, { members: inNoTheatre })}>
        {told.seeReports}
      </Button>
    </p>
  )
}

function SourceTable() {
  const { sourcesView: told } = words
  const all = sources.value ?? []
  const counts = sourceCounts(all)
  const isTold = all.some(({ heard }) => heard !== undefined)
  const rows = sourceRows(all, nowIn)
  return (
    <>
      <p role="status">
        {isTold
          ? told.counts(counts.silent, counts.live, counts.unheard, counts.archive)
          : told.notToldHeard(all.length)}
      </p>
      <Figures
        class="sources"
        label={words.views.names.sources}
        columns={
          isTold
            ? [
                ...[told.state, told.source, told.aDay, told.last, told.quiet],
                ...[told.rhythm, told.lateness, told.reliability]
              ]
            : [told.source]
        }
        headAt={isTold ? 1 : 0}
        rows={rows.map(row => ({
          key: `${row.source.id} ${row.theatre}`,
          class: isTold ? `is-${row.state}` : '',
          cells: isTold ? listCells(row) : [<Name {...row} />]
        }))}
      />
    </>
  )
}

function Name({ source: { id, reporters }, theatre }: SourceRow) {
  const more = [
    theatre !== null && theatres.value.length > 1 ? theatreWords(theatre) : '',
    reporters == null ? '' : words.sourcesView.reporters(reporters.join(', '))
  ].filter(text => text !== '')
  return (
    <>
      <bdi>{id}</bdi>
      {more.length === 0 ? null : <div class="soft">{more.join(' · ')}</div>}
    </>
  )
}

function listCells(row: SourceRow) {
  const { sourcesView: told } = words
  const { state, lastAt, quietMs, overdueMs, reportsADay } = row
  const { reliability = 'F', latenessDays, cadenceDays, archive } = row.source
  const quiet = quietMs === null ? '' : ageWords(quietMs)
  return [
    <Mark level={marks[state]} text={told.states[state]} />,
    <Name {...row} />,
    <Sparkline counts={reportsADay} isSilent={state === 'silent'} />,
    lastAt === null ? told.never : <Time at={lastAt} />,
    overdueMs > 0 ? <b>{quiet}</b> : quiet,
    archive || cadenceDays === undefined ? told.noRhythm : told.days(cadenceDays),
    latenessDays === undefined ? '' : told.days(latenessDays),
    told.reliabilities[reliability]
  ]
}

const [dayPx, heightPx] = [2, 22]

interface SparklineProps {
  /** The last day last. */
  readonly counts: readonly number[]
  readonly isSilent: boolean
}

function Sparkline({ counts, isSilent }: SparklineProps) {
  const most = Math.max(1, ...counts)
  const width = counts.length * dayPx
  const lastPx = (counts.findLastIndex(count => count > 0) + 1) * dayPx
  const all = counts.reduce((sum, count) => sum + count, 0)
  return (
    <>
      <span class="visually-hidden">{words.sourcesView.inDays(all, counts.length)}</span>
      <svg class="sparkline" width={width} height={heightPx} aria-hidden="true">
        <path class="base" d={`M0 ${heightPx - 0.5}H${isSilent ? lastPx : width}`} />
        {isSilent ? <path class="silent" d={`M${lastPx} ${heightPx - 1}H${width}`} /> : null}
        {counts.map((count, day) => {
          const height = Math.max(4, (count / most) * (heightPx - 2))
          const box = { x: day * dayPx, y: heightPx - height, width: dayPx, height }
          return count === 0 ? null : <rect key={box.x} {...box} />
        })}
      </svg>
    </>
  )
}
