// The workload of a run, planned from the seed before it begins: a list of steps with times and
// content. Nothing is executed here. A shorter list is a smaller run of the same seed.

import type { SourceConfig } from '@tocsin/contracts/theatre/theatre-record'
import type { RandomSource } from '../world/random-source.ts'
import { roles } from '../world/roles.ts'
import type { Act, Action, Step } from './action.ts'
import { planHoaxes } from './hoaxes.ts'
import { type ReportBody, type Said, sayReport, sourceIds } from './report-bodies.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** First tick of the replay theatre; all reported events are before or soon after. */
const replayStartMs = Date.parse('2025-05-28T00:00:00.000Z')

/** Few enough reports that corrections, repeats and withdrawals hit them. */
const weights = {
  post: 34,
  correct: 14,
  move: 6,
  repeat: 8,
  revert: 3,
  withdraw: 5,
  tick: 8,
  operate: 8,
  rejoin: 4,
  'declare-source': 1,
  'change-rule': 0.6,
  subscribe: 1,
  'open-stream': 3,
  'drop-streams': 1.5,
  kill: 5,
  stop: 2,
  jump: 1.5,
  junk: 1
} as const

interface Slot {
  readonly source: string
  readonly externalId: string | null
  readonly idempotencyKey: string | null
  theatre: Said['theatre']
  readonly bodies: ReportBody[]
}

/** The steps of a run. Pure: an equal random source gives equal steps. */
export function planWorkload(random: RandomSource, count: number): Step[] {
  const planner = new Planner(random)
  const actions: Action[] = [...planner.openings()]
  while (actions.length < count) actions.push(planner.next(actions.length / count))
  let atMs = 0
  const steps = actions.map((action, number) => {
    // In bursts: concurrent posts race, later ones find them settled.
    atMs += gapMs(random)
    return { number, atMs, action }
  })
  const days = steps.flatMap(({ atMs, action }) =>
    action.kind === 'tick' ? [{ atMs, to: action.to }] : []
  )
  const hoaxes = planHoaxes(random.fork('hoaxes'), days).map((step, i) => ({
    number: actions.length + i,
    ...step
  }))
  return [...steps, ...hoaxes].sort((a, b) => a.atMs - b.atMs || a.number - b.number)
}

function gapMs(random: RandomSource): number {
  const spell = random.weighted({ burst: 40, steady: 57, quiet: 3 })
  if (spell === 'burst') return random.integer(0, 30)
  // A quiet phase is long enough for wall ticks, expiries and a clock that is trusted again.
  return spell === 'steady' ? random.integer(200, 30_000) : random.integer(5, 50) * 60_000
}

class Planner {
  readonly #random: RandomSource
  readonly #slots: Slot[] = []
  #ticks = 0
  #lakeIsDeclared = false

  constructor(random: RandomSource) {
    this.#random = random
  }

  /** Readers and partners that exist from the start. */
  *openings(): Generator<Action> {
    yield this.#tick()
    for (const reader of [0, 1, 2]) yield { kind: 'open-stream', reader, from: 'earliest' }
    yield { kind: 'subscribe', partner: 0 }
    yield { kind: 'subscribe', partner: 2 }
  }

