// What a reader gets of a report: its winning revision, what is known of it here, and what became of it. Private texts only for those with the
// scope for persons; alerts only for those who may read alerts and are cleared for them.

import type { PrivateTexts } from '@tocsin/contracts/private-texts'
import { decodeTheatreRecord } from '@tocsin/contracts/records'
import { maySee } from '@tocsin/domain/handling'
import type { ReportRevision } from '@tocsin/domain/report'
import type { TheatreRecord } from '@tocsin/domain/theatre-record'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { mayUse, type Principal } from '@tocsin/service-kit/principal'
import type { PrivateVault } from '@tocsin/service-kit/private-vault'
import type { ReportAcceptance } from './acceptance.ts'
import type { IntakeViews } from './intake-views.ts'
import type { KnownReport, LogPlace } from './known-reports.ts'
import { revisionsSeen } from './refusals.ts'
import type { AlertOfIncident } from './report-outcomes.ts'

export interface ReportReadingDeps {
  readonly log: EventLog
  readonly views: IntakeViews
  readonly acceptance: ReportAcceptance
  readonly vault: Pick<PrivateVault, 'open'>
}

/** A revision without what is sealed, and without its hash; `private` and the keys of persons are there only for readers with the scope. */
export type ShownRevision = Omit<
  ReportRevision,
  'contentHash' | 'private' | 'persons' | 'unnamed' | 'narrativeKey' | 'linkKeys'
> & {
  readonly persons: readonly { readonly role: string | null; readonly kind: string | null; readonly key?: string }[]
  readonly private?: PrivateTexts | null
}

export interface ReportAnswer {
  readonly reportId: string
  readonly revision: number
  readonly theatre: string
  readonly withdrawn: { readonly at: string; readonly reason: string } | null
  /** Null once it is withdrawn. */
  readonly report: ShownRevision | null
  /** True once the rules have folded what is shown. */
  readonly assembled: boolean
  readonly incident: { readonly incidentId: string; readonly revision: number } | null
  readonly alerts: readonly Omit<AlertOfIncident, 'handling' | 'evidenceHandling'>[]
}

export class ReportReading {
  readonly #deps: ReportReadingDeps

  constructor(deps: ReportReadingDeps) {
    this.#deps = deps
  }

  /** What became of a report, waited for up to `waitMs`. Rejects with ProblemError `not-found`, also for what the reader may not see. */
  async read(reportId: string, principal: Principal, waitMs: number): Promise<ReportAnswer> {
    const { views, acceptance } = this.#deps
    const before = await acceptance.found(reportId, principal)
    const cursor = views.cursorBehind(before.standings)
    const assembled = cursor !== null && (await views.assembled(cursor, waitMs))
    // It may have been corrected, moved or withdrawn meanwhile.
    const known = acceptance.visible(reportId, principal)
    const withdrawal = known.withdrawal === null ? null : await this.#recordAt(known.withdrawal)
    const { theatre } = known.winner
    const assembledTo = known.withdrawal === null ? views.outcomes.incidentOf(theatre, reportId) : null
    const incident = assembledTo !== null && maySee(principal.handling, assembledTo.handling) ? assembledTo : null
    return {
      reportId,
      revision: revisionsSeen(principal, known.revisions),
      theatre,
      withdrawn: withdrawal?.type === 'report.withdrawn' ? { at: withdrawal.time, reason: withdrawal.data.reason } : null,
      report: known.withdrawal === null ? await this.#shown(known, known.winner.at, principal) : null,
      assembled,
      incident: incident === null ? null : { incidentId: incident.incidentId, revision: incident.revision },
      alerts: incident === null ? [] : this.#alerts(views.outcomes.alertsOf(theatre, incident), principal)
    }
  }

  #alerts(alerts: readonly AlertOfIncident[], principal: Principal): ReportAnswer['alerts'] {
    if (!mayUse(principal, ['alerts:read'])) return []
    return alerts
      .filter(alert => maySee(principal.handling, alert.handling) && maySee(principal.handling, alert.evidenceHandling))
      .map(({ alertId, status, severity, ruleId, headline }) => ({ alertId, status, severity, ruleId, headline }))
  }

  async #shown(known: KnownReport, at: LogPlace, principal: Principal): Promise<ShownRevision | null> {
    const record = await this.#recordAt(at)
    if (record?.type !== 'report.received') return null
    const { contentHash: _c, private: sealed, persons, unnamed = [], narrativeKey: _n, linkKeys: _l, ...open } = record.data
    // Named or not: who may not see names is not told of whom there are some.
    const nameless = [...persons, ...unnamed].map(({ role, kind }) => ({ role, kind }))
    if (!mayUse(principal, ['persons:read'])) return { ...open, persons: nameless }
    const opened = sealed === null ? null : this.#deps.vault.open(known.reportId, sealed)
    return {
      ...open,
      persons: [...persons.map(({ key, role, kind }) => ({ key, role, kind })), ...unnamed],
      private: opened?.kind === 'opened' ? opened.texts : null
    }
  }

  async #recordAt({ partition, position }: LogPlace): Promise<TheatreRecord | null> {
    const page = await this.#deps.log.read(topics.incidents, partition, position, { recordsMax: 1, bytesMax: 1 })
    const value = page.records[0]?.value
    const decoded = value ? decodeTheatreRecord(value) : null
    return decoded?.kind === 'decoded' ? decoded.record : null
  }
}
