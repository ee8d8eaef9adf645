// What posts would become, by what is known now: the checks of a post without its write.

import type { Principal } from '@tocsin/auth/access/principal'
import type { ReportInput } from '@tocsin/contracts/report/posted-report'
import type { Place } from '@tocsin/contracts/theatre/report'
import type { KnownReports } from '@tocsin/read-model/reports/known-reports'
import type { IncomingReports, LocatedReport } from '../report/incoming-report.ts'
import { findSame } from '../report/incoming-report.ts'
import { checkTimes, idTaken, withdrawnForGood } from '../report/refusals.ts'
import { isVisible, visiblePart } from '../report/visible-reports.ts'
import type { TheatreMoments } from '../time/theatre-time.ts'
import { locate, type ReportPlaces } from './report-places.ts'

export interface ForesightDeps {
  readonly incoming: IncomingReports
  readonly places: ReportPlaces
  readonly moments: TheatreMoments
  readonly reports: KnownReports
  readonly checkReporter: (sourceId: string) => void
}

export interface ForeseenReport {
  readonly input: ReportInput
  readonly place: Place
  readonly isDuplicate: boolean
}

/**
 * Judges one report after the other, as if each were posted: content of an earlier one is a
 * duplicate. Throws the ProblemError that its sender would get.
 */
export class ReportForesight {
  readonly #deps: ForesightDeps
  readonly #principal: Principal
  readonly #said = new Set<string>()

  constructor(principal: Principal, deps: ForesightDeps) {
    this.#principal = principal
    this.#deps = deps
  }

  foresee(body: unknown): ForeseenReport {
    const { incoming, places, checkReporter } = this.#deps
    const principal = this.#principal
    const posted = incoming.readPost({ body, idempotencyKey: null, lane: 'backfill', principal })
    const { input } = posted
    const found = places.findNow(input)
    checkReporter(input.sourceId)
    const report = locate(posted, found)
    return { input, place: report.place, isDuplicate: this.#isDuplicate(report) }
  }

  #isDuplicate(report: LocatedReport): boolean {
    const { incoming, moments, reports } = this.#deps
    const { reportId, input, content, theatre } = report
    const known = reports.get(reportId)
    const isHidden = known?.winner != null && !isVisible(known, this.#principal)
    if (known?.withdrawal && !isHidden) throw withdrawnForGood()
    const shown = known !== undefined && isHidden ? visiblePart(known, this.#principal) : known
    if (
      shown !== undefined &&
      findSame(shown, report.content, incoming.computeDigests(report)) !== null
    )
      return true
    checkTimes(input, moments.nowMs(theatre))
    if (isHidden) throw idTaken()
    const saying = `${reportId} ${content.open} ${content.privateText}`
    if (this.#said.has(saying)) return true
    this.#said.add(saying)
    return false
  }
}
