// What a reader gets of a report: its winning revision, what is known of it here, and its outcome.
// Private texts only with the scope for persons; alerts only for readers of alerts who are cleared
// for them.

import { mayUse, type Principal } from '@tocsin/auth/access/principal'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { PrivateTexts } from '@tocsin/contracts/report/private-texts'
import { computeWithdrawalRecordId } from '@tocsin/contracts/report/report-identity'
import { handlings, maySee, strictest } from '@tocsin/contracts/theatre/handling'
import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import { computeWindowStartMs, defaultRetentionDays } from '@tocsin/contracts/theatre/retention'
import {
  runsIn,
  unassignedTheatre,
  undeclaredSource
} from '@tocsin/contracts/theatre/theatre-record'
import type { Clock } from '@tocsin/domain/ports'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import { type CheckPlaces, makePlaceCheck } from '@tocsin/engine/theatre/place-needs'
import { makeCursorBehind } from '@tocsin/event-log/cursor'
import type { Cursor, EventLog, RecordPosition } from '@tocsin/event-log/port'
import type { ProcessModel } from '@tocsin/read-model/process/process-model'
import type { KnownReport } from '@tocsin/read-model/reports/known-report'
import type { PrivateVault } from '@tocsin/service/privacy/private-vault'
import type { ControlView } from '@tocsin/service/projection/control-view'
import type { RulesProgress } from '@tocsin/service/projection/rules-progress'
import type { ReportAcceptance } from '../acceptance/acceptance.ts'
import { recordAt } from '../acceptance/report-writing.ts'
import { readPosition } from '../report/report-answer.ts'
import {
  isCleared,
  isReadable,
  readablePart,
  readsAll,
  revisionsSeen
} from '../report/visible-reports.ts'
import type { TheatreTime } from '../time/theatre-time.ts'
import { collectHindrances, type Hindrance, withdrawnHindrance } from './report-hindrances.ts'
import type {
  AlertOfIncident,
  AlertOutcome,
  IncidentOutcome,
  ReportOutcomes
} from './report-outcomes.ts'

export interface ReportReadingDeps {
  readonly log: EventLog
  readonly model: Pick<ProcessModel, 'views' | 'reports'>
  readonly outcomes: ReportOutcomes
  readonly time: TheatreTime
  readonly progress: RulesProgress
  readonly acceptance: ReportAcceptance
  readonly vault: Pick<PrivateVault, 'open'>
  readonly control: Pick<ControlView, 'state'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/**
 * A revision without its sealed part and its hash; `private` and the keys of persons only for
 * readers with the scope.
 */
export type ShownRevision = Omit<
  ReportRevision,
  'contentHash' | 'private' | 'persons' | 'unnamed' | 'narrativeKey' | 'linkKeys'
> & {
  readonly persons: readonly {
    readonly role: string | null
    readonly kind: string | null
    readonly key?: string
  }[]
  readonly private?: PrivateTexts | null
}

/**
 * The incident of a report. `revision` also counts hidden reports, so that only readers cleared for
 * `restricted` get it.
 */
export interface ShownIncident {
  readonly incidentId: string
  readonly revision?: number
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
  readonly incident: ShownIncident | null
  /** Alerts that rest on the incident; for a withdrawn report, those that it had supported. */
  readonly alerts: readonly Omit<AlertOutcome, 'handling'>[]
  /** Why it triggers no rules, or only some. */
  readonly hindrances: readonly Hindrance[]
}

export class ReportReading {
  readonly #deps: ReportReadingDeps
  /** By theatre, of the rules that they were made of. */
  readonly #placeChecks = new Map<string, CheckPlaces>()
  #checkedRules: object | null = null

  constructor(deps: ReportReadingDeps) {
    this.#deps = deps
  }

  /**
   * The outcome of a report, waiting up to `waitMs` for it. Rejects with ProblemError `not-found`,
   * also for what the reader may not see. Without `reports:read` the reader gets what it posted
   * itself, and no incident: other reports are in it.
   */
  async read(reportId: string, principal: Principal, waitMs: number): Promise<ReportAnswer> {
    const { log, model, outcomes, progress, acceptance } = this.#deps
    const before = await acceptance.found(reportId, principal, isReadable)
    const cursor = findCursorBehind(model, before.standings.map(readPosition))
    const assembled = await progress.outputIsFollowed(cursor, model.views, waitMs)
    // It may have been corrected, moved or withdrawn meanwhile.
    const known = acceptance.visible(reportId, principal)
    const shown = readablePart(known, principal)
    const withdrawal = known.withdrawal === null ? null : await recordAt(log, known.withdrawal)
    const { theatre } = known.winner
    const assembledTo =
      known.withdrawal === null ? outcomes.findIncident(theatre, reportId, strictest) : null
    const incident =
      known.withdrawal === null
        ? outcomes.findIncident(theatre, reportId, principal.handling)
        : null
    const report = known.withdrawal === null ? await recordAt(log, shown.winner.at) : null
    const revision = report?.type === 'report.received' ? report.data : null
    const supported =
      known.withdrawal === null
        ? []
        : outcomes.alertsBefore(principal.handling, computeWithdrawalRecordId(theatre, reportId))
    return {
      reportId,
      revision: revisionsSeen(principal, shown.revisions),
      theatre,
      withdrawn:
        withdrawal?.type === 'report.withdrawn'
          ? { at: withdrawal.time, reason: withdrawal.data.reason }
          : null,
      report: revision === null ? null : this.#shown(known, revision, principal),
      assembled,
      incident:
        incident === null || !readsAll(principal) ? null : incidentShown(incident, principal),
      alerts: this.#alerts(
        incident === null
          ? supported
          : outcomes.listAlerts(theatre, incident, { level: principal.handling, reportId }),
        principal
      ),
      hindrances:
        revision === null
          ? [withdrawnHindrance]
          : this.#hindrances(revision, assembled && assembledTo === null, principal)
    }
  }

