// Several notifiers at a watch, its subscriptions spread over them. As long as each serves its own,
// what is told to whom, when and why is what one notifier alone would have told. While some are
// paused, lose their place and are killed, nothing is told twice or lost, and what is extreme waits
// for no longer than it takes to serve without them.

import { rankOf } from '@tocsin/domain/notification/notification-decision'
import type { Severity } from '@tocsin/domain/record/severity'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { partitionFor } from '@tocsin/event-log/partitioner'
import { topics } from '@tocsin/event-log/topics'
import { runsOf } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lookGoodMs } from '../../src/webhook/delivery-ownership.ts'
import { AlertWriter } from '../support/alert-builder.ts'
import { ManualClock, settle } from '../support/manual-clock.ts'
import { accepted, FakeNetwork, type Harness } from '../support/notifier-harness.ts'
import { Instance } from '../support/shared-instance.ts'
import { subscribed } from '../support/subscribing.ts'
import {
  calmSteps,
  faultySteps,
  type Roster,
  rosters,
  type Step
} from '../support/watch-courses.ts'

const partitions = 3
/** A subscription of each: three instances serve one each. */
const idIn = (name: string, partition: number): string => {
  for (let i = 0; ; i++)
    if (partitionFor(`${name}-${i}`, partitions) === partition) return `${name}-${i}`
}
const hosts = ['line', 'next', 'follower'] as const
type Host = (typeof hosts)[number]
const ids: Record<Host, string> = {
  line: idIn('line', 0),
  next: idIn('next', 1),
  follower: idIn('follower', 2)
}

/** How long the first line is silenced, min. */
const silencedFor = 12
/** So much later than others an instance reads of an alert. */
const lateMs = 4_000
/**
 * All waits are multiples of this: an event of each slot meets no end of a wait of another's, while
 * some have read of it and some have not, ms.
 */
const [slotsMs, slotsMax] = [30_000, 7]
/** A hold that ends when something else changes is asked again after so long, ms. */
const lookMs = 10_000
/**
 * A line for which nothing of an alert waits is passed over after so long, ms. Source: decision
 * 0084.
 */
const plannedMs = 10_000
/**
 * So long the log waits for an instance of which it hears nothing, ms: Kafka's own default is 45 s.
 */
const sessionMs = 30_000
/**
 * So long what is extreme waits at most for a line that another instance serves: until it is plain
 * that it is not planned there, or, where an instance stops between the plan and the sending of it,
 * until the log gives its place to another.
 */
const [unplannedWithinMs, unsentWithinMs] = [
  plannedMs + lookMs + lookGoodMs,
  sessionMs + lookMs + lookGoodMs
]

interface Told {
  readonly host: Host
  readonly atMs: number
  readonly alertId: string
  readonly severity: Severity
  readonly isReminder: boolean
  /** What, and why. */
  readonly text: string
}

interface Standing {
  readonly severity: Severity
  readonly ending: 'resolved' | 'retracted' | null
  /** Since when it is so grave, or is over. */
  readonly sinceMs: number
}

class Desk {
  readonly clock = new ManualClock()
  readonly network = new FakeNetwork()
  readonly store = new MemoryStore({ partitions })
  readonly told: Told[] = []
  /** What was said of each alert, oldest first. */
  readonly said = new Map<string, Standing[]>()
  readonly instances: Instance[] = []
  /** When the log heard of an instance last. */
  readonly #heardMs = new Map<Instance, number>()
  readonly #log = new MemoryLog({ like: 'kafka' }, this.store)
  readonly #writer = new AlertWriter(this.#log)
  readonly #bodies = new Map<string, string>()
  readonly #roster: Roster
  readonly #startMs: number
  readonly #most: number
  #made = 0
  #writtenCount = 0

  constructor(roster: Roster, most: number) {
    this.#roster = roster
    this.#most = most
    this.#startMs = this.clock.nowMs()
    this.network.answer = ({ url, headers, body }) => {
      const host = new URL(url).hostname.split('.')[0] as Host
      this.#take(host, String(headers['webhook-id']), Buffer.from(body).toString())
      return accepted
    }
  }

  nextFate() {
    return { kind: 'write' } as const
  }

