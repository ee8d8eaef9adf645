// Officers and administrators of a run: they act on alerts, tick theatres, declare and subscribe
// through the notifier's operations, and retry without an answer.

import { owner } from '@tocsin/auth/sign-in/authentication'
import { topics } from '@tocsin/event-log/topics'
import { askAboutAlert, operate } from '@tocsin/notifier/actions/action-routes'
import { putSource } from '@tocsin/notifier/admin/source-routes'
import { putTheatre, setTime, tickTheatre } from '@tocsin/notifier/admin/theatre-routes'
import type { RandomSource } from '../world/random-source.ts'
import type { StoreReader } from '../world/store-reader.ts'
import type { Notifier, Suite } from '../world/suite.ts'
import type { World } from '../world/world.ts'
import type { AcknowledgedTicks } from './acknowledged-ticks.ts'
import type { Act, Action, Step } from './action.ts'
import { countriesOf } from './report-bodies.ts'
import { type Reply, Requests } from './requests.ts'
import { rumourSource } from './rumours.ts'
import { declaredSource } from './workload.ts'

export const partnerReader = {
  // No keys are created in a run, and deliveries of an unknown key are held back: only the owner
  // needs none.
  id: owner.id,
  name: 'partner',
  scopes: owner.scopes,
  theatres: ['sahel'],
  handling: 'partners'
} as const

/** Retry delays, seconds: many, so that no fault phase of a run parks a delivery. */
const scheduleS = [1, 2, 5, 10, 20, ...Array.from({ length: 27 }, () => 30)]

export class Operators {
  readonly #world: World
  readonly #suite: Suite
  readonly #disk: StoreReader
  readonly #ticks: AcknowledgedTicks
  readonly #requests: Requests
  readonly #random: RandomSource
  /** Secrets given to partners, by subscribed address. */
  readonly #secrets: Map<string, string>
  #rules = 1
  #addresses = 0

  constructor(
    world: World,
    suite: Suite,
    disk: StoreReader,
    ticks: AcknowledgedTicks,
    secrets: Map<string, string>
  ) {
    this.#world = world
    this.#suite = suite
    this.#disk = disk
    this.#ticks = ticks
    this.#secrets = secrets
    // The labels stay as they were: they choose the random streams of a seed.
    this.#requests = new Requests(world, 'desks')
    this.#random = world.random.fork('desks')
  }

