// How many of the open alerts that a reader sees a silence can delay: one that does not include
// extreme alerts counts none that are extreme.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { mayReadTheatre } from '@tocsin/auth/access/principal'
import type { ReaderView } from '@tocsin/auth/access/reader-view'
import { isOpen } from '@tocsin/contracts/alert/alert'
import type { AlertKind } from '@tocsin/read-model/alerts/kind-table'
import { type AlertIndex, splitArea } from '../alerts/alert-index.ts'
import { findOpen } from '../alerts/record-judging.ts'
import { holdsBack, type Silence } from './silence.ts'

/** Of the alerts that `isTold` names; of all where it is left out. It yields to other work. */
export async function countSilenced(
  alerts: AlertIndex,
  view: ReaderView,
  silence: Silence,
  isTold?: (alertId: string) => boolean
): Promise<number> {
  const { alertId, filter } = silence
  if (alertId !== null) {
    const open = isTold?.(alertId) === false ? null : findOpen(alerts, view, alertId)
    return open !== null && holdsBack(silence, { alertId, facts: open.state }) ? 1 : 0
  }
  const { area, ofKinds } = splitArea(filter)
  const wantsKind = ({ facts }: AlertKind) =>
    isOpen(facts) &&
    mayReadTheatre(view, facts.theatre) &&
    holdsBack({ ...silence, filter: ofKinds }, { alertId: '', facts })
  let count = 0
  if (Object.keys(area).length === 0 && isTold === undefined) {
    for (const [kind, rows] of alerts.table.countKinds(view.level))
      if (wantsKind(kind)) count += rows
    return count
  }
  const found = alerts.search(view, { filter: area, wantsKind })
  for (const chunk of found) {
    for (const each of chunk) if (isTold?.(each.alertId) !== false) count++
    await nextTurn()
  }
  return count
}
