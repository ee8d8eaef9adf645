// Posts, corrections, withdrawals, repeats and restarts in random order, on a log that refuses,
// loses or leaves appends in doubt (which are then sent again), compared with a small model. After each run the log is folded
// as the rules fold it: every acknowledged report must be there once, in each theatre that it was
// ever in.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { EventLogError } from '@tocsin/event-log/errors'
import { type AppendFate, MemoryStore } from '@tocsin/event-log/memory-log'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import { computeRuns } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Answer } from '../../src/report/report-answer.ts'
import {
  aReport,
  hashOfOpen,
  IntakeUnderTest,
  reportRecords,
  sahel,
  wallStart
} from '../support/intake-under-test.ts'

const east = { ...sahel, id: 'east', countries: ['TD'] }
const spots = [
  { name: 'Dioura', admin1: 'ML-5', country: 'ML', lat: 14.8252, lon: -5.2547 },
  { name: 'Diosso', country: 'ML' },
  { name: 'Bol', country: 'TD', lat: 13.46, lon: 14.71 },
  { name: 'Lyon', country: 'FR', lat: 45.76, lon: 4.83 }
]
const theatreOfSpot = ['sahel', 'sahel', 'east', '_unassigned']

const stepArb = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('post', 'put'),
      report: fc.nat(1),
      spot: fc.nat(3),
      minute: fc.nat(5)
    })
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw'), report: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tick'), minute: fc.nat(59) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart') }) }
)
type Step = { kind: string; report?: number; spot?: number; minute?: number }
const fateArb: fc.Arbitrary<'write' | 'refuse' | 'doubt' | 'drop'> = fc.oneof(
  { weight: 5, arbitrary: fc.constant('write') },
  { weight: 1, arbitrary: fc.constantFrom('refuse', 'doubt', 'drop') }
)

interface Said {
  readonly reportedAt: string
  readonly contentHash: string
  readonly theatre: string
}

/**
 * What must hold of a report: all that was said of it, what stands, every theatre that it was ever
 * in, whether it is gone.
 */
interface Model {
  readonly said: Said[]
  winner: Said | null
  readonly theatres: Set<string>
  isWithdrawn: boolean
}

const bodyOf = (step: Step) => ({
  ...aReport,
  externalId: `W-${step.report}`,
  reportedAt: `2025-06-02T09:0${step.minute}:00Z`,
  location: spots[step.spot ?? 0]
})

async function outcomeOf(work: Promise<Answer>): Promise<Answer | string> {
  try {
    return await work
  } catch (error) {
    if (error instanceof ProblemError || error instanceof EventLogError) return error.code
    throw error
  }
}

it('keeps the last acknowledged state of each report, once, in every theatre that it was ever in', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(stepArb, { maxLength: 25 }),
      fc.array(fateArb, { maxLength: 60 }),
      async (steps, fateKinds) => {
        const store = new MemoryStore({ partitions: 2 })
        const fates = fateKinds.map(fateOf)
        let isRaining = false
        const hooks = {
          beforeAppend: (topic: string) =>
            (isRaining && topic === topics.incidents && fates.shift()) || fateOf('write')
        }
        // Waits between attempts take no time; deadlines of seconds are not reached.
        const sleep: typeof systemClock.sleep = (ms, signal) =>
          systemClock.sleep(ms < 1000 ? 0 : ms, signal)
        const start = () => IntakeUnderTest.start({ store, hooks, partitions: 2, sleep })
        let intake = await start()
        await intake.declare(sahel, east)
        const models = [newModel(), newModel()]
        const ids: (string | null)[] = [null, null]
        let now = '2025-06-02T12:00:00.000Z'
        for (const step of steps as Step[]) {
          if (step.kind === 'restart') {
            await intake.close()
            intake = await start()
            continue
          }
          if (step.kind === 'tick') {
            const to = `2025-06-02T12:${String(step.minute).padStart(2, '0')}:00.000Z`
            if (to > now) now = to
            for (const theatre of ['sahel', 'east']) await intake.tick(theatre, now)
            continue
          }
          const n = step.report ?? 0
          const model = models[n] as Model
          const body = bodyOf(step)
          isRaining = true
          const send = () =>
            outcomeOf(
              step.kind === 'post'
                ? intake.post(body)
                : step.kind === 'put'
                  ? intake.put(ids[n] ?? '0'.repeat(32), body)
                  : intake.withdraw(ids[n] ?? '0'.repeat(32))
            )
          let outcome = await send()
          const wasInDoubt = outcome === 'append-unknown'
          while (outcome === 'append-unknown' || (wasInDoubt && outcome === 'log-busy'))
            outcome = await send()
          isRaining = false
          judge(step, outcome, model, {
            body,
            wasInDoubt,
            now: theatreOfSpot[step.spot ?? 0] === '_unassigned' ? wallStart : now
          })
          if (typeof outcome !== 'string') ids[n] = outcome.reportId
        }
        await intake.folded()
        check(await reportRecords(intake.log), models, ids)
        await intake.close()
      }
    ),
    { numRuns: computeRuns(200, 10) }
  )
})

