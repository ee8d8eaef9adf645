// What a key learns by writing where something is that it may not see: a report that is known and hidden, and one that is not there, answer alike.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { IncidentState } from '@tocsin/domain/incident/incident-event'
import type { Principal } from '@tocsin/service-kit/access/principal'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { goldenRecords } from '../../../../packages/contracts/test/golden/records.ts'
import type { Answer } from '../../src/report/report-answer.ts'
import { aReport, type Given, IntakeUnderTest, lake, owner, reportRecords, sahel } from '../support/intake-under-test.ts'

const running: IntakeUnderTest[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map(intake => intake.close()))
})

async function intakeOf(given: Given = { theatres: [sahel, lake] }): Promise<IntakeUnderTest> {
  const intake = await IntakeUnderTest.start(given)
  running.push(intake)
  return intake
}

const inChad = { name: 'Bol', country: 'TD', lat: 13.46, lon: 14.71 }
const keys = {
  'of another theatre': { ...owner, id: 'k-lake', theatres: ['lake'] },
  'of a lower handling': { ...owner, id: 'k-low', handling: 'partners' }
} satisfies Record<string, Principal>
/** Within reach of both keys. */
const within = { ...aReport, location: inChad, handling: 'partners' }

async function told(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ProblemError) return { code: error.code, detail: error.message, errors: error.errors }
    throw error
  }
}

describe.each(Object.entries(keys))('a key %s', (_, principal) => {
  const hidden = { ...aReport, externalId: 'taken', handling: 'restricted' }

  it('is told of a future-dated report the same, whether somebody has reported under its id or nobody has', async () => {
    const intake = await intakeOf()
    await intake.post(hidden)
    const ahead = { ...within, occurred: { from: '2031-01-01', to: '2031-01-01' } }
    const answers = ['taken', 'free'].map(externalId => told(intake.post({ ...ahead, externalId }, { principal })))
    expect(await answers[0]).toMatchObject({ code: 'body-invalid' })
    expect(await answers[0]).toEqual(await answers[1])
  })

  it('is told of whatever is wrong with a post, and of every correction and withdrawal, the same', async () => {
    const intake = await intakeOf()
    const { reportId } = await intake.post(hidden)
    await intake.post({ ...hidden, externalId: 'withdrawn' })
    const withdrawn = (await intake.post({ ...hidden, externalId: 'withdrawn' })).reportId
    await intake.withdraw(withdrawn)
    const bodies = fc.record(
      {
        category: fc.constantFrom('attack', 'heist', 'clash'),
        occurred: fc.constantFrom(
          { from: '2025-06-01', to: '2025-06-01' },
          { from: '2031-01-01', to: '2031-01-01' },
          { from: '2025-06-02', to: '2025-06-01' },
          { from: 'soon', to: 'later' }
        ),
        location: fc.constantFrom(aReport.location, inChad, { name: 'nowhere' }, { lat: 91, lon: 0 }),
        handling: fc.constantFrom('public', 'partners', 'internal', 'restricted', 'secret'),
        reportedAt: fc.constantFrom('2025-06-02T09:00:00Z', '2099-01-01T00:00:00Z', 'now')
      },
      { requiredKeys: ['occurred', 'location', 'category'] }
    )
    const recordsBefore = (await reportRecords(intake.log)).length
    let [tries, goods] = [0, 0]
    await fc.assert(
      fc.asyncProperty(
        bodies,
        fc.constantFrom('taken', 'withdrawn'),
        fc.constantFrom('live', 'backfill'),
        async (said, id, lane) => {
          const rest = { principal, lane } as const
          const body = (externalId: string) => ({ source: { id: 'wire-1' }, externalId, ...said })
          const free = await told(intake.post(body(`free-${++tries}`), rest))
          const taken = await told(intake.post(body(id), rest))
          // What is good and within reach is a report of its own under a free id; who may not see a report may not add to it.
          if (isTaken(free)) goods++
          if (isTaken(free)) expect(taken).toMatchObject({ code: 'forbidden' })
          else expect(taken).toEqual(free)
          const target = id === 'taken' ? reportId : withdrawn
          const none = '0'.repeat(32)
          expect(await told(intake.put(target, body(id), rest))).toEqual(await told(intake.put(none, body('free'), rest)))
          expect(await told(intake.withdraw(target, 'x', rest))).toEqual(await told(intake.withdraw(none, 'x', rest)))
          expect(await told(intake.service.acceptance.erase(target, principal))).toEqual(
            await told(intake.service.acceptance.erase(none, principal))
          )
          expect(await told(intake.service.reading.read(target, principal, 0))).toEqual(
            await told(intake.service.reading.read(none, principal, 0))
          )
        }
      ),
      { numRuns: 150 }
    )
    expect((await reportRecords(intake.log)).length).toBe(recordsBefore + goods)
  })

  it('of a source that names its reporters, and is none of them, is told the same of every number, also as an administrator', async () => {
    const intake = await intakeOf()
    await intake.declareSource({
      id: 'wire-1',
      reliability: 'B',
      latenessDays: 2,
      cadenceDays: 7,
      archive: false,
      reporters: ['feed']
    })
    await intake.post(hidden)
    const answers = ['taken', 'free'].map(externalId => told(intake.post({ ...within, externalId }, { principal })))
    expect(await answers[0]).toMatchObject({ code: 'forbidden', errors: [{ pointer: '/source/id' }] })
    expect(await answers[0]).toEqual(await answers[1])
    expect(await reportRecords(intake.log)).toHaveLength(1)
  })

  it('adds nothing to a hidden report, and is not told that it was withdrawn', async () => {
    const intake = await intakeOf()
    const { reportId } = await intake.post(hidden)
    const refused = await told(intake.post({ ...within, externalId: 'taken' }, { principal }))
    expect(refused).toMatchObject({ code: 'forbidden' })
    await intake.withdraw(reportId)
    expect(await told(intake.post({ ...within, externalId: 'taken' }, { principal }))).toEqual(refused)
  })
})

