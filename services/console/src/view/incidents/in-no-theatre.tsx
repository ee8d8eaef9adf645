// Reports in no theatre: no rule sees them, so that they are in no alert.

import { reports } from '../../http/reports.ts'
import type { OpenedReport, ReportedPlace } from '../../shown/answers.ts'
import { resource, useResource } from '../../state/resource.ts'
import { categoryWords, countryWords } from '../../words/code-names.ts'
import { windowWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Record, RecordList } from '../parts/record-list.tsx'
import { Facts } from '../parts/records.tsx'

const askEveryMs = 10_000
const listedMax = 50
const listed = resource(() => reports.unassigned(listedMax))

export function InNoTheatre() {
  const told = words.area.noTheatre
  const { body } = useResource(listed, askEveryMs)
  return (
    <>
      {body === null || body.items.length === 0 ? null : (
        <p role="status">
          {told.count(body.lastWeek ?? 0)}
          {body.items.length < listedMax ? '' : ` ${told.newest(listedMax)}`}
        </p>
      )}
      <RecordList
        of={listed}
        items={body?.items ?? null}
        keyOf={({ reportId }) => reportId}
        label={words.area.outcomes['no-theatre']}
        none={told.none}
        draw={each => <Item {...each} />}
      />
    </>
  )
}

function Item({ report, hindrances }: OpenedReport) {
  const told = words.area.noTheatre
  if (report === null) return null
  const { category, occurred, place, sourceId, externalId } = report
  return (
    <Record is="warn" title={`${categoryWords(category)}, ${windowWords(occurred)}`}>
      <Facts
        of={[
          [words.area.place, describePlace(place)],
          [words.area.source, externalId === null ? sourceId : `${sourceId} · ${externalId}`],
          [told.why, hindrances.map(({ reason, detail }) => detail ?? reason).join(' ')]
        ]}
      />
    </Record>
  )
}

function describePlace({ name, country, lat, lon }: ReportedPlace): string {
  const point = lat === null || lon === null ? null : `${lat}, ${lon}`
  return [name, country === null ? null : countryWords(country), point]
    .filter(part => part !== null)
    .join(' · ')
}
