// Sources and their silence: who was heard last when, how often each usually reports, and who is
// missed.

import '../../style/records.css'
import {
  nowIn,
  sourceList,
  sources,
  sourcesStanding,
  theatreWords
} from '../../state/console-state.ts'
import { type SourceRow, sourceCounts, sourceRows } from '../../upkeep/source-rows.ts'
import { ageWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Failure } from '../parts/failure.tsx'
import { Fact, Mark } from '../parts/records.tsx'
import { timeHere } from '../parts/since-here.ts'
import { Time } from '../parts/time.tsx'
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
        <p class="failure">{told.asOf(timeHere(toldAtMs))}</p>
      )}
      {all === null ? (
        <p role="status">{told.unknown}</p>
      ) : all.length === 0 ? (
        <p>{told.none}</p>
      ) : (
        <SourceList />
      )}
    </ViewPage>
  )
}

function SourceList() {
  const { sourcesView: told } = words
  const all = sources.value ?? []
  const counts = sourceCounts(all)
  const isTold = all.some(({ heard }) => heard !== undefined)
  return (
    <>
      <p role="status">
        {isTold
          ? told.counts(counts.silent, counts.live, counts.unheard, counts.archive)
          : told.notToldHeard(all.length)}
      </p>
      <ul class="records" aria-label={words.views.names.sources}>
        {sourceRows(all, nowIn).map(row => (
          <SourceItem key={`${row.source.id} ${row.theatre}`} row={row} isTold={isTold} />
        ))}
      </ul>
    </>
  )
}

function SourceItem({ row, isTold }: { readonly row: SourceRow; readonly isTold: boolean }) {
  const { sourcesView: told } = words
  const { source, theatre, state, lastAt, quietMs, overdueMs } = row
  const { id, reliability, latenessDays, cadenceDays, archive, reporters } = source
  return (
    <li class={`record is-${state}`}>
      <h3>
        <bdi>{id}</bdi> {isTold ? <Mark level={marks[state]} text={told.states[state]} /> : null}
      </h3>
      <dl class="facts-row">
        {theatre === null ? null : <Fact name={told.theatre}>{theatreWords(theatre)}</Fact>}
        {isTold ? (
          <Fact name={told.last}>{lastAt === null ? told.never : <Time at={lastAt} />}</Fact>
        ) : null}
        {quietMs === null || archive ? null : (
          <Fact name={told.quiet}>
            {overdueMs > 0 ? (
              <strong>{told.quietBeyond(ageWords(quietMs), ageWords(overdueMs))}</strong>
            ) : (
              ageWords(quietMs)
            )}
          </Fact>
        )}
        {archive || cadenceDays === undefined ? null : (
          <Fact name={told.rhythm}>{told.everyDays(cadenceDays)}</Fact>
        )}
        {latenessDays === undefined ? null : (
          <Fact name={told.lateness}>{told.days(latenessDays)}</Fact>
        )}
        {reliability === undefined ? null : (
          <Fact name={told.reliability}>
            {told.reliabilities[reliability as keyof typeof told.reliabilities] ?? reliability}
          </Fact>
        )}
        {reporters === undefined || reporters === null ? null : (
          <Fact name={told.reporters}>{reporters.join(', ')}</Fact>
        )}
      </dl>
    </li>
  )
}
