// What happens in a run, planned from the seed before it begins: a list of steps, each with its time and all that it says. Nothing here acts.
// A shorter list is a smaller run of the same seed.

import type { SourceConfig } from '@tocsin/domain/record/theatre-record'
import type { Chance } from '../world/chance.ts'
import { roles } from '../world/roles.ts'
import type { Act, Action, Step } from './action.ts'
import { planHoaxes } from './hoaxes.ts'
import { type ReportBody, type Said, sayReport, sourceIds } from './report-bodies.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Where the replay theatre's ticks begin; everything that is reported happened before or soon after. */
const replayStartMs = Date.parse('2025-05-28T00:00:00.000Z')

/** Reports are few enough that corrections, repeats and withdrawals meet them. */
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

/** The steps of a run. Pure: equal chance gives equal steps. */
export function planWorkload(chance: Chance, count: number): Step[] {
  const planner = new Planner(chance)
  const actions: Action[] = [...planner.openings()]
  while (actions.length < count) actions.push(planner.next(actions.length / count))
  let atMs = 0
  const steps = actions.map((action, number) => {
    // In bursts: what is posted at once races, what comes later finds it settled.
    atMs += gapMs(chance)
    return { number, atMs, action }
  })
  const days = steps.flatMap(({ atMs, action }) => (action.kind === 'tick' ? [{ atMs, to: action.to }] : []))
  const hoaxes = planHoaxes(chance.fork('hoaxes'), days).map((step, i) => ({ number: actions.length + i, ...step }))
  return [...steps, ...hoaxes].sort((a, b) => a.atMs - b.atMs || a.number - b.number)
}

function gapMs(chance: Chance): number {
  const spell = chance.weighted({ burst: 40, steady: 57, quiet: 3 })
  if (spell === 'burst') return chance.integer(0, 30)
  // A quiet spell is long enough for wall ticks, lapses and a clock that is believed again.
  return spell === 'steady' ? chance.integer(200, 30_000) : chance.integer(5, 50) * 60_000
}

class Planner {
  readonly #chance: Chance
  readonly #slots: Slot[] = []
  #ticks = 0
  #lakeIsDeclared = false

  constructor(chance: Chance) {
    this.#chance = chance
  }

  /** Readers and partners that are there from the start. */
  *openings(): Generator<Action> {
    yield this.#tick()
    for (const reader of [0, 1, 2]) yield { kind: 'open-stream', reader, from: 'earliest' }
    yield { kind: 'subscribe', partner: 0 }
    yield { kind: 'subscribe', partner: 2 }
  }

