// Reports in no theatre: no rule sees them, so that they are in no alert.

import '../../style/records.css'
import { reports } from '../../http/reports.ts'
import type { OpenedReport, ReportedPlace } from '../../shown/answers.ts'
import { resource, useAsking } from '../../state/resource.ts'
import { categoryWords, countryWords } from '../../words/code-names.ts'
import { windowWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Failure } from '../parts/failure.tsx'
import { Fact } from '../parts/records.tsx'
import { ViewPage } from '../parts/view-page.tsx'

const askEveryMs = 10_000
const listedMax = 50
const listed = resource(() => reports.unassigned(listedMax))

export function Unassigned() {
  const told = words.unassigned
  useAsking(listed.load, askEveryMs)
  const { body, failure } = listed.state.value
  return (
    <ViewPage title={words.views.names.unassigned} lead={told.lead}>
      <Failure failure={failure} />
      {body === null ? (
        <p role="status">{words.views.asking}</p>
      ) : (
        <>
          <p role="status">
            {body.items.length === 0 ? told.none : told.count(body.lastWeek ?? 0)}
            {body.items.length < listedMax ? '' : ` ${told.newest(listedMax)}`}
          </p>
          <ul class="records" aria-label={words.views.names.unassigned}>
            {body.items.map(each => (
              <Item key={each.reportId} opened={each} />
            ))}
          </ul>
        </>
      )}
    </ViewPage>
  )
}

function Item({ opened }: { readonly opened: OpenedReport }) {
  const told = words.unassigned
  const { report, hindrances } = opened
  if (report === null) return null
  const { category, occurred, place, sourceId, externalId } = report
  return (
    <li class="record is-warn">
      <h3>
        {categoryWords(category)}, {windowWords(occurred)}
      </h3>
      <dl class="facts-row">
        <Fact name={told.place}>
          <bdi>{describePlace(place)}</bdi>
        </Fact>
        <Fact name={told.source}>
          <bdi>{externalId === null ? sourceId : `${sourceId} · ${externalId}`}</bdi>
        </Fact>
        <Fact name={told.why} isLong>
          {hindrances.map(({ reason, detail }) => detail ?? reason).join(' ')}
        </Fact>
      </dl>
    </li>
  )
}

function describePlace({ name, country, lat, lon }: ReportedPlace): string {
  const point = lat === null || lon === null ? null : `${lat}, ${lon}`
  return [name, country === null ? null : countryWords(country), point]
    .filter(part => part !== null)
    .join(' · ')
}
