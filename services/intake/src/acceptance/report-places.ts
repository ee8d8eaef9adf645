// The places and the theatre of a report, looked up once: places by the gazetteer, with the checks
// that need one (unknown areas, swapped coordinates); the theatre by the first of them. Other
// processes declare theatres and tick replayed ones, so the logs are read before a report is judged.

import { type FieldError, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { adminCodePattern, type LocationInput } from '@tocsin/contracts/report/posted-location'
import type { ReportInput } from '@tocsin/contracts/report/posted-report'
import type { Place } from '@tocsin/contracts/theatre/report'
import { unassignedTheatre } from '@tocsin/contracts/theatre/theatre-record'
import type { Gazetteer } from '@tocsin/gazetteer/port'
import { findTheatre } from '@tocsin/service/theatre/theatre-assignment'
import type { IncomingReport, LocatedReport } from '../report/incoming-report.ts'
import { checkKey, invalidBody } from '../report/refusals.ts'
import type { IntakeParts } from '../wiring/intake-parts.ts'

export type ResolvedPlaces =
  | { readonly ok: true; readonly place: Place; readonly alsoAt: readonly Place[] }
  | { readonly ok: false; readonly errors: readonly FieldError[] }

/** The places and their theatre; of places with errors it is unknown. */
export type FoundPlaces =
  | (Extract<ResolvedPlaces, { readonly ok: true }> & { readonly theatre: string })
  | Extract<ResolvedPlaces, { readonly ok: false }>

/**
 * Maximum age of the known theatres, ms. A client that declares a theatre and immediately reports
 * to it sends the cursor of the declaration; a place in no known theatre is checked again against
 * all theatres declared by now.
 */
const knowledgeMaxAgeMs = 1000

export class ReportPlaces {
  readonly #parts: IntakeParts

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  /**
   * The places of a report and its theatre, once that and the time there are known; without waiting
   * if both are known already. Rejects with `projection-behind`, or with the log's error, after the
   * deadline.
   */
  find(input: ReportInput): FoundPlaces | Promise<FoundPlaces> {
    const { control, time, gazetteer } = this.#parts
    const resolved = resolvePlaces(input, gazetteer)
    if (!resolved.ok) return resolved
    if (control.isFresh(knowledgeMaxAgeMs)) {
      const theatre = this.#findTheatre(resolved.place)
      if (theatre !== unassignedTheatre && !time.waitsForTicks(theatre))
        return { ...resolved, theatre }
    }
    return this.#findLater(resolved)
  }

  /** The same by what is known now. Never waits. */
  findNow(input: ReportInput): FoundPlaces {
    const resolved = resolvePlaces(input, this.#parts.gazetteer)
    return resolved.ok ? { ...resolved, theatre: this.#findTheatre(resolved.place) } : resolved
  }

  /**
   * Resolves once theatres and sources are known up to the maximum age. Rejects as `find` does.
   */
  learn(): Promise<void> {
    return this.#learn(knowledgeMaxAgeMs)
  }

  async #findLater(resolved: Extract<ResolvedPlaces, { readonly ok: true }>): Promise<FoundPlaces> {
    await this.#learn(knowledgeMaxAgeMs)
    if (this.#findTheatre(resolved.place) === unassignedTheatre) await this.#learn(0)
    const theatre = this.#findTheatre(resolved.place)
    await this.#parts.time.learn([theatre])
    return { ...resolved, theatre }
  }

  #findTheatre(place: Place): string {
    return findTheatre(place, this.#parts.control.state.theatres.values())
  }

  async #learn(maxAgeMs: number): Promise<void> {
    const { control, config } = this.#parts
    if (await control.catchUp(config.intake.requestDeadlineMs, maxAgeMs)) return
    throw new ProblemError(
      'projection-behind',
      'Intake has not yet read the declared theatres. Nothing was written.',
      { retryAfterS: 1 }
    )
  }
}

/**
 * The report with its places. Throws ProblemError if they have errors, or if its key may not write
 * there.
 */
export function locate(report: IncomingReport, found: FoundPlaces): LocatedReport {
  if (!found.ok) throw invalidBody(found.errors)
  const { place, alsoAt, theatre } = found
  checkKey(report.principal, theatre, report.input.handling)
  return { ...report, place, alsoAt, theatre }
}

/** Resolves a report's place and its further places. Pure; every error names its field. */
export function resolvePlaces(report: ReportInput, gazetteer: Gazetteer): ResolvedPlaces {
  const errors: FieldError[] = []
  const place = resolve(report.location, '/location', gazetteer, errors)
  const alsoAt = report.alsoAt.map((stated, i) =>
    resolve(stated, `/alsoAt/${i}`, gazetteer, errors)
  )
  return errors.length > 0 ? { ok: false, errors } : { ok: true, place, alsoAt }
}

function resolve(
  stated: LocationInput,
  at: string,
  gazetteer: Gazetteer,
  errors: FieldError[]
): Place {
  const { country, lat, lon } = stated
  const admin1 = findAreaCode(stated, gazetteer, detail =>
    errors.push({ pointer: `${at}/admin1`, detail })
  )
  if (country !== null && lat !== null && lon !== null && gazetteer.looksSwapped(country, lat, lon))
    errors.push({
      pointer: `${at}/lat`,
      detail: `is far from ${country}: latitude and longitude look swapped, as the swapped order lies in ${country}`
    })
  return gazetteer.resolve(admin1 === stated.admin1 ? stated : { ...stated, admin1 })
}

/** The error for an area that is not known, by the gazetteer's result. */
const refusals = {
  unlisted: (country: string) =>
    `is a name, but the gazetteer has no area names for ${country}: use an ISO 3166-2 code`,
  unknown: (country: string) =>
    `is neither a first-level ISO 3166-2 code nor a known area name in ${country}`,
  ambiguous: (country: string, codes: readonly string[]) =>
    `is the name of several areas in ${country}: use one of ${codes.join(', ')}`
} as const

/**
 * The code of a stated area. For a country without an area list any code is accepted, but no name.
 */
function findAreaCode(
  { admin1, country }: LocationInput,
  gazetteer: Gazetteer,
  refuse: (detail: string) => void
): string | null {
  // The contract guarantees that a name comes with a country, and that a code includes one.
  if (admin1 === null || country === null) return admin1
  const found = gazetteer.findAdmin1(admin1, country)
  if (found.kind === 'known') return found.code
  if (found.kind === 'unlisted' && adminCodePattern.test(admin1)) return admin1
  refuse(refusals[found.kind](country, found.kind === 'ambiguous' ? found.codes : []))
  return null
}