  /** `share`: how much of the run is over. */
  next(share: number): Action {
    if (share > 0.6 && !this.#lakeIsDeclared) {
      this.#lakeIsDeclared = true
      return { kind: 'declare-lake' }
    }
    const kind = this.#chance.weighted(weights)
    if (this.#slots.length < 3 && isOfKnownReport(kind)) return this.#post()
    return this.#make(kind)
  }

  #make(kind: keyof typeof weights): Action {
    const chance = this.#chance
    switch (kind) {
      case 'post':
        return this.#post()
      case 'correct':
        return this.#correct(slot => slot.theatre)
      case 'move':
        return this.#correct(slot => chance.pick(theatresBut(slot.theatre)))
      case 'repeat':
        return this.#again('post')
      case 'revert':
        return this.#again('correct')
      case 'withdraw':
        return { kind, slot: chance.integer(0, this.#slots.length - 1) }
      case 'tick':
        return this.#tick()
      case 'operate':
        return { kind, acts: this.#acts(), pick: chance.next(), isStale: chance.happens(0.1) }
      case 'rejoin':
        return { kind, acts: this.#joins(), pick: chance.next(), other: chance.next(), isStale: chance.happens(0.1) }
      case 'declare-source':
        return { kind, source: declaredSource(chance.pick(sourceIds), chance.pick(['A', 'B', 'C', 'D', 'F'] as const)) }
      case 'change-rule':
        return { kind, minPoints: chance.integer(2, 4) }
      case 'subscribe':
        return { kind, partner: chance.integer(0, 2) }
      case 'open-stream':
        return { kind, reader: chance.integer(0, 3), from: chance.pick(['earliest', 'latest']) }
      case 'drop-streams':
        return { kind }
      case 'kill':
      case 'stop':
        return { kind, role: chance.pick(roles) }
      case 'jump':
        return { kind, byMs: chance.pick([-dayMs, -hourMs, hourMs, dayMs, 90_000]) }
      case 'junk':
        return { kind, theatre: chance.pick(['sahel', 'coast'] as const), bytes: chance.pick(junk) }
      default:
        return kind satisfies never
    }
  }

  #post(): Action {
    const chance = this.#chance
    const naming = chance.weighted({ external: 8, key: 1, body: 1 })
    const number = this.#slots.length
    const slot: Slot = {
      source: chance.pick(sourceIds),
      externalId: naming === 'external' ? `X-${number}` : null,
      idempotencyKey: naming === 'key' ? `key-${number}` : null,
      theatre: chance.weighted({ sahel: 9, coast: 8, lake: 3, nowhere: 1 }),
      bodies: []
    }
    const body = sayReport(chance, slot)
    slot.bodies.push(body)
    this.#slots.push(slot)
    return { kind: 'post', slot: number, body, lane: this.#lane(), idempotencyKey: slot.idempotencyKey }
  }

  /** Another revision: by PUT, or by a POST of the same external id, which may be older than what is known. */
  #correct(theatreOf: (slot: Slot) => Said['theatre']): Action {
    const chance = this.#chance
    const number = this.#recent()
    const slot = this.#slots[number] as Slot
    slot.theatre = theatreOf(slot)
    const body = sayReport(chance, slot)
    slot.bodies.push(body)
    if (slot.externalId !== null && chance.happens(0.3))
      return { kind: 'post', slot: number, body, lane: this.#lane(), idempotencyKey: null }
    return { kind: 'correct', slot: number, body, lane: this.#lane() }
  }

  /** Something that was said before, word by word. */
  #again(kind: 'post' | 'correct'): Action {
    const number = this.#recent()
    const { bodies, idempotencyKey, externalId } = this.#slots[number] as Slot
    // Without a name of its own, another body is another report.
    const body = kind === 'post' && externalId === null && idempotencyKey === null ? bodies[0] : this.#chance.pick(bodies)
    const said = { slot: number, body: body as ReportBody, lane: this.#lane() }
    return kind === 'post' ? { kind, ...said, idempotencyKey } : { kind, ...said }
  }

  #acts(): Act[] {
    const act = () => this.#chance.weighted({ acknowledge: 4, assign: 2, comment: 2, resolve: 1 })
    return this.#chance.happens(0.4) ? [act(), act()] : [act()]
  }

  #joins(): ('split' | 'merge')[] {
    const act = () => this.#chance.pick(['split', 'merge'] as const)
    return this.#chance.happens(0.5) ? [act(), act()] : [act()]
  }

  #tick(): Action {
    this.#ticks += 1
    // Most days, so that ages and absences come; sometimes minutes, so that ticks and reports mingle.
    const toMs = replayStartMs + this.#ticks * dayMs + this.#chance.integer(0, 5) * 60_000
    return { kind: 'tick', theatre: 'sahel', to: new Date(toMs).toISOString().replace('.000Z', 'Z') }
  }

  #lane(): 'live' | 'backfill' {
    return this.#chance.happens(0.08) ? 'backfill' : 'live'
  }

  /** A slot, more likely a late one. */
  #recent(): number {
    const last = this.#slots.length - 1
    return Math.max(0, last - Math.floor(this.#chance.next() ** 2 * (last + 1)))
  }
}

function isOfKnownReport(kind: keyof typeof weights): boolean {
  return kind === 'correct' || kind === 'move' || kind === 'repeat' || kind === 'revert' || kind === 'withdraw'
}

function theatresBut(theatre: Said['theatre']): Said['theatre'][] {
  return (['sahel', 'coast', 'lake', 'nowhere'] as const).filter(each => each !== theatre)
}

export function declaredSource(id: string, reliability: SourceConfig['reliability']): SourceConfig {
  return { id, reliability, latenessDays: 3, cadenceDays: 30, archive: false }
}

const junk = ['{not json', '{"specversion":"1.0"}', '\u0000\u0001', '{"type":"tocsin.unheard-of.thing.v1"}'] as const
