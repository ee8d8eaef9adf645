// The alerts that rest on each report. The caller folds the events and stores the result here.
// Incidents are in incidents/incident-table.ts.

import type { ReadModel } from '../read-model.ts'

/** An alert that rests on a report or an incident, in the fold that says so. */
export interface AlertLink {
  readonly alertId: string
  readonly fold: string
}

export class AlertOutcomes {
  readonly #read
  readonly #put
  readonly #link
  readonly #unlink
  readonly #links
  readonly #putCause
  readonly #causes

  constructor(model: ReadModel) {
    this.#read = model.prepare('select body from alert_outcome where alert_id = ? and level = ?')
    this.#put = model.prepare('insert or replace into alert_outcome values(?, ?, ?)')
    this.#link = model.prepare('insert or ignore into alert_link values(?, ?, ?, ?)')
    this.#unlink = model.prepare(
      'delete from alert_link where theatre = ? and name = ? and alert_id = ? and fold = ?'
    )
    this.#links = model.prepare(
      'select alert_id as alertId, fold from alert_link where theatre = ? and name = ?'
    )
    this.#putCause = model.prepare('insert or ignore into alert_cause values(?, ?)')
    this.#causes = model.prepare('select alert_id as id from alert_cause where cause = ?')
  }

  /** As it was put; null if it is unknown. */
  find(alertId: string, level: string): unknown {
    const row = this.#read.get(alertId, level)
    return row === undefined ? null : JSON.parse(String(row.body))
  }

  put(alertId: string, level: string, body: object): void {
    this.#put.run(alertId, level, JSON.stringify(body))
  }

  /** Changes what an alert rests on in a fold, by names of reports or incidents. */
  relink(
    { theatre, alertId, fold }: AlertLink & { readonly theatre: string },
    { added, removed }: { readonly added: Iterable<string>; readonly removed: Iterable<string> }
  ): void {
    for (const name of removed) this.#unlink.run(theatre, name, alertId, fold)
    for (const name of added) this.#link.run(theatre, name, alertId, fold)
  }

  listLinks(theatre: string, name: string): readonly AlertLink[] {
    return this.#links.all(theatre, name) as unknown as readonly AlertLink[]
  }

  /** An alert was changed by a record. */
  noteCause(cause: string, alertId: string): void {
    this.#putCause.run(cause, alertId)
  }

  listCausedBy(cause: string): readonly string[] {
    return this.#causes.all(cause).map(({ id }) => String(id))
  }
}
