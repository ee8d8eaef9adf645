// What a reader gets of a report: its winning revision, what is known of it here, and its outcome.
// Private texts only with the scope for persons; alerts only for readers of alerts who are cleared
// for them.

import { mayUse, type Principal } from '@tocsin/auth/access/principal'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { PrivateTexts } from '@tocsin/contracts/report/private-texts'
import { computeWithdrawalRecordId } from '@tocsin/contracts/report/report-identity'
import { handlings, strictest } from '@tocsin/contracts/theatre/handling'
import type { ReportRevision, UnnamedPerson } from '@tocsin/contracts/theatre/report'
import { computeWindowStartMs, defaultRetentionDays } from '@tocsin/contracts/theatre/retention'
import {
  runsIn,
  unassignedTheatre,
  undeclaredSource
} from '@tocsin/contracts/theatre/theatre-record'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import { type CheckPlaces, makePlaceCheck } from '@tocsin/engine/theatre/place-needs'
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
import { findCursorBehind } from '../report/written-cursors.ts'
import type { IntakeParts } from '../wiring/intake-parts.ts'
import { collectHindrances, type Hindrance, withdrawnHindrance } from './report-hindrances.ts'
import { ReportOutcomes } from './report-outcomes.ts'

interface ShownTexts {
  readonly persons: readonly (UnnamedPerson & { readonly key?: string })[]
  readonly private?: PrivateTexts | null
}

type ReportAnswer = Awaited<ReturnType<ReportReading['read']>>

export class ReportReading {
  readonly #parts: IntakeParts
  readonly #acceptance: ReportAcceptance
  readonly #outcomes: ReportOutcomes
  /** By theatre, of the rules that they were made of. */
  readonly #placeChecks = new Map<string, CheckPlaces>()
  #checkedRules: object | null = null

  constructor(parts: IntakeParts, acceptance: ReportAcceptance) {
    this.#parts = parts
    this.#acceptance = acceptance
    this.#outcomes = new ReportOutcomes(parts.model)
  }

  /**
   * The outcome of a report, waiting up to `waitMs` for it. Rejects with ProblemError `not-found`,
   * also for what the reader may not see. Without `reports:read` the reader gets what it posted
   * itself, and no incident: other reports are in it.
   */
  async read(reportId: string, principal: Principal, waitMs: number) {
    const { log, model, progress } = this.#parts
    const before = await this.#acceptance.found(reportId, principal, isReadable)
    const cursor = findCursorBehind(model, before.standings.map(readPosition))
    const assembled = await progress.outputIsFollowed(cursor, model.views, waitMs)
    // It may have been corrected, moved or withdrawn meanwhile.
    const known = this.#acceptance.visible(reportId, principal)
    const shown = readablePart(known, principal)
    const { theatre } = known.winner
    const record = await recordAt(log, known.withdrawal ?? shown.winner.at)
    const revision = record?.type === 'report.received' ? record.data : null
    const find = (level: Principal['handling']) =>
      known.withdrawal === null ? this.#outcomes.findIncident(theatre, reportId, level) : null
    const incident = find(principal.handling)
    const listAlerts = () => {
      const level = principal.handling
      if (incident !== null)
        return this.#outcomes.listAlerts(theatre, incident, { level, reportId })
      if (known.withdrawal === null) return []
      return this.#outcomes.alertsBefore(level, computeWithdrawalRecordId(theatre, reportId))
    }
    return {
      reportId,
      revision: revisionsSeen(principal, shown.revisions),
      theatre,
      withdrawn:
        record?.type === 'report.withdrawn'
          ? { at: record.time, reason: record.data.reason }
          : null,
      report: revision === null ? null : this.#showRevision(revision, principal),
      assembled,
      incident:
        incident === null || !readsAll(principal)
          ? null
          : {
              incidentId: incident.incidentId,
              // It counts hidden reports too.
              ...(principal.handling === strictest ? { revision: incident.revision } : {})
            },
      alerts: mayUse(principal, ['alerts:read']) ? listAlerts() : [],
      hindrances:
        revision === null
          ? [withdrawnHindrance]
          : this.#listHindrances(revision, assembled && find(strictest) === null, principal)
    }
  }

  /** The last reports that the reader posted itself and may see, the newest first. */
  async mine(principal: Principal): Promise<readonly ReportAnswer[]> {
    const { reports } = this.#parts.model
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
    const { model, clock } = this.#parts
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
  #listHindrances(
    revision: ReportRevision,
    isOut: boolean,
    principal: Principal
  ): readonly Hindrance[] {
    const { sources } = this.#parts.control.state
    const { sourceId, theatre } = revision
    return collectHindrances(revision, {
      reliability: sources.get(sourceId)?.reliability ?? undeclaredSource.reliability,
      unmetNeeds: this.#findPlaceCheck(theatre),
      windowStartMs: isOut ? this.#findWindowStart(theatre) : null,
      namesRules: mayUse(principal, ['alerts:read', 'rules:manage'])
    })
  }

  #findPlaceCheck(theatre: string): CheckPlaces {
    const { rules } = this.#parts.control.state
    if (rules !== this.#checkedRules) {
      this.#checkedRules = rules
      this.#placeChecks.clear()
    }
    const check =
      this.#placeChecks.get(theatre) ??
      makePlaceCheck([...rules.values()].filter(rule => runsIn(rule, theatre)))
    this.#placeChecks.set(theatre, check)
    return check
  }

  #findWindowStart(theatre: string): number | null {
    const { time, control } = this.#parts
    const nowMs = time.find(theatre)
    const retentionDays = control.state.theatres.get(theatre)?.retentionDays ?? defaultRetentionDays
    return nowMs === null ? null : computeWindowStartMs(nowMs, retentionDays)
  }

  /**
   * A revision without its sealed part and its hash; private texts and the keys of persons only for
   * readers with the scope.
   */
  #showRevision(revision: ReportRevision, principal: Principal) {
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
    const shown: ShownTexts = { persons: nameless }
    if (!mayUse(principal, ['persons:read'])) return { ...open, ...shown }
    const opened = sealed === null ? null : this.#parts.vault.open(revision.reportId, sealed)
    const named: ShownTexts = {
      persons: [...persons.map(({ key, role, kind }) => ({ key, role, kind })), ...unnamed],
      private: opened?.kind === 'opened' ? opened.texts : null
    }
    return { ...open, ...named }
  }
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
