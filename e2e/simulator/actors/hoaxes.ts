// Hoaxes of a run: a massacre that never happened is reported and withdrawn, beside a real one in the same area on the same day,
// far away. They use a random stream of their own: the run is otherwise the same as without them.

import type { Chance } from '../world/chance.ts'
import type { Action } from './action.ts'
import { type ReportBody, sourceIds } from './report-bodies.ts'

export interface HoaxStep {
  readonly atMs: number
  readonly action: Action
}

const talesCount = 4
/** Of the reports of hoaxes, behind those of all other reports. */
const firstSlot = 10_000
const dayMs = 86_400_000

/** When a theatre comes to a day: tales begin then, so that what they tell of is not over. */
export interface TheatreDay {
  readonly atMs: number
  readonly to: string
}

interface Point {
  readonly lat: number
  readonly lon: number
}

/** The tales of a run, in order of time. Pure. */
export function planHoaxes(chance: Chance, days: readonly TheatreDay[]): HoaxStep[] {
  if (days.length === 0) return []
  const tales = Array.from({ length: talesCount }, (_, number) => tale(chance, number, chance.pick(days)))
  return tales.flat().sort((a, b) => a.atMs - b.atMs)
}

function tale(chance: Chance, number: number, begins: TheatreDay): HoaxStep[] {
  const [hoaxer, witness] = chance.shuffled(sourceIds) as [string, string]
  // Two ends of one area, 310 km apart; each tale has places of its own.
  const ends = [17, 19.79].map(lat => ({ lat, lon: -4.6 + 0.7 * number }))
  const [there, elsewhere] = chance.shuffled(ends) as [Point, Point]
  const day = new Date(Date.parse(begins.to) - dayMs).toISOString().slice(0, 10)
  const slot = firstSlot + 2 * number
  const hoax = post(slot, massacre(hoaxer, `hoax-${number}`, day, there))
  const truth = post(slot + 1, massacre(witness, `truth-${number}`, day, elsewhere))
  const withdrawal: Action = { kind: 'withdraw', slot }
  // Taken back before the other is known, or while the alerts of both are open.
  const actions = number % 2 === 0 ? [hoax, withdrawal, truth] : [hoax, truth, withdrawal]
  let atMs = begins.atMs
  return actions.map(action => {
    atMs += chance.integer(500, 30_000)
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
