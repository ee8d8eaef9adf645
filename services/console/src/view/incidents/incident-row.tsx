// One incident of a list as a line: its day, what it is, where, by whom, the dead.

import type { ShownIncident } from '../../shown/shown-alert.ts'
import { deathsWords, kindWords, precisionWords } from '../../words/alert-words.ts'
import { windowWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'

function formatSources({ reports }: ShownIncident): string {
  return [...new Set(reports.map(({ sourceId }) => sourceId))].join(', ')
}

export function IncidentRow({ incident }: { readonly incident: ShownIncident }) {
  const { occurred, place, fatalities, reports } = incident
  const isDrill = reports.length > 0 && reports.every(({ drill }) => drill === true)
  return (
    <li class="incident-row">
      <span>{windowWords(occurred)}</span>
      <b>{kindWords(incident)}</b>
      <bdi>{precisionWords(place)}</bdi>
      <span class="soft">
        {formatSources(incident)}
        {reports.length > 1 ? `, ${words.area.reportCount(reports.length)}` : ''}
      </span>
      <span>{words.area.deathsOf(deathsWords(fatalities))}</span>
      <span class="soft">{isDrill ? words.area.outcomes.drill : ''}</span>
    </li>
  )
}