  /** The set-up of every run. */
  async setUp(): Promise<void> {
    await this.#ask('theatre sahel', notifier =>
      putTheatre(notifier, owner, 'sahel', {
        countries: countriesOf.sahel,
        clock: 'replay'
      })
    )
    await this.#ask('theatre coast', notifier =>
      putTheatre(notifier, owner, 'coast', { countries: countriesOf.coast, clock: 'wall' })
    )
    for (const [id, reliability] of [
      ['wire-1', 'A'],
      ['radio-2', 'B'],
      ['desk-3', 'C'],
      [rumourSource, 'E']
    ] as const)
      await this.#ask(`source ${id}`, notifier =>
        putSource(notifier, owner, declaredSource(id, reliability))
      )
  }

  async declareLake(): Promise<void> {
    const clock = this.#random.pick(['wall', 'replay'] as const)
    await this.#ask('theatre lake', notifier =>
      putTheatre(notifier, owner, 'lake', { countries: countriesOf.lake, clock })
    )
    if (clock === 'replay') await this.tick('lake', '2025-06-20T00:00:00Z')
  }

  async declareSource(
    source: Extract<Action, { kind: 'declare-source' }>['source']
  ): Promise<void> {
    await this.#ask(`source ${source.id} ${source.reliability}`, notifier =>
      putSource(notifier, owner, source)
    )
  }

  async changeRule(minPoints: number): Promise<void> {
    const data = {
      ruleId: 'front',
      ruleVersion: ++this.#rules,
      pattern: 'front',
      parameters: { minPoints }
    }
    await this.#ask(`rule front ${minPoints}`, ({ controlOperations }) =>
      controlOperations.write({ type: 'rule.declared', data }, owner)
    )
  }

  /** An officer sets a theatre's time to that of the clock. */
  async setTime(theatre: string): Promise<void> {
    await this.#ask(`time of ${theatre}`, notifier =>
      setTime(notifier, owner, theatre, { reason: 'the clock was wrong at the start' })
    )
  }

  /** A tick overtaken by another is refused, as expected. */
  async tick(theatre: string, to: string): Promise<void> {
    const reply = await this.#ask(
      `tick ${theatre} ${to}`,
      notifier => tickTheatre(notifier, owner, theatre, { to }),
      'tick-refused'
    )
    if (reply?.kind === 'answered') this.#ticks.acknowledged(theatre, reply.value.to)
  }

  /**
   * Each request subscribes another address: one whose answer was lost may be active too. After an
   * answer the subscription is read back at once, at any instance.
   */
  async subscribe({ number }: Step, partner: number): Promise<void> {
    const ask = partners[partner] ?? partners[0]
    const made = await this.#ask(
      `subscription of partner ${partner}`,
      async ({ subscriptionOperations }) => {
        const url = `https://partner.example/${number}/${++this.#addresses}`
        const { secret = '', record } = await subscriptionOperations.create(ask.principal, {
          url,
          filter: ask.filter,
          // The checker expects every event.
          order: 'strict',
          schedule: scheduleS
        })
        this.#secrets.set(url, secret)
        return record.subscriptionId
      }
    )
    if (made?.kind !== 'answered') return
    await this.#ask(`look at a subscription of partner ${partner}`, ({ subscriptionOperations }) =>
      subscriptionOperations.find(ask.principal, made.value)
    )
  }

  /**
   * Officers act concurrently on one shown alert: of those who saw the same revision, at most one
   * wins.
   */
  async operate({ number }: Step, action: Extract<Action, { kind: 'operate' }>): Promise<void> {
    const aim: Aim = { chosen: null }
    const outcomes = await Promise.all(
      action.acts.map((act, i) => this.#act(`step-${number}`, `officer-${i}`, act, action, aim))
    )
    if (outcomes.filter(outcome => outcome === 'done').length > 1)
      this.#world.violate(
        'one outcome for each action',
        `step ${number}: both officers were told that they won`
      )
  }

  /** One step is one action, however often it is sent. */
  async #act(
    step: string,
    name: string,
    act: Act,
    action: Extract<Action, { kind: 'operate' }>,
    aim: Aim
  ): Promise<string> {
    // A name per action, to find its outcome.
    const officer = { ...owner, id: name, name: `${name} at ${step}` }
    const asked = askOf(act, name, this.#world.wall.nowMs)
    const reply = await this.#ask(
      `${act} by ${name}`,
      async notifier => {
        aim.chosen ??= chooseAlert(notifier.projection, action)
        return aim.chosen === null
          ? null
          : askAboutAlert(notifier, officer, { ...aim.chosen, asked, retryKey: step })
      },
      'action-refused'
    )
    const kind = reply?.kind === 'answered' ? reply.value?.kind : reply?.kind
    if (kind === 'done' || kind === 'refused') this.#checkOutcome(officer.name, kind)
    return kind ?? 'none'
  }

  async #ask<T>(
    what: string,
    work: (notifier: Notifier) => Promise<T>,
    mayBe?: string
  ): Promise<Reply<T> | null> {
    const reply = await this.#requests.untilAnswered<Notifier, T>(() => this.#suite.notifier, work)
    if (reply === null || reply.kind === 'unknown')
      this.#world.violate('operations answer', `${what} was never answered`)
    else if (reply.kind === 'refused' && reply.problem.code !== mayBe)
      this.#world.violate('operations answer', `${what} was refused: ${reply.problem.message}`)
    else
      this.#world.time.note(
        `${what}: ${reply.kind === 'answered' ? kindOf(reply.value) : reply.problem.code}`
      )
    return reply
  }

  /**
   * The answer to an officer must match the alerts log, which does not have what was refused before
   * it was asked.
   */
  #checkOutcome(officer: string, told: 'done' | 'refused'): void {
    const outcomes = this.#disk.entries(topics.alerts).flatMap(({ record }) => {
      const data = record?.data as { by?: string; action?: { by: string } | null } | undefined
      if (data?.by === officer) return ['refused']
      return data?.action?.by === officer ? ['done'] : []
    })
    // Each fold that has the alert tells of the action.
    const isThere = outcomes.length > 0 || told === 'refused'
    if (!isThere || outcomes.some(outcome => outcome !== told))
      this.#world.violate(
        'one outcome for each action',
        `${officer} was told ${told}, the log has ${outcomes.join(', ') || 'none'}`
      )
  }
}

/** The target of the officers of one step, chosen by the first who gets through. */
interface Aim {
  chosen: { readonly alertId: string; readonly ifMatch: number } | null
}

const partners = [
  { principal: owner, filter: {} },
  { principal: owner, filter: { minSeverity: 'severe' } },
  { principal: partnerReader, filter: { theatre: ['sahel'] } }
] as const

function chooseAlert(
  projection: Notifier['projection'],
  { pick, isStale }: { pick: number; isStale: boolean }
) {
  const { alerts } = projection
  const shown = [...alerts.search({ level: 'restricted', theatres: '*' })]
    .flat()
    .flatMap(({ alertId }) => alerts.get(alertId) ?? [])
    .filter(entry => entry.top.state.status !== 'retracted')
  const entry = shown[Math.floor(pick * shown.length)]
  return entry === undefined
    ? null
    : { alertId: entry.alertId, ifMatch: entry.top.state.operatorRevision - (isStale ? 1 : 0) }
}

function askOf(action: Act, officer: string, nowMs: number) {
  switch (action) {
    case 'acknowledge':
      return operate(action, {
        until: new Date(nowMs + 2 * 3_600_000).toISOString(),
        note: 'seen'
      })
    case 'assign':
      return operate(action, { to: `team of ${officer}` })
    case 'comment':
      return operate(action, { text: 'a word' })
    case 'resolve':
      return operate(action, { disposition: 'false-alarm' })
    default:
      return action satisfies never
  }
}

function kindOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'kind' in value
    ? String(value.kind)
    : 'done'
}
