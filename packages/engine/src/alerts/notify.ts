// Who is notified of an update: people now (`page`), those who know of the alert (`update`), or only
// lists and feeds (`quiet`).

import type { MachineEvent } from '@tocsin/contracts/alert/alert'
import { severities } from '@tocsin/contracts/theatre/severity'
import type { Incidents } from '../data/incidents.ts'
import { never } from '../data/time.ts'
import type { Alert, RuleSettings } from './alert.ts'

export type Notify = 'page' | 'update' | 'quiet'

/** Older situations do not page. */
const maxNewsAgeDays = 30

/** Kinds that are no news to people who were never notified of the alert. */
const followUps: ReadonlySet<MachineEvent> = new Set(['confirmed', 'resolved', 'retracted'])

/** `isClosed`: an officer closed the alert, and this does not end that. Call it with the values of the update in place. */
export function decideNotify(
  alert: Alert,
  kind: MachineEvent,
  { isQuiet, isClosed }: { readonly isQuiet: boolean; readonly isClosed: boolean },
  { columns }: Incidents,
  today: number,
  { pagesFrom }: RuleSettings
): Notify {
  const limit = today - maxNewsAgeDays
  const isOld = alert.endDay !== never && alert.endDay < limit
  if (isQuiet || isOld || (isClosed && kind === 'revised')) return 'quiet'
  if (!alert.isTold && followUps.has(kind)) return 'quiet'
  const isNews = kind === 'raised' || kind === 'escalated' || kind === 'reopened' || !alert.isTold
  if (!isNews) return 'update'
  const isRecent =
    alert.rule.outlastsSilence === true ||
    alert.triggers.length === 0 ||
    alert.levelDays.some(day => day >= limit) ||
    alert.triggers.some(row => columns.toDay[row]! >= limit)
  if (!isRecent) return alert.isTold ? 'update' : 'quiet'
  return severities.indexOf(alert.severity) >= severities.indexOf(pagesFrom) ? 'page' : 'update'
}
