// Hoaxes of a run: a massacre that never happened is reported and withdrawn, beside a real one in
// the same area on the same day, far away. They use a random stream of their own: the run is
// otherwise the same as without them.

import type { RandomSource } from '../world/random-source.ts'
import type { Action } from './action.ts'
import { type ReportBody, sourceIds } from './report-bodies.ts'

export interface HoaxStep {
  readonly atMs: number
  readonly action: Action
}

const talesCount = 4
/** First slot of hoax reports, after those of all other reports. */
const firstSlot = 10_000
const dayMs = 86_400_000

/** When a theatre reaches a day: stories begin then, so that their events are recent. */
export interface TheatreDay {
  readonly atMs: number
  readonly to: string
}

interface Point {
  readonly lat: number
  readonly lon: number
}

/** The hoax stories of a run, in order of time. Pure. */
export function planHoaxes(random: RandomSource, days: readonly TheatreDay[]): HoaxStep[] {
  if (days.length === 0) return []
  const tales = Array.from({ length: talesCount }, (_, number) =>
    tale(random, number, random.pick(days))
  )
  return tales.flat().sort((a, b) => a.atMs - b.atMs)
}

function tale(random: RandomSource, number: number, begins: TheatreDay): HoaxStep[] {
  const [hoaxer, witness] = random.shuffled(sourceIds) as [string, string]
  // Two ends of one area, 310 km apart; each story has its own places.
  const ends = [17, 19.79].map(lat => ({ lat, lon: -4.6 + 0.7 * number }))
  const [there, elsewhere] = random.shuffled(ends) as [Point, Point]
  const day = new Date(Date.parse(begins.to) - dayMs).toISOString().slice(0, 10)
  const slot = firstSlot + 2 * number
  const hoax = post(slot, massacre(hoaxer, `hoax-${number}`, day, there))
  const truth = post(slot + 1, massacre(witness, `truth-${number}`, day, elsewhere))
  const withdrawal: Action = { kind: 'withdraw', slot }
  // Withdrawn before the other is known, or while the alerts of both are open.
  const actions = number % 2 === 0 ? [hoax, withdrawal, truth] : [hoax, truth, withdrawal]
  let atMs = begins.atMs
  return actions.map(action => {
    atMs += random.integer(500, 30_000)
    return { atMs, action }
  })
}

function post(slot: number, body: ReportBody): Action {
  return { kind: 'post', slot, body, lane: 'live', idempotencyKey: null }
}

function massacre(source: string, externalId: string, day: string, point: Point): ReportBody {
  return {
    source: { id: source },
    externalId,
    reportedAt: `${day}T12:00:00.000Z`,
    occurred: { from: day, to: day },
    category: 'attack-on-civilians',
    location: { country: 'ML', admin1: 'ML-6', ...point, radiusKm: 2 },
    credibility: 2,
    handling: 'partners',
    fatalities: { low: 30 }
  }
}
