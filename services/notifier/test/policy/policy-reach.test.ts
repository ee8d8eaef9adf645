// What a policy decides for a subscriber rests on nothing that the subscriber may not see: with and
// without hidden alerts of the same stories the same bytes come at the same times, and the list of
// deliveries says the same, over kills of the notifier.

import type { AlertState } from '@tocsin/domain/alert/alert'
import type { Severity } from '@tocsin/domain/record/severity'
import { MemoryStore } from '@tocsin/event-log/memory-log'
import type { NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { runsOf } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlertWriter } from '../support/alert-builder.ts'
import { Suite } from '../support/http-suite.ts'
import { ManualClock, settle } from '../support/manual-clock.ts'
import { FakeNetwork } from '../support/notifier-harness.ts'

const urlOf = (host: string) => `https://${host}.example/hook`
const hidden = ['massacre']
const alertIds = ['siege', 'front', ...hidden]
const gravities = ['moderate', 'severe', 'extreme'] as const

const step = fc.record({
  afterS: fc.constantFrom<number>(0, 20, 60),
  alertId: fc.constantFrom(...alertIds),
  severity: fc.constantFrom(...gravities),
  /**
   * As the alert is said to be right after it to those who see all; null: nothing more is said of
   * it.
   */
  truly: fc.constantFrom(null, null, ...gravities),
  /** Before anybody has heard of what was said before. */
  isAtOnce: fc.boolean(),
  ending: fc.constantFrom(null, null, null, null, 'resolved' as const, 'retracted' as const),
  partOf: fc.option(fc.constantFrom(...alertIds)),
  references: fc.uniqueArray(fc.constantFrom(...alertIds), { maxLength: 1 }),
  dies: fc.constantFrom(false, false, false, true)
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const policies = fc.record({
  minSeverity: fc.constantFrom('minor' as const, 'severe' as const),
  groupWaitSeconds: fc.constantFrom(0, 30),
  updateMinutes: fc.constantFrom(0, 2),
  stories: fc.constant('one' as const)
})

/** The line before the partner, that sees everything. */
interface Line {
  /** The partner is the second line; else it is told only if all lines are passed over. */
  readonly isPartnerNext: boolean
  readonly filter: Asked
  readonly minSeverity: Severity
  /** Minutes after the beginning. */
  readonly quiet: readonly [from: number, to: number] | null
  readonly silence: {
    readonly afterSteps: number
    readonly minutes: number
    readonly includesExtreme: boolean
    readonly filter: Asked
  } | null
}
interface Asked {
  readonly minSeverity?: Severity
}

const asked = (minSeverity: Severity) => fc.constantFrom<Asked>({}, {}, { minSeverity })
const lines: fc.Arbitrary<Line> = fc.record({
  isPartnerNext: fc.boolean(),
  filter: asked('extreme'),
  minSeverity: fc.constantFrom<Severity>('minor', 'minor', 'severe'),
  quiet: fc.constantFrom<Line['quiet']>(null, [-60, 4], [2, 60]),
  silence: fc.option(
    fc.record({
      afterSteps: fc.constantFrom(0, 3, 6),
      minutes: fc.constantFrom(2, 60),
      includesExtreme: fc.boolean(),
      filter: asked('severe')
    })
  )
})

/** A partner's subscription while the log grows; it may be another notifier that goes on. */
class Course {
  readonly #store = new MemoryStore()
  readonly #clock = new ManualClock()
  readonly #network = new FakeNetwork()
  readonly #received: string[] = []
  /** Of each side of its own: the hidden ones move no number and no time of the others. */
  readonly #writers = {
    open: new AlertWriter(null as never),
    hidden: new AlertWriter(null as never)
  }
  #suite!: Suite
  #partner = ''
  #ids: Record<'line' | 'partner', string> = { line: '', partner: '' }

  async begin(policy: object, line: Line | null = null): Promise<this> {
    const send = this.#network.send.bind(this.#network)
    this.#network.send = (request, signal) => {
      if (request.url.includes('partner'))
        this.#received.push(`${this.#clock.nowMs()} ${Buffer.from(request.body).toString()}`)
      return send(request, signal)
    }
    await this.#open()
    this.#partner = await this.#suite.key(['subscriptions:manage', 'alerts:read'], {
      handling: 'partners'
    })
    if (line !== null) await this.#watch(line, policy)
    else
      this.#ids.partner = await this.#make(
        'subscriptions',
        { url: urlOf('partner'), policy },
        this.#partner
      )
    return this
  }

  /** The partner follows a watch, behind a line that sees everything. */
  async #watch(line: Line, policy: object): Promise<void> {
    const watch = await this.#make('watches', {
      name: 'Joint desk',
      lineMinutes: 1,
      handling: 'partners'
    })
    const time = (minutes: number) => this.#inMinutes(minutes).slice(11, 16)
    const quietHours =
      line.quiet === null
        ? null
        : { from: time(line.quiet[0]), to: time(line.quiet[1]), timeZone: 'UTC' }
    // That another alert covers this one, which it alone may see, cannot be hidden.
    const stories = 'each'
    const own = {
      watch,
      groupWaitSeconds: 0,
      updateMinutes: 0,
      minSeverity: line.minSeverity,
      quietHours,
      stories
    }
    this.#ids = {
      line: await this.#make('subscriptions', {
        url: urlOf('line'),
        filter: line.filter,
        policy: own
      }),
      partner: await this.#make(
        'subscriptions',
        { url: urlOf('partner'), policy: { ...policy, watch } },
        this.#partner
      )
    }
    const lines = line.isPartnerNext ? [this.#ids.line, this.#ids.partner] : [this.#ids.line]
    const shifts = [
      { officer: 'Ama', from: this.#inMinutes(0), until: this.#inMinutes(600), lines }
    ]
    expect(
      (await this.#suite.ask('PATCH', `/v1/watches/${watch}`, { body: { version: 1, shifts } }))
        .status
    ).toBe(200)
  }

  async silence({ minutes, includesExtreme, filter }: NonNullable<Line['silence']>): Promise<void> {
    // Whether what is told as it begins is told before it could not be seen.
    await this.#clock.advance(1_000)
    const subscriptionId = this.#ids.line
    await this.#make('silences', {
      reason: 'Move',
      minutes,
      includesExtreme,
      filter,
      subscriptionId
    })
    await this.#clock.advance(1_000)
  }

  /** `truly`: how grave it is said to be to those who see all, and to nobody else. */
  async take(step: Step, isWritten: boolean, truly: Severity | null = null): Promise<void> {
    const { afterS, alertId, severity, ending, partOf, references, dies, isAtOnce } = step
    await this.#clock.advance(afterS * 1_000)
    if (dies) {
      await this.#suite.h.kill()
      await this.#open()
    }
    if (!isWritten) return
    const isHidden = hidden.includes(alertId)
    const said = this.#record(isHidden ? 'hidden' : 'open', alertId, {
      ...{
        severity,
        partOf: partOf === alertId ? null : partOf,
        references: references.filter(each => each !== alertId)
      },
      ...{ notify: 'page', status: ending ?? 'provisional' },
      ...(isHidden ? { handling: 'restricted', theatre: 'lake' } : { handling: 'public' })
    })
    const more =
      truly === null
        ? []
        : [
            this.#record('open', alertId, {
              severity: truly,
              concerns: 'restricted',
              notify: 'page'
            })
          ]
    if (isAtOnce) return this.#append([said, ...more])
    await this.#append([said])
    await this.#append(more)
  }

  /** It becomes hidden from the partner. */
  async leave(alertId: string): Promise<void> {
    await this.#append([this.#record('open', alertId, { handling: 'restricted' })])
  }

  /** What came and when, and what the partner reads of its deliveries, in the end. */
  async end(): Promise<readonly string[]> {
    // Longer than any wait of these policies.
    await this.#clock.advance(150_000)
    const told: string[] = []
    for (const path of [
      `subscriptions/${this.#ids.partner}/deliveries`,
      'alerts',
      'alerts?answered=false',
      'response-times'
    ])
      told.push(
        JSON.stringify((await this.#suite.ask('GET', `/v1/${path}`, { key: this.#partner })).body)
      )
    await this.#suite.close()
    return [...this.#received, ...told]
  }

  #record(side: 'open' | 'hidden', alertId: string, patch: Partial<AlertState>): NewRecord {
    const writer = this.#writers[side]
    writer.moveTo(this.#clock.nowMs())
    return writer.record('revised', alertId, patch)[0]
  }

  async #append(records: readonly NewRecord[]): Promise<void> {
    if (records.length === 0) return
    await this.#suite.h.log.append(topics.alerts, records)
    await settle(30)
  }

  #inMinutes(minutes: number): string {
    return new Date(this.#clock.nowMs() + minutes * 60_000).toISOString()
  }

  /** The id of something new. */
  async #make(what: string, body: object, key?: string): Promise<string> {
    const made = await this.#suite.ask('POST', `/v1/${what}`, {
      body,
      ...(key === undefined ? {} : { key })
    })
    expect([made.status, made.body]).toEqual([201, made.body])
    return made.body.id
  }

  async #open(): Promise<void> {
    this.#suite = await Suite.open(
      { store: this.#store, clock: this.#clock, network: this.#network },
      { rules: false }
    )
  }
}

