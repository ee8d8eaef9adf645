// All incidents, or their reports, by place, days, category, source and outcome; and the file. Also
// reports that are in no incident, and those in no theatre: no rule sees them.

import '../../style/area.css'
import { reports } from '../../http/requests.ts'
import { listReports, noTheatre, outcomes, type ReportOfIncident } from '../../records/incident.ts'
import type { OpenedReport, ReportedPlace } from '../../shown/answers.ts'
import { address, setAddress } from '../../state/address.ts'
import { mayUse } from '../../state/console-state.ts'
import { incidentAsk, listedIncidents } from '../../state/incidents.ts'
import { resource, useResource } from '../../state/resource.ts'
import { kindWords, precisionWords, reportWords } from '../../words/alert-words.ts'
import { categoryWords, countryWords } from '../../words/code-names.ts'
import { windowWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Time } from '../parts/alert-mark.tsx'
import { Choice, Segments } from '../parts/form.tsx'
import { Facts, Record, RecordList } from '../parts/records.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { IncidentRow, IncidentTools } from './incident-tools.tsx'

const askEveryMs = 60_000

export function Incidents() {
  const texts = words.area
  const isReports = address.value.get('list') === 'reports'
  const isInNone = isReports && incidentAsk.value.outcome === noTheatre
  return (
    <ViewPage
      title={isReports ? texts.listNames.reports : words.views.names.incidents}
      lead={isInNone ? texts.noTheatre.lead : texts.listLeads[isReports ? 'reports' : 'incidents']}
    >
      {isInNone ? null : <IncidentTools hasFile={listedIncidents.all.value.length > 0} />}
      <div class="line">
        <Segments
          label={texts.lists}
          options={(['incidents', 'reports'] as const).map(list => [list, texts.listNames[list]])}
          value={isReports ? 'reports' : 'incidents'}
          onPick={list => setAddress({ list: list === 'reports' ? list : null })}
        />
        {isReports ? <OutcomeChoice /> : null}
      </div>
      {isInNone ? <InNoTheatre /> : <Listed isReports={isReports} />}
    </ViewPage>
  )
}

function Listed({ isReports }: { readonly isReports: boolean }) {
  const texts = words.area
  const { body } = useResource(listedIncidents, askEveryMs)
  const items = body === null ? null : listedIncidents.all.value
  const list = { of: listedIncidents, none: texts.none, older: texts.older }
  return isReports ? (
    <RecordList
      {...list}
      items={items === null ? null : listReports(items, incidentAsk.value)}
      keyOf={({ report }) => report.reportId}
      label={texts.listNames.reports}
      draw={each => <ReportRow of={each} />}
    />
  ) : (
    <RecordList
      {...list}
      items={items}
      keyOf={({ incidentId }) => incidentId}
      label={texts.listNames.incidents}
      draw={incident => <IncidentRow incident={incident} />}
    />
  )
}

function OutcomeChoice() {
  const texts = words.area
  const open = mayUse('reports:read') ? ([...outcomes, noTheatre] as const) : outcomes
  return (
    <Choice
      label={texts.outcome}
      value={incidentAsk.value.outcome ?? ''}
      options={[['', texts.all], ...open.map(each => [each, texts.outcomes[each]] as const)]}
      onPick={outcome => setAddress({ outcome: outcome || null })}
    />
  )
}

function ReportRow({ of: { report, incident, outcome } }: { readonly of: ReportOfIncident }) {
  return (
    <li class="incident-row as-grid breaks">
      <Time at={report.reportedAt} />
      <bdi>{reportWords(report.sourceId, report.externalId)}</bdi>
      <bdi>{precisionWords(incident.place)}</bdi>
      <span class="soft">{kindWords(incident)}</span>
      <span>{words.area.credibility(report.credibility)}</span>
      <span class="soft">{words.area.outcomes[outcome]}</span>
    </li>
  )
}

const askOftenMs = 10_000
const listedMax = 50
const listed = resource(() => reports.unassigned(listedMax))

function InNoTheatre() {
  const told = words.area.noTheatre
  const { body } = useResource(listed, askOftenMs)
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
        draw={each => <ReportInNoTheatre {...each} />}
      />
    </>
  )
}

function ReportInNoTheatre({ report, hindrances }: OpenedReport) {
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