  async begin(): Promise<this> {
    const { groupWaitSeconds, updateMinutes, repeatMinutes, quiet, silencedAfter, handOver } =
      this.#roster
    await this.join()
    const h = this.instances[0]?.h as Harness
    const base = { ownerKeyId: 'owner', theatres: '*', handling: 'restricted' } as const
    const [from, until] = [this.#at(-1), this.#at(10_000)]
    const change = this.#at(handOver)
    const shifts = [
      { officer: 'Ama', from, until: change, lines: [ids.line, ids.next], note: null },
      { officer: 'Kofi', from: change, until, lines: [ids.follower], note: null }
    ]
    const watch = { watchId: 'desk', name: 'Joint desk', lineMinutes: 5, version: 1, ...base }
    await h.declare({ type: 'watch.declared', data: { ...watch, shifts } })
    if (silencedAfter !== null) {
      const silence = {
        silenceId: 'move',
        filter: {},
        alertId: null,
        subscriptionId: ids.line,
        reason: 'Move'
      }
      const times = {
        startsAt: this.#at(silencedAfter),
        endsAt: this.#at(silencedAfter + silencedFor),
        includesExtreme: true
      }
      await h.declare({ type: 'silence.created', data: { ...silence, ...times, ...base } })
    }
    const time = (minutes: number) => this.#at(minutes).slice(11, 16)
    for (const host of hosts) {
      const quietHours =
        host === 'line' && quiet !== null
          ? { from: time(quiet[0]), to: time(quiet[1]), timeZone: 'UTC' }
          : null
      const policy = {
        watch: 'desk',
        groupWaitSeconds,
        updateMinutes,
        repeatMinutes,
        quietHours,
        stories: 'each'
      } as const
      await subscribed(h, {
        subscriptionId: ids[host],
        url: `https://${host}.example/hook`,
        order: 'newest-state',
        policy
      })
    }
    await settle(20)
    for (let i = 1; i < this.#most; i++) await this.join()
    await settle(20)
    return this
  }

  async join(): Promise<void> {
    if (this.instances.length < this.#most)
      this.instances.push(await new Instance(this, ++this.#made).start())
  }

  async play(step: Step): Promise<void> {
    switch (step.do) {
      case 'alert':
        return this.#alert(step)
      case 'answer':
        return this.#answer(step.alertId)
      case 'wait':
        return this.#wait(step.s)
      case 'join':
        await this.join()
        return settle(30)
      default:
        return this.#befall(step.do, this.instances[step.who])
    }
  }

  async #befall(
    what: Exclude<Step['do'], 'alert' | 'answer' | 'wait' | 'join'>,
    who: Instance | undefined
  ): Promise<void> {
    const ends = what === 'leave' || what === 'kill'
    const others = this.instances.filter(each => each !== who)
    const isReplaced = ends && others.length > 0 && others.every(each => each.isServing)
    // The first one serves always, so that nothing need wait for all of them.
    if (who === undefined || (who === this.instances[0] && !isReplaced)) return
    if (ends) this.instances.splice(this.instances.indexOf(who), 1)
    await who[what]()
    if (what === 'resume') who.readmit()
    await settle(30)
  }

  /** An instance that the log has not heard of for too long loses its place. */
  async #wait(seconds: number): Promise<void> {
    for (let s = 0; s < seconds; s += 10) {
      await this.clock.advance(10_000)
      for (const who of this.instances) this.#hear(who)
      await settle(10)
    }
  }

  #hear(who: Instance): void {
    const nowMs = this.clock.monotonicMs()
    if (!who.isPaused) this.#heardMs.set(who, nowMs)
    else if (nowMs - (this.#heardMs.get(who) ?? 0) >= sessionMs) who.expel()
  }

  async #alert({
    alertId,
    severity,
    ending,
    late,
    isLeft
  }: Extract<Step, { do: 'alert' }>): Promise<void> {
    if (this.#writtenCount === slotsMax) return
    const restMs = (this.clock.nowMs() - this.#startMs) % slotsMs
    const slotMs = 500 + this.#writtenCount++ * (lateMs + 100)
    await this.clock.advance((slotMs - restMs + slotsMs) % slotsMs)
    const before = this.said.get(alertId) ?? []
    const last = before.at(-1)
    const isSame = last !== undefined && last.severity === severity && last.ending === ending
    const sinceMs = isSame ? last.sinceMs : this.clock.nowMs()
    this.said.set(alertId, [...before, { severity, ending, sinceMs }])
    const name =
      ending === 'retracted'
        ? 'retracted'
        : ending === 'resolved'
          ? 'resolved'
          : last === undefined
            ? 'raised'
            : 'revised'
    const slow = this.#most === 1 || late === null ? undefined : this.instances[late]
    for (let each = 0; each < partitions; each++) slow?.blind(each)
    await this.#write(name, alertId, { severity, status: ending ?? 'provisional', notify: 'page' })
    // Where one was expelled, nobody would be left.
    const isHeir = isLeft && slow !== undefined && this.instances.every(each => each.isServing)
    for (const each of isHeir ? this.instances.splice(0) : []) if (each !== slow) await each.kill()
    if (isHeir) this.instances.push(slow)
    await this.clock.advance(lateMs)
    slow?.see()
    await settle(30)
  }

  /** Somebody at the first line has it. */
  async #answer(alertId: string): Promise<void> {
    if (!this.told.some(each => each.host === 'line' && each.alertId === alertId)) return
    const { operator } = this.#writer.state(alertId)
    const said = {
      subscriptionId: ids.line,
      by: 'Ama',
      at: this.#at(0),
      until: null,
      note: null,
      via: 'link' as const
    }
    await this.#write('answered', alertId, {
      operator: { ...operator, answers: [said] },
      concerns: 'internal'
    })
  }

  async #write(...event: Parameters<AlertWriter['record']>): Promise<void> {
    this.#writer.moveTo(this.clock.nowMs() - 1_000)
    await this.#log.append(topics.alerts, [this.#writer.record(...event)[0]])
    await settle(30)
  }