  /** The last reports that the reader posted itself and may see, the newest first. */
  async mine(principal: Principal): Promise<readonly ReportAnswer[]> {
    const { reports } = this.#deps.model
    const own = reports
      .listOwn(principal.id)
      .filter(reportId => isReadable(reports.get(reportId), principal))
    return this.#readAll(own, principal)
  }

  /** A report that was moved or hidden since it was listed is left out. */
  async #readAll(
    reportIds: readonly string[],
    principal: Principal
  ): Promise<readonly ReportAnswer[]> {
    const answers = await Promise.all(
      reportIds.map(reportId => this.read(reportId, principal, 0).catch(ignoreMissing))
    )
    return answers.filter(answer => answer !== null)
  }

  /** The newest reports in no theatre that the reader may see, and how many the last week has. */
  async readUnassigned(
    principal: Principal,
    limit: number
  ): Promise<{ readonly items: readonly ReportAnswer[]; readonly lastWeek: number }> {
    const { model, clock } = this.#deps
    const seen = handlings.filter(handling =>
      isCleared(principal, { theatre: unassignedTheatre, handling })
    )
    const counts = model.reports.countOutside(clock.nowMs() - weekMs)
    return {
      items: await this.#readAll(model.reports.listOutside(seen, limit), principal),
      lastWeek: sumCounts(counts.filter(([handling]) => seen.includes(handling)))
    }
  }

  /** `isOut`: the rules have folded it, and it is in no incident. */
  #hindrances(
    revision: ReportRevision,
    isOut: boolean,
    principal: Principal
  ): readonly Hindrance[] {
    const { state } = this.#deps.control
    const { sourceId, theatre } = revision
    return collectHindrances(revision, {
      reliability: state.sources.get(sourceId)?.reliability ?? undeclaredSource.reliability,
      unmetNeeds: this.#findPlaceCheck(theatre),
      windowStartMs: isOut ? this.#windowStartMs(theatre) : null,
      namesRules: mayUse(principal, ['alerts:read', 'rules:manage'])
    })
  }

  #findPlaceCheck(theatre: string): CheckPlaces {
    const { rules } = this.#deps.control.state
    if (rules !== this.#checkedRules) {
      this.#checkedRules = rules
      this.#placeChecks.clear()
    }
    const known = this.#placeChecks.get(theatre)
    if (known !== undefined) return known
    const check = makePlaceCheck([...rules.values()].filter(rule => runsIn(rule, theatre)))
    this.#placeChecks.set(theatre, check)
    return check
  }

  #windowStartMs(theatre: string): number | null {
    const { time, control, clock } = this.#deps
    const nowMs = time.nowMs(theatre, control.state, clock.nowMs())
    const retentionDays = control.state.theatres.get(theatre)?.retentionDays ?? defaultRetentionDays
    return nowMs === null ? null : computeWindowStartMs(nowMs, retentionDays)
  }

  #alerts(
    alerts: readonly (AlertOutcome & Partial<AlertOfIncident>)[],
    principal: Principal
  ): ReportAnswer['alerts'] {
    if (!mayUse(principal, ['alerts:read'])) return []
    return alerts
      .filter(
        ({ handling, evidenceHandling = handling }) =>
          maySee(principal.handling, handling) && maySee(principal.handling, evidenceHandling)
      )
      .map(({ alertId, status, severity, ruleId, headline }) => ({
        alertId,
        status,
        severity,
        ruleId,
        headline
      }))
  }

  #shown(known: KnownReport, revision: ReportRevision, principal: Principal): ShownRevision {
    const {
      contentHash: _c,
      private: sealed,
      persons,
      unnamed = [],
      narrativeKey: _n,
      linkKeys: _l,
      ...open
    } = revision
    // The keys are removed too: readers who may not see names must not learn that there are any.
    const nameless = [...persons, ...unnamed].map(({ role, kind }) => ({ role, kind }))
    if (!mayUse(principal, ['persons:read'])) return { ...open, persons: nameless }
    const opened = sealed === null ? null : this.#deps.vault.open(known.reportId, sealed)
    return {
      ...open,
      persons: [...persons.map(({ key, role, kind }) => ({ key, role, kind })), ...unnamed],
      private: opened?.kind === 'opened' ? opened.texts : null
    }
  }
}

/** A cursor behind exactly the given places of the incidents log. Throws before the start. */
export function findCursorBehind(
  { views }: Pick<ProcessModel, 'views'>,
  places: readonly RecordPosition[]
): Cursor {
  const { cursor } = views.incidents
  if (cursor === null) throw new Error('a report is known before the logs were followed')
  return makeCursorBehind(cursor.topic, cursor.epoch, cursor.positions.length, places)
}

function incidentShown(
  { incidentId, revision }: IncidentOutcome,
  { handling }: Principal
): ShownIncident {
  return handling === strictest ? { incidentId, revision } : { incidentId }
}

/** For how long reports in no theatre are counted, ms. */
export const weekMs = 7 * dayMs

export function sumCounts(counts: readonly (readonly [unknown, number])[]): number {
  return counts.reduce((sum, [, count]) => sum + count, 0)
}

/** For `catch`: null for a report that is not there, or not for the reader. */
export function ignoreMissing(error: unknown): null {
  if (error instanceof ProblemError && error.code === 'not-found') return null
  throw error
}
