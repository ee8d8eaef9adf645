// What came of reports: the incident of each, as readers of each level have it, and the alerts that
// rest on it. The caller folds the events; what they say stands here until the next one.

import type { Handling } from '@tocsin/contracts/theatre/handling'
import { computeBit, computeMask } from '../alerts/levels.ts'
import type { ReadModel } from '../read-model.ts'

export interface IncidentOfReport {
  readonly incidentId: string
  /** The content of the report that this revision of the incident rests on. */
  readonly contentHash: string
}

/** Rows for readers: in most cases one for all levels that have any. */
class LevelledRows {
  readonly #levels
  readonly #find
  readonly #narrow
  readonly #delete

  constructor(model: ReadModel, table: 'report_incident' | 'incident_outcome') {
    const at = 'where theatre = ? and id = ?'
    this.#levels = model.prepare(`select levels from ${table} ${at}`)
    this.#find = model.prepare(`select * from ${table} ${at} and levels & ?`)
    this.#narrow = model.prepare(`update ${table} set levels = ? ${at} and levels = ?`)
    this.#delete = model.prepare(`delete from ${table} ${at} and levels = ?`)
  }

  /** Takes what these levels have. */
  remove(theatre: string, id: string, mask: number): void {
    for (const row of this.#levels.all(theatre, id)) {
      const levels = Number(row.levels)
      const others = levels & ~mask
      if (others === levels) continue
      if (others === 0) this.#delete.run(theatre, id, levels)
      else this.#narrow.run(others, theatre, id, levels)
    }
  }

  find(theatre: string, id: string, level: Handling) {
    return this.#find.get(theatre, id, computeBit(level))
  }
}

export class IncidentOutcomes {
  readonly #reports: LevelledRows
  readonly #incidents: LevelledRows
  readonly #insertReport
  readonly #insertIncident

  constructor(model: ReadModel) {
    this.#reports = new LevelledRows(model, 'report_incident')
    this.#incidents = new LevelledRows(model, 'incident_outcome')
    this.#insertReport = model.prepare('insert into report_incident values(?, ?, ?, ?, ?)')
    this.#insertIncident = model.prepare('insert into incident_outcome values(?, ?, ?, ?)')
  }

  /** Sets the incident of a report for readers of these levels; null: they have none. */
  putReport(
    theatre: string,
    reportId: string,
    readers: readonly Handling[],
    value: IncidentOfReport | null
  ): void {
    const mask = computeMask(readers)
    this.#reports.remove(theatre, reportId, mask)
    if (value !== null)
      this.#insertReport.run(theatre, reportId, mask, value.incidentId, value.contentHash)
  }

  findReport(theatre: string, reportId: string, level: Handling): IncidentOfReport | null {
    const row = this.#reports.find(theatre, reportId, level)
    if (row === undefined) return null
    return { incidentId: String(row.incident_id), contentHash: String(row.content_hash) }
  }

  /** Sets what readers of these levels have of an incident; null: nothing. */
  putIncident(
    theatre: string,
    incidentId: string,
    readers: readonly Handling[],
    body: object | null
  ): void {
    const mask = computeMask(readers)
    this.#incidents.remove(theatre, incidentId, mask)
    if (body !== null) this.#insertIncident.run(theatre, incidentId, mask, JSON.stringify(body))
  }

  findIncident(theatre: string, incidentId: string, level: Handling): unknown {
    const row = this.#incidents.find(theatre, incidentId, level)
    return row === undefined ? null : JSON.parse(String(row.body))
  }
}

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