  #take(host: Host, id: string, text: string): void {
    const key = `${host} ${id}`
    const known = this.#bodies.get(key)
    // What was taken and not yet logged comes again, the same.
    if (known !== undefined) {
      expect(text).toBe(known)
      return
    }
    this.#bodies.set(key, text)
    const { type, data, because, held } = JSON.parse(text)
    const { alertId, severity } = data.alert ?? data
    if (alertId === undefined) return
    const what = `${host} ${type} ${alertId} ${severity} ${data.revision} ${because}${held === undefined ? '' : ` after ${held}`}`
    const isReminder = type.includes('reminder')
    this.told.push({ host, atMs: this.clock.nowMs(), alertId, severity, isReminder, text: what })
  }

  #at(minutes: number): string {
    return new Date(this.#startMs + minutes * 60_000).toISOString()
  }

  /** Everything goes on, and what waits is told, as far as it ever is. */
  async end(): Promise<void> {
    for (const each of this.instances) {
      each.resume()
      each.readmit()
    }
    await this.#wait(900)
    for (const each of this.instances) await each.h.close()
  }

  toldTo(host: Host): readonly Told[] {
    return this.told.filter(each => each.host === host)
  }
}

async function played(roster: Roster, steps: readonly Step[], most: number): Promise<Desk> {
  const desk = await new Desk(roster, most).begin()
  for (const each of steps) await desk.play(each)
  await desk.end()
  return desk
}

const textsOf = (told: readonly Told[]) => told.map(({ text }) => text)

const plain: Roster = {
  ...{
    groupWaitSeconds: 0,
    updateMinutes: 0,
    repeatMinutes: 0,
    quiet: null,
    silencedAfter: null,
    handOver: 600
  }
}

