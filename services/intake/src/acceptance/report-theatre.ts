// Finds the theatre of a report. Other processes declare theatres and tick replayed ones, so the
// logs are read before a report is judged.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { ReportInput } from '@tocsin/contracts/report/posted-report'
import type { Place } from '@tocsin/contracts/theatre/report'
import { unassignedTheatre } from '@tocsin/contracts/theatre/theatre-record'
import type { Gazetteer } from '@tocsin/gazetteer/port'
import type { Principal } from '@tocsin/service-kit/access/principal'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'
import { findTheatre } from '@tocsin/service-kit/theatre/theatre-assignment'
import { checkKey, invalidBody } from '../report/refusals.ts'
import type { TheatreMoments } from '../time/theatre-moments.ts'
import { type ResolvedPlaces, resolvePlaces } from './report-places.ts'

export interface ReportTheatreOptions {
  readonly control: Pick<ControlView, 'state' | 'catchUp' | 'isFresh'>
  readonly gazetteer: Gazetteer
  readonly moments: TheatreMoments
  /** Timeout for reading the control log, ms. */
  readonly deadlineMs: number
}

export interface AssignedPlaces {
  readonly place: Place
  readonly alsoAt: readonly Place[]
  readonly theatre: string
}

/**
 * Maximum age of the known theatres, ms. A client that declares a theatre and reports to it at once
 * sends the cursor of the declaration; a place in no known theatre is checked again against all
 * theatres declared by now.
 */
const knowledgeMaxAgeMs = 1000

export class ReportTheatre {
  readonly #options: ReportTheatreOptions

  constructor(options: ReportTheatreOptions) {
    this.#options = options
  }

  /**
   * The places of a report, once its theatre and the time there are known; without waiting if both
   * are known already. Rejects with `projection-behind`, or with the log's error, after the
   * deadline.
   */
  located(input: ReportInput): ResolvedPlaces | Promise<ResolvedPlaces> {
    const resolved = resolvePlaces(input, this.#options.gazetteer)
    return resolved.ok && !this.#isKnown(resolved.place) ? this.#learntOf(resolved) : resolved
  }

  /**
   * Resolves once theatres and sources are known up to the maximum age. Rejects as `located` does.
   */
  learnt(): Promise<void> {
    return this.#learn(knowledgeMaxAgeMs)
  }

  #isKnown(place: Place): boolean {
    const { control, moments } = this.#options
    if (!control.isFresh(knowledgeMaxAgeMs)) return false
    const theatre = this.#theatreOf(place)
    return theatre !== unassignedTheatre && !moments.waitsForTicks(theatre)
  }

  async #learntOf(resolved: ResolvedPlaces & { ok: true }): Promise<ResolvedPlaces> {
    await this.#learn(knowledgeMaxAgeMs)
    if (this.#theatreOf(resolved.place) === unassignedTheatre) await this.#learn(0)
    await this.#options.moments.learn([this.#theatreOf(resolved.place)])
    return resolved
  }

  /**
   * The places and the theatre as known now, if the principal may write there. Throws ProblemError.
   */
  assigned(input: ReportInput, resolved: ResolvedPlaces, principal: Principal): AssignedPlaces {
    if (!resolved.ok) throw invalidBody(resolved.errors)
    const { place, alsoAt } = resolved
    const theatre = this.#theatreOf(place)
    checkKey(principal, theatre, input.handling)
    return { place, alsoAt, theatre }
  }

  #theatreOf(place: Place): string {
    return findTheatre(place, this.#options.control.state.theatres.values())
  }

  async #learn(maxAgeMs: number): Promise<void> {
    if (await this.#options.control.catchUp(this.#options.deadlineMs, maxAgeMs)) return
    throw new ProblemError(
      'projection-behind',
      'Intake has not yet read the declared theatres. Nothing was written.',
      {
        retryAfterS: 1
      }
    )
  }
}
