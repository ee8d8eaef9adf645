// What became of a report, in words.

import type { ReportOutcome } from '../../shown/report.ts'
import { words } from '../../words/words.ts'

export function outcomeWords({ assembled, alerts, hindrances }: ReportOutcome): string {
  const told = words.report
  if (!assembled) return told.notYet
  const why = hindrances
    .map(({ reason, detail }) => detail ?? reason.replaceAll('-', ' '))
    .join('; ')
  return `${alerts.length === 0 ? told.noAlert : told.alerts(alerts.length)}${why === '' ? '' : ` ${why}`}`
}
