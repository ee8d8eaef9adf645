// The evidence behind an alert as one reader may see it: incidents with their reports and places, and
// report texts for readers with the scope for personal data. Bodies are read from the logs on demand.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { mayReadTheatre, mayUse, type Principal } from '@tocsin/auth/access/principal'
import { isInView, isWhole, makeView, type ReaderView } from '@tocsin/auth/access/reader-view'
import type { IncidentState } from '@tocsin/contracts/incident/incident-event'
import { digest } from '@tocsin/contracts/json/digest'
import { decodeIncidentEvent, decodeTheatreRecord } from '@tocsin/contracts/record/records'
import type { PrivateTexts } from '@tocsin/contracts/report/private-texts'
import { type Handling, maySee } from '@tocsin/contracts/theatre/handling'
import type { Place, ReportRevision, SealedPrivate } from '@tocsin/contracts/theatre/report'
import { distanceKm } from '@tocsin/domain/space-time/geometry'
import type { EventLog } from '@tocsin/event-log/port'
import { readAt } from '@tocsin/event-log/read-up-to'
import { topics } from '@tocsin/event-log/topics'
import type { IncidentEntry } from '@tocsin/read-model/incidents/incident-table'
import { declaredInView } from './officers-talk.ts'
import type { Projection } from './projection.ts'
import type { VisibleEvidenceItem } from './reader-view.ts'

/**
 * Opens the sealed part of a report. `null`: its key was erased, or it was sealed under another
 * key.
 */
export type PrivateReader = (reportId: string, sealed: SealedPrivate) => PrivateTexts | null

export interface EvidenceReader {
  readonly view: ReaderView
  /** Null for readers without the scope for personal data. */
  readonly openPrivate: PrivateReader | null
}

export type VisibleReport = ReturnType<typeof makeOpenPart> & {
  readonly withdrawn: boolean
  /** Only for readers with the scope; null if none was sent or its key was erased. */
  readonly private?: PrivateTexts | null
}

export type VisibleIncident = Omit<ReturnType<typeof omitInternal>, 'reports' | 'place'> &
  ReturnType<typeof incidentPlaces> & {
    readonly withdrawn: boolean
    readonly reports: readonly VisibleReport[]
  }

export interface VisibleEvidence extends VisibleEvidenceItem {
  /**
   * The current revision, which may be later than the one the alert is based on; null if no longer
   * visible.
   */
  readonly incident: VisibleIncident | null
}

/** Maximum number of pieces of evidence in one answer, each with its incident in full. */
export const evidenceShownMax = 100

export class EvidenceReading {
  readonly #log: EventLog
  readonly #projection: Projection

  constructor(log: EventLog, projection: Projection) {
    this.#log = log
    this.#projection = projection
  }

  incident(id: string, { view }: EvidenceReader): IncidentEntry | null {
    return this.#projection.incidents.get(view.level, id, view.theatres)
  }