function fateOf(kind: 'write' | 'refuse' | 'doubt' | 'drop'): AppendFate {
  return kind === 'refuse' ? { kind, error: new EventLogError('log-busy', 'not now') } : { kind }
}

function newModel(): Model {
  return { said: [], winner: null, theatres: new Set(), isWithdrawn: false }
}

/** Checks an outcome against the model, and updates the model. */
function judge(
  step: Step,
  outcome: Answer | string,
  model: Model,
  { body, now, wasInDoubt }: { body: object; now: string; wasInDoubt: boolean }
): void {
  // Nothing was written, so the same request may be repeated.
  if (outcome === 'log-busy') return
  if (step.kind !== 'post' && model.winner === null) return void expect(outcome).toBe('not-found')
  if (model.isWithdrawn && step.kind !== 'withdraw')
    return void expect(outcome).toBe('report-withdrawn')
  if (typeof outcome === 'string') throw new Error(`${step.kind} ended with ${outcome}`)
  if (step.kind === 'withdraw') {
    expect(outcome.duplicate).toBe(model.isWithdrawn || (wasInDoubt && outcome.duplicate))
    model.isWithdrawn = true
    return
  }
  const contentHash = hashOfOpen(body)
  const isDuplicate =
    step.kind === 'post'
      ? model.said.some(r => r.contentHash === contentHash)
      : model.winner?.contentHash === contentHash
  expect(outcome.duplicate).toBe(isDuplicate || (wasInDoubt && outcome.duplicate))
  if (!isDuplicate) {
    const stated = `2025-06-02T09:0${step.minute}:00.000Z`
    const reportedAt =
      step.kind === 'post' ? stated : correctedAt(stated, now, model.winner?.reportedAt ?? '')
    const said = { reportedAt, contentHash, theatre: theatreOfSpot[step.spot ?? 0] as string }
    model.said.push(said)
    if (model.winner === null || isGreater(said, model.winner)) {
      model.winner = said
      model.theatres.add(said.theatre)
    }
  }
  expect(outcome).toMatchObject({ theatre: model.winner?.theatre, revision: model.said.length })
}

/**
 * A correction always wins: with its own time if that is later, else with now, else with the next
 * moment.
 */
function correctedAt(stated: string, now: string, winner: string): string {
  if (stated > winner) return stated
  return now > winner ? now : new Date(Date.parse(winner) + 1).toISOString()
}

function check(
  records: readonly TheatreRecord[],
  models: readonly Model[],
  ids: readonly (string | null)[]
): void {
  const ofReport = (id: string) =>
    records.filter(
      r => (r.type === 'report.received' || r.type === 'report.withdrawn') && r.data.reportId === id
    )
  ids.forEach((id, n) => {
    if (id === null) return
    const model = models[n] as Model
    const mine = ofReport(id)
    const revisions = mine.filter(r => r.type === 'report.received')
    const said = revisions.map(r => `${r.theatre} ${r.data.reportedAt} ${r.data.contentHash}`)
    expect(new Set(said).size, 'nothing is written twice').toBe(said.length)
    expect(new Set(revisions.map(r => `${r.data.reportedAt} ${r.data.contentHash}`))).toEqual(
      new Set(model.said.map(r => `${r.reportedAt} ${r.contentHash}`))
    )
    expect(
      new Set(mine.map(r => r.theatre)),
      'it is in every theatre that it was ever in, and in no other'
    ).toEqual(model.theatres)
    for (const theatre of model.theatres) {
      const here = revisions.filter(r => r.theatre === theatre).map(r => r.data)
      expect(
        here.reduce((a, b) => (isGreater(b, a) ? b : a)),
        'the winner stands in every theatre'
      ).toMatchObject(model.winner as Said)
      expect(mine.some(r => r.type === 'report.withdrawn' && r.theatre === theatre)).toBe(
        model.isWithdrawn
      )
    }
  })
}

function isGreater(
  a: { reportedAt: string; contentHash: string },
  b: { reportedAt: string; contentHash: string }
): boolean {
  return (
    a.reportedAt > b.reportedAt || (a.reportedAt === b.reportedAt && a.contentHash > b.contentHash)
  )
}