function isTaken(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'duplicate' in answer
}

describe('a reporter whose own report was closed to it', () => {
  const low = keys['of a lower handling']

  it('has an honest answer for what it sent before, and learns nothing of what came after', async () => {
    const intake = await intakeOf()
    const first = await intake.post(within, { principal: low })
    await intake.put(first.reportId, { ...within, handling: 'restricted', category: 'clash' })
    await intake.put(first.reportId, { ...within, handling: 'restricted', category: 'ambush' })
    const { places: _, ...again } = await intake.post(within, { principal: low })
    // Of its places it is told what it said of them itself.
    const { understood } = first
    expect(again).toEqual({ reportId: first.reportId, revision: 1, theatre: 'lake', duplicate: true, understood })
  })

  it('is told of revisions that it may see alone, in answers and when it reads', async () => {
    const intake = await intakeOf()
    const { reportId } = await intake.post({ ...within, handling: 'restricted' })
    await intake.put(reportId, { ...within, category: 'clash' })
    const seen = async (answer: Promise<Answer>) => (await answer).revision
    expect((await intake.service.reading.read(reportId, low, 0)).revision).toBe(1)
    expect((await intake.service.reading.read(reportId, owner, 0)).revision).toBe(2)
    expect(await seen(intake.put(reportId, { ...within, category: 'ambush' }, { principal: low }))).toBe(2)
    expect(await seen(intake.post({ ...within, category: 'ambush' }, { principal: low }))).toBe(2)
    expect(await seen(intake.withdraw(reportId, 'x', { principal: low }))).toBe(2)
  })
})

describe('the incident of a report that a hidden one joins and leaves', () => {
  const low = keys['of a lower handling']
  const golden = goldenRecords.find(({ event }) => event === 'incident.assembled')?.good[0] as IncidentState

  it('is the same to who may not see that all the while, and has no revision to it', async () => {
    const intake = await intakeOf()
    const { reportId } = await intake.post(within)
    const own = { reportId, contentHash: 'c1', sourceId: 'wire-1' }
    const joined = { reportId: 'h', contentHash: 'c2', sourceId: 'rumour-3' }
    const { outcomes } = intake.service.views
    const open = { ...golden, theatre: 'lake', incidentId: 'i1', aliases: [], handling: 'partners', reports: [own] } as const
    const told = async (principal: Principal) => (await intake.service.reading.read(reportId, principal, 0)).incident
    const seen: unknown[] = []
    const all: unknown[] = []
    const look = async () => {
      seen.push(await told(low))
      all.push(await told(owner))
    }
    outcomes.applyIncident({ type: 'incident.assembled', data: { ...open, seq: 1, revision: 1 } })
    await look()
    const hiding = { ...open, handling: 'restricted', reports: [own, joined] } as const
    outcomes.applyIncident({ type: 'incident.revised', data: { ...hiding, seq: 2, revision: 2 } })
    await look()
    // It is taken by another, with a hidden report in it.
    outcomes.applyIncident({
      type: 'incident.merged',
      data: { ...hiding, seq: 3, incidentId: 'i0', aliases: ['i1'], revision: 3 }
    })
    await look()
    outcomes.applyIncident({ type: 'incident.split', data: { ...open, seq: 4, revision: 4 } })
    await look()
    expect(seen).toEqual(Array(4).fill({ incidentId: 'i1' }))
    expect(all).toEqual([
      { incidentId: 'i1', revision: 1 },
      { incidentId: 'i1', revision: 2 },
      { incidentId: 'i0', revision: 3 },
      { incidentId: 'i1', revision: 4 }
    ])
    // Corrected while the hidden one is in: nobody knows where it would be without that.
    outcomes.applyIncident({ type: 'incident.revised', data: { ...hiding, seq: 5, revision: 5 } })
    const corrected = [{ ...own, contentHash: 'c3' }, joined]
    outcomes.applyIncident({ type: 'incident.revised', data: { ...hiding, seq: 6, revision: 6, reports: corrected } })
    expect(await told(low)).toBeNull()
  })

  it('is not told where the report was hidden in it from the first', async () => {
    const intake = await intakeOf()
    const { reportId } = await intake.post(within)
    const reports = [{ reportId, contentHash: 'c1', sourceId: 'wire-1' }]
    const data = { ...golden, theatre: 'lake', incidentId: 'i1', aliases: [], handling: 'restricted', reports, seq: 1 } as const
    intake.service.views.outcomes.applyIncident({ type: 'incident.assembled', data })
    expect((await intake.service.reading.read(reportId, low, 0)).incident).toBeNull()
  })
})