describe('several notifiers at a watch', () => {
  it.each([0, 1, 2] as const)(
    'keep the turn of a line though its notifier reads of the alert later: that of instance %i',
    async late => {
      const steps: Step[] = [
        { do: 'alert', alertId: 'siege', severity: 'extreme', ending: null, late, isLeft: false }
      ]
      const several = await played(plain, steps, 3)
      expect(textsOf(several.told)).toEqual(textsOf((await played(plain, steps, 1)).told))
    }
  )

  it.each([0, 1] as const)(
    'judge nothing by an alert that they have not read of: instance %i is left with it',
    async late => {
      const alertStep: Step = {
        do: 'alert',
        alertId: 'siege',
        severity: 'extreme',
        ending: null,
        late,
        isLeft: true
      }
      const roster: Roster = { ...plain, silencedAfter: 0 }
      const several = await played(roster, [alertStep], 2)
      expect(textsOf(several.told)).toEqual(textsOf((await played(roster, [alertStep], 1)).told))
    }
  )

  it.each([0, 1, 2] as const)(
    'wake nobody with what a line knows to be over, of which instance %i reads later',
    async late => {
      const said = {
        do: 'alert',
        severity: 'moderate',
        ending: null,
        late: null,
        isLeft: false
      } as const
      // The next line looks again 40 s after the beginning, as its notifier has not read of the
      // end.
      const before: Step[] = (['siege', 'massacre'] as const).map(alertId => ({ ...said, alertId }))
      const steps: Step[] = [
        ...before,
        { do: 'wait', s: 30 },
        { ...said, alertId: 'siege', ending: 'resolved', late }
      ]
      const several = await played(plain, steps, 3)
      expect(textsOf(several.told).toSorted()).toEqual(
        textsOf((await played(plain, steps, 1)).told).toSorted()
      )
    }
  )

  it.each([1, 2])(
    'go past lines that nobody serves: while instance %i is paused somebody is told of what is extreme',
    async who => {
      const alertStep: Step = {
        do: 'alert',
        alertId: 'siege',
        severity: 'extreme',
        ending: null,
        late: null,
        isLeft: false
      }
      const desk = await played(plain, [{ do: 'pause', who }, alertStep, { do: 'wait', s: 30 }], 3)
      expect(holdToExtremes(desk, unplannedWithinMs)).toBe(1)
    }
  )

  it('tell whom one alone would have told, when and why, whoever comes, goes and dies', async () => {
    const count = { follower: 0, next: 0, line: 0 }
    await fc.assert(
      fc.asyncProperty(rosters, calmSteps, fc.constantFrom(2, 3), async (roster, steps, most) => {
        const alone = await played(roster, steps, 1)
        const several = await played(roster, steps, most)
        for (const host of hosts) {
          count[host] += alone.toldTo(host).length
          for (const alertId of ['siege', 'massacre']) {
            // Of two alerts that are due within seconds either may be first.
            const of = (desk: Desk) => desk.toldTo(host).filter(each => each.alertId === alertId)
            const [one, all] = [of(alone), of(several)]
            expect(textsOf(all)).toEqual(textsOf(one))
            const apart = all.map(({ atMs }, i) => Math.abs(atMs - (one[i]?.atMs ?? 0)))
            expect(apart.filter(ms => ms > lookMs)).toEqual([])
          }
        }
      }),
      { numRuns: runsOf(50) }
    )
    expect(Math.min(count.follower, count.next, count.line)).toBeGreaterThan(0)
  }, 600_000)

  it('that are paused, expelled and killed lose nothing and tell nothing twice, and nobody waits for them', async () => {
    let extremeCount = 0
    await fc.assert(
      fc.asyncProperty(rosters, faultySteps, fc.constantFrom(2, 3), async (roster, steps, most) => {
        const desk = await played(roster, steps, most)
        for (const host of hosts) {
          const once = textsOf(desk.toldTo(host).filter(({ isReminder }) => !isReminder)).map(
            text => text.split(' ', 5).join(' ')
          )
          expect(once).toEqual([...new Set(once)])
        }
        for (const [alertId, said] of desk.said) {
          const last = said.at(-1) as Standing
          const told = desk.told.filter(each => each.alertId === alertId)
          const isKnown = told.some(
            each =>
              each.atMs >= graveSinceMs(said) && rankOf(each.severity) >= rankOf(last.severity)
          )
          if (last.ending === null) expect([alertId, isKnown]).toEqual([alertId, true])
        }
        const isFrozen = steps.some(each => each.do === 'freeze')
        extremeCount += holdToExtremes(desk, isFrozen ? unsentWithinMs : unplannedWithinMs)
      }),
      { numRuns: runsOf(50) }
    )
    expect(extremeCount).toBeGreaterThan(0)
  }, 600_000)
})

/** Since when it is as grave as it is. */
function graveSinceMs(said: readonly Standing[]): number {
  const last = said.at(-1) as Standing
  const before = said.findLastIndex(
    each => each.ending !== null || rankOf(each.severity) < rankOf(last.severity)
  )
  return said[before + 1]?.sinceMs ?? 0
}

/**
 * Whoever is told: each alert that became extreme, and stayed so for long enough. Returns how many
 * there were.
 */
function holdToExtremes(desk: Desk, withinMs: number): number {
  let count = 0
  for (const [alertId, said] of desk.said)
    for (const [i, { severity, ending, sinceMs }] of said.entries()) {
      const isExtreme = severity === 'extreme' && ending === null
      const next = said
        .slice(i + 1)
        .find(each => each.severity !== 'extreme' || each.ending !== null)
      if (!isExtreme || (next !== undefined && next.sinceMs <= sinceMs + withinMs)) continue
      count++
      const isTold = desk.told.some(
        each =>
          each.alertId === alertId && each.severity === 'extreme' && each.atMs <= sinceMs + withinMs
      )
      expect([alertId, sinceMs, isTold]).toEqual([alertId, sinceMs, true])
    }
  return count
}
