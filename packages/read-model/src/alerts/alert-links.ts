// Which alerts ever named a report or an incident, and which record caused their events. Whether an
// alert still rests on it is up to the caller, who has its state: no link is removed. Events name
// reports by number, so that a link may come before its report.

import type { RecordedAlert } from '@tocsin/contracts/alert/alert'
import { type AlertEvent3, changesAlert } from '@tocsin/contracts/record/alert-event-v3'
import { isDifference } from '@tocsin/contracts/record/alert-recording'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { isVersion3 } from '@tocsin/contracts/record/records'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { ReadModel } from '../read-model.ts'

/** In place of a fold: all levels have the same events of version 2, which name incidents. */
const noFold = ''

export class AlertLinks {
  readonly #model: ReadModel

  constructor(model: ReadModel) {
    this.#model = model
  }

  /** Folds a record of the alerts log. */
  apply(recorded: RecordedAlert | AlertEvent3, { cause, theatre = '' }: Envelope): void {
    if (recorded.type === 'alert.fold-began') return
    const { alertId } = recorded.data
    if (cause !== null)
      this.#model.run('insert or ignore into alert_cause values(?, ?)', cause, alertId)
    if (isVersion3(recorded)) {
      if (!changesAlert(recorded)) return
      const { fold, added = [] } = recorded.data
      for (const number of added) this.#link(theatre, fold, String(number), alertId)
      return
    }
    if (recorded.type === 'alert.action-refused') return
    const { data } = recorded
    const items = isDifference(data)
      ? data.evidenceChanges.flatMap(({ added }) => added)
      : data.evidence
    for (const { incidentId } of items) this.#link(data.theatre, noFold, incidentId, alertId)
  }

  /** The alerts that named a report by its number in a fold. */
  listByNumber(theatre: string, fold: Handling, number: number): readonly string[] {
    return this.#list(theatre, fold, String(number))
  }

  /** The alerts of version 2 that named an incident. */
  listByIncident(theatre: string, incidentId: string): readonly string[] {
    return this.#list(theatre, noFold, incidentId)
  }

  /** The alerts that a record changed. */
  listCausedBy(cause: string): readonly string[] {
    const rows = this.#model.all('select alert_id as id from alert_cause where cause = ?', cause)
    return rows.map(({ id }) => String(id))
  }

  #link(...link: [theatre: string, fold: string, name: string, alertId: string]): void {
    this.#model.run('insert or ignore into alert_link values(?, ?, ?, ?)', ...link)
  }

  #list(...by: [theatre: string, fold: string, name: string]): readonly string[] {
    const sql = 'select alert_id as id from alert_link where theatre = ? and fold = ? and name = ?'
    return this.#model.all(sql, ...by).map(({ id }) => String(id))
  }
}
