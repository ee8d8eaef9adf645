// What a continued alert may rest on: its own reports, or the same situation by its pattern's
// identity (decision 0038). Read from the alerts and assembly logs alone.

import type { PatternWords, PlaceReach } from '@tocsin/domain/detection/pattern'
import { compoundPatterns, patterns } from '@tocsin/domain/patterns/pattern-catalogue'
import { topics } from '@tocsin/event-log/topics'
import type { StoreReader } from '../world/store-reader.ts'
import type { World } from '../world/world.ts'
import { theatresOf } from './theatre-records.ts'

interface AlertWord {
  readonly alertId: string
  readonly ruleId: string
  readonly pattern: string
  readonly status: string
  readonly reason: string | null
  readonly group: Readonly<Record<string, string>>
  readonly evidence: readonly {
    readonly incidentId: string
    readonly revision: number
    readonly role: string
  }[]
}

interface IncidentWord {
  readonly incidentId: string
  readonly revision: number
  readonly occurred: { readonly from: string; readonly to: string }
  readonly place: {
    readonly lat: number | null
    readonly lon: number | null
    readonly settlement: string | null
  }
  readonly reports: readonly { readonly reportId: string }[]
}

interface Statement {
  readonly word: AlertWord
  readonly triggers: readonly IncidentWord[]
  readonly cause: string | null
}

const promise = 'an alert goes on with what is its own'
const dayMs = 86_400_000

export function checkIdentity(world: World, disk: StoreReader): void {
  for (const theatre of theatresOf(disk)) {
    const incidents = incidentsOf(theatre, disk)
    const last = new Map<string, Statement>()
    const retracted = new Map<
      string,
      { readonly cause: string | null; readonly before: Statement }
    >()
    for (const { record } of disk.of(topics.alerts, theatre)) {
      if (record === null || record.type === 'alert.action-refused') continue
      const word = record.data as AlertWord
      const triggers = word.evidence.flatMap(({ incidentId, revision, role }) =>
        role === 'trigger' ? (incidents.get(`${incidentId}@${revision}`) ?? []) : []
      )
      const now = { word, triggers, cause: record.cause }
      const before = last.get(word.alertId)
      last.set(word.alertId, now)
      if (before === undefined) continue
      if (record.type === 'alert.retracted')
        retracted.set(word.alertId, { cause: record.cause, before })
      else if (shareReports(before, now)) continue
      else if (
        word.reason === 'support-returned' ||
        (word.reason === 'same-situation' && !isSameSituation(before, now))
      )
        world.violate(
          promise,
          `${theatre}: ${word.alertId} of ${word.ruleId} says ${word.reason} for reports that are not its own`
        )
      else
        for (const other of [...retracted].filter(
          ([id, { cause }]) => id !== word.alertId && cause === record.cause
        ))
          if (other[1].before.word.ruleId === word.ruleId && shareReports(other[1].before, now))
            world.violate(
              promise,
              `${theatre}: ${word.alertId} of ${word.ruleId} took the reports of ${other[0]}, and none is its own`
            )
    }
  }
}

function incidentsOf(theatre: string, disk: StoreReader): Map<string, IncidentWord> {
  const words = disk
    .of(topics.assembly, theatre)
    .flatMap(({ record }) => (record === null ? [] : [record.data as IncidentWord]))
  return new Map(words.map(word => [`${word.incidentId}@${word.revision}`, word]))
}

function shareReports(a: Statement, b: Statement): boolean {
  const reports = new Set(
    a.triggers.flatMap(({ reports }) => reports.map(({ reportId }) => reportId))
  )
  return b.triggers.some(incident => incident.reports.some(({ reportId }) => reports.has(reportId)))
}

/** By what its pattern says of itself, at the defaults of its parameters. */
function isSameSituation(before: Statement, now: Statement): boolean {
  const { pattern, group } = now.word
  const by = comesBackBy(pattern)
  // A simulated report names no person.
  if (by === null || by === 'person') return false
  if (typeof by === 'object') return areInReach(pattern, by, before, now)
  const member = by === 'settlement' ? 'settlementId' : by
  return group[member] !== undefined && group[member] === before.word.group[member]
}

function comesBackBy(pattern: string): PatternWords['comesBackBy'] {
  return (patterns.get(pattern) ?? compoundPatterns.get(pattern))?.words?.comesBackBy ?? null
}

function areInReach(
  pattern: string,
  reach: PlaceReach,
  before: Statement,
  now: Statement
): boolean {
  const [km = Number.NaN, ...days] = [reach.km, ...reach.days].map(name => numberOf(pattern, name))
  const daysMax = days.reduce((sum, each) => sum + each, 0)
  return before.triggers.some(a =>
    now.triggers.some(b => gapDays(a, b) <= daysMax && areNear(a, b, km))
  )
}

function numberOf(pattern: string, name: string): number {
  const value = (patterns.get(pattern) ?? compoundPatterns.get(pattern))?.parameters[name]?.default
  if (typeof value !== 'number') throw new RangeError(`${pattern} has no number ${name}`)
  return value
}

function gapDays(a: IncidentWord, b: IncidentWord): number {
  const [aFrom, aTo, bFrom, bTo] = [
    a.occurred.from,
    a.occurred.to,
    b.occurred.from,
    b.occurred.to
  ].map(Date.parse) as [number, number, number, number]
  return Math.max(0, aFrom - bTo, bFrom - aTo) / dayMs
}

function areNear(a: IncidentWord, b: IncidentWord, km: number): boolean {
  if (a.place.settlement !== null && a.place.settlement === b.place.settlement) return true
  if (a.place.lat === null || a.place.lon === null || b.place.lat === null || b.place.lon === null)
    return false
  // On the tangent plane: accurate to a per cent over such distances.
  const kmPerDegree = 111.2
  const north = (a.place.lat - b.place.lat) * kmPerDegree
  const east = (a.place.lon - b.place.lon) * kmPerDegree * Math.cos((a.place.lat * Math.PI) / 180)
  return Math.hypot(north, east) <= km * 1.01
}
