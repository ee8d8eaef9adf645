// The places and the theatre of a report, looked up once: places by the gazetteer, with the checks
// that need one (unknown areas, swapped coordinates); the theatre by the first of them. Other
// processes declare theatres and tick replayed ones, so the logs are read before a report is judged.

import type { FieldError } from '@tocsin/contracts/problem/problem-catalogue'
import { adminCodePattern, type LocationInput } from '@tocsin/contracts/report/posted-location'
import type { ReportInput } from '@tocsin/contracts/report/posted-report'
import type { Place } from '@tocsin/contracts/theatre/report'
import { unassignedTheatre } from '@tocsin/contracts/theatre/theatre-record'
import type { Gazetteer } from '@tocsin/gazetteer/port'
import { findTheatre } from '@tocsin/service/theatre/theatre-assignment'
import type { IncomingReport, LocatedReport } from '../report/incoming-report.ts'
import { behind, checkKey, invalidBody } from '../report/refusals.ts'
import type { IntakeParts } from '../wiring/intake-parts.ts'

type Places = Pick<LocatedReport, 'place' | 'alsoAt'>
export type FoundPlaces = Places & Pick<LocatedReport, 'theatre'>

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
   * if both are known already. Throws ProblemError `body-invalid` for wrong places. Rejects with
   * `projection-behind`, or with the log's error, after the deadline.
   */
  find(input: ReportInput): FoundPlaces | Promise<FoundPlaces> {
    const { control, time } = this.#parts
    const found = this.findNow(input)
    const { theatre } = found
    return control.isFresh(knowledgeMaxAgeMs) &&
      theatre !== unassignedTheatre &&
      !time.waitsForTicks(theatre)
      ? found
      : this.#findLater(found)
  }

  /** The same by what is known now. Never waits. */
  findNow(input: ReportInput): FoundPlaces {
    const resolved = resolvePlaces(input, this.#parts.gazetteer)
    if (!resolved.ok) throw invalidBody(resolved.errors)
    const { place, alsoAt } = resolved
    return { place, alsoAt, theatre: this.#findTheatre(place) }
  }

  async #findLater({ place, alsoAt }: Places): Promise<FoundPlaces> {
    await this.learn()
    if (this.#findTheatre(place) === unassignedTheatre) await this.learn(0)
    const theatre = this.#findTheatre(place)
    await this.#parts.time.learn([theatre])
    return { place, alsoAt, theatre }
  }

  #findTheatre(place: Place): string {
    return findTheatre(place, this.#parts.control.state.theatres.values())
  }

  /** Resolves once theatres and sources are known up to an age, ms. Rejects as `find` does. */
  async learn(maxAgeMs = knowledgeMaxAgeMs): Promise<void> {
    const { control, config } = this.#parts
    if (await control.catchUp(config.intake.requestDeadlineMs, maxAgeMs)) return
    throw behind('Intake has not yet read the declared theatres. Nothing was written.')
  }
}

/** The report with its places. Throws ProblemError if its key may not write there. */
export function locate(report: IncomingReport, found: FoundPlaces): LocatedReport {
  checkKey(report.principal, found.theatre, report.input.handling)
  return { ...report, ...found }
}

/** Resolves a report's place and its further places. Pure; every error names its field. */
export function resolvePlaces(
  report: ReportInput,
  gazetteer: Gazetteer
):
  | (Places & { readonly ok: true })
  | { readonly ok: false; readonly errors: readonly FieldError[] } {
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