/**
 * What keeps an alert from the line, that it alone sees to be less grave, cannot be hidden. Cases
 * of their own are below.
 */
function withoutKept(each: Step): Step {
  const isLess =
    each.truly !== null && gravities.indexOf(each.truly) < gravities.indexOf(each.severity)
  return isLess ? { ...each, truly: null } : each
}

interface Play {
  readonly policy: object
  readonly line?: Line
  readonly steps: readonly Step[]
}

async function toldIn(
  { policy, line, steps }: Play,
  isAllWritten: boolean
): Promise<readonly string[]> {
  const course = await new Course().begin(policy, line ?? null)
  for (const [i, each] of steps.entries()) {
    if (line?.silence?.afterSteps === i) await course.silence(line.silence)
    const isHidden = hidden.includes(each.alertId)
    const isSaid = line !== undefined && isAllWritten && !isHidden
    await course.take(each, isAllWritten || !isHidden, isSaid ? each.truly : null)
  }
  return course.end()
}

describe('a policy of a partner', () => {
  it('decides the same with hidden alerts of the same stories, and without them (property)', async () => {
    let hiddenCount = 0
    await fc.assert(
      fc.asyncProperty(
        policies,
        fc.array(step, { minLength: 6, maxLength: 14 }),
        async (policy, steps) => {
          const whole = await toldIn({ policy, steps }, true)
          const without = await toldIn({ policy, steps }, false)
          hiddenCount += steps.filter(({ alertId }) => hidden.includes(alertId)).length
          expect(whole).toEqual(without)
        }
      ),
      { numRuns: runsOf(60) }
    )
    expect(hiddenCount).toBeGreaterThan(10)
  }, 600_000)

  it('decides the same behind a line that is told of what is hidden: in quiet hours, silenced, or not (property)', async () => {
    let [hiddenCount, toldCount] = [0, 0]
    await fc.assert(
      fc.asyncProperty(
        policies,
        lines,
        fc.array(step, { minLength: 4, maxLength: 10 }),
        async (policy, line, all) => {
          const steps = all.map(withoutKept)
          const whole = await toldIn({ policy, line, steps }, true)
          const without = await toldIn({ policy, line, steps }, false)
          hiddenCount += steps.filter(({ truly }) => truly !== null).length
          toldCount += without.length - 4
          expect(whole).toEqual(without)
        }
      ),
      { numRuns: runsOf(60) }
    )
    expect(Math.min(hiddenCount, toldCount)).toBeGreaterThan(10)
  }, 600_000)

  const severe: Step = {
    ...{
      afterS: 0,
      alertId: 'siege',
      severity: 'severe',
      truly: null,
      isAtOnce: false,
      ending: null
    },
    ...{ partOf: null, references: [], dies: false }
  }
  const calm: Line = {
    isPartnerNext: false,
    filter: {},
    minSeverity: 'minor',
    quiet: null,
    silence: null
  }
  const whole = { afterSteps: 0, minutes: 60, includesExtreme: false, filter: {} }
  it.each<[string, Partial<Line>]>([
    ['in its quiet hours', { quiet: [-60, 60] }],
    ['silenced but for what is extreme', { silence: whole }],
    [
      'silenced for what is extreme',
      { silence: { ...whole, includesExtreme: true, filter: { minSeverity: 'extreme' } } }
    ],
    ['that asks for what is extreme', { filter: { minSeverity: 'extreme' } }],
    ['whose policy tells what is severe', { minSeverity: 'severe' }]
  ])('is told behind a line %s as if nothing were hidden', async (_, more) => {
    const line = { ...calm, ...more }
    for (const truly of gravities) {
      // Within its group wait, and after it was told.
      const steps = [
        { ...severe, truly },
        { ...severe, afterS: 60, truly },
        { ...severe, afterS: 60 }
      ]
      for (const isPartnerNext of [true, false]) {
        const play = {
          policy: { groupWaitSeconds: 30, updateMinutes: 0 },
          line: { ...line, isPartnerNext },
          steps
        }
        expect([truly, isPartnerNext, await toldIn(play, true)]).toEqual([
          truly,
          isPartnerNext,
          await toldIn(play, false)
        ])
      }
    }
  })

  it('waits with what is extreme for no line that is not told of it, by what the line alone may see', async () => {
    const line: Line = { ...calm, quiet: [-60, 60] }
    const steps: Step[] = [{ ...severe, severity: 'extreme', truly: 'severe', isAtOnce: true }]
    for (const more of [line, { ...calm, filter: { minSeverity: 'extreme' as const } }]) {
      const told = await toldIn({ policy: { groupWaitSeconds: 0 }, line: more, steps }, true)
      expect(told[0]).toContain(`${Date.parse('2026-03-01T12:00:00Z')} `)
    }
  })

  it('is covered by no alert that left the view, though it was told before', async () => {
    const news: Omit<Step, 'alertId'> = {
      ...{
        afterS: 60,
        severity: 'severe',
        ending: null,
        partOf: null,
        references: [],
        truly: null,
        isAtOnce: false,
        dies: false
      }
    }
    const course = await new Course().begin({ groupWaitSeconds: 0 })
    await course.take({ ...news, alertId: 'crisis' }, true)
    await course.leave('crisis')
    await course.take({ ...news, alertId: 'siege', partOf: 'crisis' }, true)
    const told = await course.end()
    const types = told.flatMap(
      each => /"type":"([^"]+)".*"subject":"([^"]+)"/.exec(each)?.slice(1, 3).join(' ') ?? []
    )
    expect(types.slice(0, 3)).toEqual([
      'tocsin.alert.revised.v1 crisis',
      'tocsin.alert.left-view.v1 crisis',
      'tocsin.alert.revised.v1 siege'
    ])
  })
})