  /** The evidence items of an alert as the reader gets them, each with its incident and reports. */
  async readEvidence(
    items: readonly VisibleEvidenceItem[],
    reader: EvidenceReader
  ): Promise<readonly VisibleEvidence[]> {
    const shown: VisibleEvidence[] = []
    for (const item of items) {
      if (!maySee(reader.view.level, item.handling)) continue
      const entry = this.incident(item.incidentId, reader)
      shown.push({ ...item, incident: entry && (await this.#inTurn(entry, reader)) })
    }
    return shown
  }

  async listIncidents(
    entries: readonly IncidentEntry[],
    reader: EvidenceReader
  ): Promise<readonly VisibleIncident[]> {
    const shown: VisibleIncident[] = []
    for (const entry of entries) {
      const incident = await this.#inTurn(entry, reader)
      if (incident !== null) shown.push(incident)
    }
    return shown
  }

  /** As `findIncident`, and lets others go on: its reports are read from the log. */
  async #inTurn(entry: IncidentEntry, reader: EvidenceReader): Promise<VisibleIncident | null> {
    await nextTurn()
    return this.findIncident(entry, reader)
  }

  /** An incident with the visible reports; null if the incident itself is hidden. */
  async findIncident(
    { state, isWithdrawn }: IncidentEntry,
    reader: EvidenceReader
  ): Promise<VisibleIncident | null> {
    if (!isInView(reader.view, state)) return null
    const { reports, ...rest } = omitInternal(state)
    const read = await Promise.all(
      reports.map(({ reportId }) => this.#makeReport(reportId, reader))
    )
    const visible = read.filter(report => report !== null)
    return {
      ...rest,
      ...incidentPlaces(state.place, visible),
      withdrawn: isWithdrawn,
      reports: visible
    }
  }

  /**
   * Visible past states of an incident, oldest first. Readers who do not see everything get ids of
   * their own view.
   */
  async findHistory(entry: IncidentEntry, { view }: EvidenceReader) {
    const seesAll = isWhole(view)
    const positions = this.#projection.incidents.listEvents(view.level, entry)
    const events = await Promise.all(
      positions.map(async at => {
        const value = (await readAt(this.#log, topics.assembly, at))?.value ?? null
        const decoded = value === null ? null : decodeIncidentEvent(value)
        if (decoded?.kind !== 'decoded' || !isInView(view, decoded.record.data)) return null
        const { id, type, time, cause } = decoded.envelope
        const { reports, ...rest } = omitInternal(decoded.record.data)
        const { incidentId, theatre, revision, from } = rest
        const names = ['incident-in-view', view.level, theatre, incidentId, String(revision)]
        return {
          ...{ id: seesAll ? id : digest(...names), type, time, cause: seesAll ? cause : null },
          declared: this.#findDeclared(view.level, cause),
          data: {
            ...rest,
            // Without hashes: these cover private content.
            reports: reports.map(({ reportId, sourceId }) => ({ reportId, sourceId })),
            from: seesAll
              ? from
              : from.filter(each => this.incident(each, { view, openPrivate: null }))
          }
        }
      })
    )
    return events.filter(event => event !== null)
  }

  /**
   * The officer's split (`same` false) or merge behind an event; null if no officer caused it, or it
   * is too old to be remembered.
   */
  #findDeclared(level: Handling, cause: string | null) {
    const action = cause === null ? undefined : this.#projection.declarations.action(cause)
    if (action === undefined) return null
    const { by, byId = null, same, note = null, handling } = action.data
    return declaredInView(level, { by, byId, at: action.at, same, note }, handling)
  }

  async #makeReport(
    reportId: string,
    { view, openPrivate }: EvidenceReader
  ): Promise<VisibleReport | null> {
    const known = this.#projection.reports.get(reportId)
    if (known === undefined || known.winner === null) return null
    const at = { ...known.winner.at, position: BigInt(known.winner.at.position) }
    const value = (await readAt(this.#log, topics.incidents, at))?.value ?? null
    const decoded = value === null ? null : decodeTheatreRecord(value)
    if (decoded?.kind !== 'decoded' || decoded.record.type !== 'report.received') return null
    const revision = decoded.record.data
    if (!mayReadTheatre(view, revision.theatre) || !maySee(view.level, revision.handling))
      return null
    const report = { ...makeOpenPart(revision), withdrawn: known.withdrawal !== null }
    if (openPrivate === null) return report
    return {
      ...report,
      private: revision.private === null ? null : openPrivate(reportId, revision.private)
    }
  }
}

/** The public part of a report: without the sealed part and the keys derived from it. */
function makeOpenPart(revision: ReportRevision) {
  const {
    private: _private,
    persons: _persons,
    unnamed: _unnamed,
    narrativeKey: _narrativeKey,
    linkKeys: _linkKeys,
    contentHash: _contentHash,
    ...rest
  } = revision
  const { alsoAt, place, ...open } = rest
  return { ...open, place: shownPlace(place), alsoAt: alsoAt.map(shownPlace) }
}

/** The reader for a principal. The scope for personal data lets it open private texts. */
export function makeReader(
  { openPrivate }: { readonly openPrivate: PrivateReader },
  principal: Principal
): EvidenceReader {
  return {
    view: makeView(principal),
    openPrivate: mayUse(principal, ['persons:read']) ? openPrivate : null
  }
}

/** A state without the parts that concern other readers and the log. */
function omitInternal({
  seq: _seq,
  readers: _readers,
  takenBack: _takenBack,
  ...state
}: IncidentState) {
  return state
}

/** Maximum candidates per place in an answer; a name may have some hundred. */
const candidatesShownMax = 20
/** Maximum further places of an incident shown: as many as the rules consider. */
const furtherShownMax = 20

export interface ShownPlace extends Place {
  /** Number of candidates not shown; omitted if zero. */
  readonly candidatesOmitted?: number
}

export function shownPlace(place: Place): ShownPlace {
  const omitted = place.candidates.length - candidatesShownMax
  if (omitted <= 0) return place
  const candidates = place.candidates.slice(0, candidatesShownMax)
  return { ...place, candidates, candidatesOmitted: omitted }
}

/**
 * The place of an incident with how it was resolved, and its further places, from those of its
 * reports. `resolution` is null if none of them states it.
 */
export function incidentPlaces(
  place: IncidentState['place'],
  reports: readonly { readonly place: ShownPlace; readonly alsoAt: readonly ShownPlace[] }[]
) {
  const all = reports.flatMap(report => [report.place, ...report.alsoAt])
  const further: ShownPlace[] = []
  for (const found of all) {
    if (found.contradiction === 'country' || isThat(place, found) || isSamePlace(place, found))
      continue
    if (further.length < furtherShownMax && !further.some(known => isSamePlace(known, found)))
      further.push(found)
  }
  return {
    place: { ...place, ...describeFound(all.find(found => isThat(place, found))) },
    alsoAt: further
  }
}

/**
 * True for the place that the rules used. Of a place that contradicts its country they use the name
 * only.
 */
function isThat(
  taken: IncidentState['place'],
  { name, settlementName, settlement, lat, lon, contradiction }: Place
): boolean {
  if (contradiction === 'country')
    return taken.lat === null && taken.country === null && taken.name === name
  return (
    taken.lat === lat &&
    taken.lon === lon &&
    taken.settlement === settlement &&
    taken.name === (settlementName ?? name)
  )
}

function describeFound(place: ShownPlace | undefined) {
  const {
    resolution = null,
    candidates = [],
    candidatesOmitted,
    contradiction,
    precision
  } = place ?? {}
  return {
    ...{ resolution, candidates },
    ...(candidatesOmitted === undefined ? {} : { candidatesOmitted }),
    ...(contradiction === undefined ? {} : { contradiction }),
    ...(precision === undefined ? {} : { precision })
  }
}

// A name that the gazetteer lacks has one id in its whole area of the first level: "A2 highway" there may
// be two places 150 km from each other, and their coordinates distinguish them. Decision 0005.

/** Points with the same settlement id and a greater distance are two places. */
const settlementWidthMaxKm = 25
const samePlaceKm = 5

type SomePlace = Pick<Place, 'name' | 'country' | 'admin1' | 'lat' | 'lon' | 'settlement'>

/**
 * True for one settlement, or points very close together; without coordinates for one name in one
 * area.
 */
export function isSamePlace(a: SomePlace, b: SomePlace): boolean {
  const isLocated = a.lat !== null && a.lon !== null && b.lat !== null && b.lon !== null
  const apartKm = isLocated
    ? distanceKm({ lat: a.lat, lon: a.lon }, { lat: b.lat, lon: b.lon })
    : null
  if (a.settlement !== null && b.settlement !== null)
    return a.settlement === b.settlement && (apartKm === null || apartKm <= settlementWidthMaxKm)
  if (apartKm !== null) return apartKm <= samePlaceKm
  return a.name !== null && a.name === b.name && a.admin1 === b.admin1 && a.country === b.country
}
