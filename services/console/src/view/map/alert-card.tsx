// What an alert on the map is, in three lines.

import type { ShownAlert } from '../../shown/shown-alert.ts'
import { nowIn } from '../../state/console-state.ts'
import { holderWords } from '../../words/alert-words.ts'
import { waitWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { AlertHeadline } from '../parts/suite-prose.tsx'

interface AlertCardProps {
  readonly alert: ShownAlert
  /** How many others are gathered there. */
  readonly others: number
}

export function AlertCard({ alert, others }: AlertCardProps) {
  const { theatre, severity, status, certainty, operator, times, evidenceCount } = alert
  const { card } = words.map
  const changed = waitWords(Math.max(0, nowIn(theatre) - Date.parse(times.detectedAt)))
  return (
    <>
      <b>
        <AlertHeadline alert={alert} />
      </b>
      <span class={`card-severity ${severity}`}>{words.severities[severity]}</span> ·{' '}
      {words.statuses[status].toLowerCase()}, {words.certainties[certainty].toLowerCase()}
      <span class="card-more">
        {[
          holderWords(operator),
          card.changed(changed),
          card.incidents(evidenceCount.triggers + evidenceCount.support)
        ].join(' · ')}
      </span>
      {others === 0 ? null : <span class="card-more">{card.others(others)}</span>}
    </>
  )
}