  /** `share`: completed share of the run. */
  next(share: number): Action {
    if (share > 0.6 && !this.#lakeIsDeclared) {
      this.#lakeIsDeclared = true
      return { kind: 'declare-lake' }
    }
    const kind = this.#random.weighted(weights)
    if (this.#slots.length < 3 && isOfKnownReport(kind)) return this.#post()
    return this.#make(kind)
  }

  #make(kind: keyof typeof weights): Action {
    const random = this.#random
    switch (kind) {
      case 'post':
        return this.#post()
      case 'correct':
        return this.#correct(slot => slot.theatre)
      case 'move':
        return this.#correct(slot => random.pick(theatresBut(slot.theatre)))
      case 'repeat':
        return this.#again('post')
      case 'revert':
        return this.#again('correct')
      case 'withdraw':
        return { kind, slot: random.integer(0, this.#slots.length - 1) }
      case 'tick':
        return this.#tick()
      case 'operate':
        return { kind, acts: this.#acts(), pick: random.next(), isStale: random.happens(0.1) }
      case 'rejoin':
        return {
          kind,
          acts: this.#joins(),
          pick: random.next(),
          other: random.next(),
          isStale: random.happens(0.1)
        }
      case 'declare-source':
        return {
          kind,
          source: declaredSource(
            random.pick(sourceIds),
            random.pick(['A', 'B', 'C', 'D', 'F'] as const)
          )
        }
      case 'change-rule':
        return { kind, minPoints: random.integer(2, 4) }
      case 'subscribe':
        return { kind, partner: random.integer(0, 2) }
      case 'open-stream':
        return { kind, reader: random.integer(0, 3), from: random.pick(['earliest', 'latest']) }
      case 'drop-streams':
        return { kind }
      case 'kill':
      case 'stop':
        return { kind, role: random.pick(roles) }
      case 'jump':
        return { kind, byMs: random.pick([-dayMs, -hourMs, hourMs, dayMs, 90_000]) }
      case 'junk':
        return { kind, theatre: random.pick(['sahel', 'coast'] as const), bytes: random.pick(junk) }
      default:
        return kind satisfies never
    }
  }

  #post(): Action {
    const random = this.#random
    const naming = random.weighted({ external: 8, key: 1, body: 1 })
    const number = this.#slots.length
    const slot: Slot = {
      source: random.pick(sourceIds),
      externalId: naming === 'external' ? `X-${number}` : null,
      idempotencyKey: naming === 'key' ? `key-${number}` : null,
      theatre: random.weighted({ sahel: 9, coast: 8, lake: 3, nowhere: 1 }),
      bodies: []
    }
    const body = sayReport(random, slot)
    slot.bodies.push(body)
    this.#slots.push(slot)
    return {
      kind: 'post',
      slot: number,
      body,
      lane: this.#lane(),
      idempotencyKey: slot.idempotencyKey
    }
  }

  /**
   * Another revision: by PUT, or by a POST of the same external id, which may be older than what is
   * known.
   */
  #correct(theatreOf: (slot: Slot) => Said['theatre']): Action {
    const random = this.#random
    const number = this.#recent()
    const slot = this.#slots[number] as Slot
    slot.theatre = theatreOf(slot)
    const body = sayReport(random, slot)
    slot.bodies.push(body)
    if (slot.externalId !== null && random.happens(0.3))
      return { kind: 'post', slot: number, body, lane: this.#lane(), idempotencyKey: null }
    return { kind: 'correct', slot: number, body, lane: this.#lane() }
  }

  /** A repetition of earlier content. */
  #again(kind: 'post' | 'correct'): Action {
    const number = this.#recent()
    const { bodies, idempotencyKey, externalId } = this.#slots[number] as Slot
    // Without an external id or key, another body is another report.
    const body =
      kind === 'post' && externalId === null && idempotencyKey === null
        ? bodies[0]
        : this.#random.pick(bodies)
    const said = { slot: number, body: body as ReportBody, lane: this.#lane() }
    return kind === 'post' ? { kind, ...said, idempotencyKey } : { kind, ...said }
  }

  #acts(): Act[] {
    const act = () => this.#random.weighted({ acknowledge: 4, assign: 2, comment: 2, resolve: 1 })
    return this.#random.happens(0.4) ? [act(), act()] : [act()]
  }

  #joins(): ('split' | 'merge')[] {
    const act = () => this.#random.pick(['split', 'merge'] as const)
    return this.#random.happens(0.5) ? [act(), act()] : [act()]
  }

  #tick(): Action {
    this.#ticks += 1
    // Mostly days, so that ages and absences occur; sometimes minutes, so that ticks and reports
    // interleave.
    const toMs = replayStartMs + this.#ticks * dayMs + this.#random.integer(0, 5) * 60_000
    return {
      kind: 'tick',
      theatre: 'sahel',
      to: new Date(toMs).toISOString().replace('.000Z', 'Z')
    }
  }

  #lane(): 'live' | 'backfill' {
    return this.#random.happens(0.08) ? 'backfill' : 'live'
  }

  /** A slot, more likely a late one. */
  #recent(): number {
    const last = this.#slots.length - 1
    return Math.max(0, last - Math.floor(this.#random.next() ** 2 * (last + 1)))
  }
}

function isOfKnownReport(kind: keyof typeof weights): boolean {
  return (
    kind === 'correct' ||
    kind === 'move' ||
    kind === 'repeat' ||
    kind === 'revert' ||
    kind === 'withdraw'
  )
}

function theatresBut(theatre: Said['theatre']): Said['theatre'][] {
  return (['sahel', 'coast', 'lake', 'nowhere'] as const).filter(each => each !== theatre)
}

export function declaredSource(id: string, reliability: SourceConfig['reliability']): SourceConfig {
  return { id, reliability, latenessDays: 3, cadenceDays: 30, archive: false }
}

const junk = [
  '{not json',
  '{"specversion":"1.0"}',
  '\u0000\u0001',
  '{"type":"tocsin.unheard-of.thing.v1"}'
] as const
