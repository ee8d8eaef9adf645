// What posts would become, by what is known now: the checks of a post without its write.

import type { Principal } from '@tocsin/service-kit/access/principal'
import type { KnownReports } from '../known/known-reports.ts'
import { revisionSaying } from '../known/same-content.ts'
import type { PostedBodies } from '../report/posted-bodies.ts'
import { checkTimes, idTaken, withdrawnForGood } from '../report/refusals.ts'
import { isVisible, visiblePart } from '../report/visible-reports.ts'
import type { TheatreMoments } from '../time/theatre-moments.ts'
import type { ResolvedPlaces } from './report-places.ts'
import type { ReportTheatre } from './report-theatre.ts'

export interface ForesightDeps {
  readonly bodies: PostedBodies
  readonly places: Pick<ReportTheatre, 'assigned'>
  readonly moments: Pick<TheatreMoments, 'nowMs'>
  readonly reports: Pick<KnownReports, 'get'>
  readonly checkReporter: (sourceId: string) => void
}

/**
 * Judges one report after the other, as if each were posted: what an earlier one said is a
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

  foresee(body: unknown, resolved: ResolvedPlaces): 'accepted' | 'duplicate' {
    const { bodies, places, moments, reports, checkReporter } = this.#deps
    const principal = this.#principal
    const said = bodies.read(body)
    const { input, content } = said
    checkReporter(input.sourceId)
    const { theatre } = places.assigned(input, resolved, principal)
    const { sourceId, externalId } = input
    const named = { sourceId, externalId, idempotencyKey: null, principalId: principal.id, content }
    const reportId = bodies.idOf(named, body, said)
    const known = reports.get(reportId)
    const isHidden = known?.winner != null && !isVisible(known, principal)
    if (known?.withdrawal && !isHidden) throw withdrawnForGood()
    const shown = known !== undefined && isHidden ? visiblePart(known, principal) : known
    if (shown !== undefined && revisionSaying(shown, bodies.compared(reportId, said)) !== null)
      return 'duplicate'
    checkTimes(input, moments.nowMs(theatre))
    if (isHidden) throw idTaken()
    const saying = `${reportId} ${said.plainHash()}`
    if (this.#said.has(saying)) return 'duplicate'
    this.#said.add(saying)
    return 'accepted'
  }
}
