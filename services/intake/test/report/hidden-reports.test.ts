// What a key can learn by writing to what it may not see: a hidden report and a missing one are
// answered alike.

import type { Principal } from '@tocsin/auth/access/principal'
import type { IncidentEvent } from '@tocsin/contracts/incident/incident-event'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { incidentData } from '../../../../packages/contracts/test/support/schema-samples.ts'
import type { Answer } from '../../src/report/report-answer.ts'
import {
  aReport,
  type IntakeUnderTest,
  intakeOf,
  lake,
  owner,
  reportRecords,
  sahel,
  wallStart
} from '../support/intake-under-test.ts'

const both = { theatres: [sahel, lake] }
const inChad = { name: 'Bol', country: 'TD', lat: 13.46, lon: 14.71 }
const keys = {
  'of another theatre': { ...owner, id: 'k-lake', theatres: ['lake'] },
  'of a lower handling': { ...owner, id: 'k-low', handling: 'partners' }
} satisfies Record<string, Principal>
/** Visible to both keys. */
const within = { ...aReport, location: inChad, handling: 'partners' }

async function told(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ProblemError)
      return { code: error.code, detail: error.message, errors: error.errors }
    throw error
  }
}

describe.each(Object.entries(keys))('a key %s', (_, principal) => {
  const hidden = { ...aReport, externalId: 'taken', handling: 'restricted' }

  it('gets the same answer to a future-dated report, whether its id is taken or free', async () => {
    const intake = await intakeOf(both)
    await intake.post(hidden)
    const ahead = { ...within, occurred: { from: '2031-01-01', to: '2031-01-01' } }
    const answers = ['taken', 'free'].map(externalId =>
      told(intake.post({ ...ahead, externalId }, { principal }))
    )
    expect(await answers[0]).toMatchObject({ code: 'body-invalid' })
    expect(await answers[0]).toEqual(await answers[1])
  })

  it('gets the same answer to every wrong post, and to every correction and withdrawal', async () => {
    const intake = await intakeOf(both)
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
        location: fc.constantFrom(
          aReport.location,
          inChad,
          { name: 'nowhere' },
          { lat: 91, lon: 0 }
        ),
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
          // A valid post within the key's limits is a new report under a free id; under a taken id
          // it is refused.
          if (isTaken(free)) goods++
          if (isTaken(free)) expect(taken).toMatchObject({ code: 'forbidden' })
          else expect(taken).toEqual(free)
          const target = id === 'taken' ? reportId : withdrawn
          const none = '0'.repeat(32)
          expect(await told(intake.put(target, body(id), rest))).toEqual(
            await told(intake.put(none, body('free'), rest))
          )
          expect(await told(intake.withdraw(target, 'x', rest))).toEqual(
            await told(intake.withdraw(none, 'x', rest))
          )
          expect(await told(intake.service.acceptance.erase(target, principal))).toEqual(
            await told(intake.service.acceptance.erase(none, principal))
          )
          expect(await told(intake.service.reading.read(target, principal, 0))).toEqual(
            await told(intake.service.reading.read(none, principal, 0))
          )
        }
      ),
      { numRuns: 50 }
    )
    expect((await reportRecords(intake.log)).length).toBe(recordsBefore + goods)
  })

  it('that is not a listed reporter of a source gets the same answer for every external id, also as an administrator', async () => {
    const intake = await intakeOf(both)
    await intake.declareSource({
      id: 'wire-1',
      reliability: 'B',
      latenessDays: 2,
      cadenceDays: 7,
      archive: false,
      reporters: ['feed']
    })
    await intake.post(hidden)
    const answers = ['taken', 'free'].map(externalId =>
      told(intake.post({ ...within, externalId }, { principal }))
    )
    expect(await answers[0]).toMatchObject({
      code: 'forbidden',
      errors: [{ pointer: '/source/id' }]
    })
    expect(await answers[0]).toEqual(await answers[1])
    expect(await reportRecords(intake.log)).toHaveLength(1)
  })

  it('cannot change a hidden report, and does not learn that it was withdrawn', async () => {
    const intake = await intakeOf(both)
    const { reportId } = await intake.post(hidden)
    const refused = await told(intake.post({ ...within, externalId: 'taken' }, { principal }))
    expect(refused).toMatchObject({ code: 'forbidden' })
    await intake.withdraw(reportId)
    expect(await told(intake.post({ ...within, externalId: 'taken' }, { principal }))).toEqual(
      refused
    )
  })
})

function isTaken(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'duplicate' in answer
}

describe('a reporter whose own report became hidden from it', () => {
  const low = keys['of a lower handling']

  it('gets a true answer for what it sent before, and learns nothing of later revisions', async () => {
    const intake = await intakeOf(both)
    const first = await intake.post(within, { principal: low })
    await intake.put(first.reportId, { ...within, handling: 'restricted', category: 'clash' })
    await intake.put(first.reportId, { ...within, handling: 'restricted', category: 'ambush' })
    const { places: _, ...again } = await intake.post(within, { principal: low })
    // Its places are answered as it stated them.
    const { understood } = first
    expect(again).toEqual({
      reportId: first.reportId,
      revision: 1,
      theatre: 'lake',
      duplicate: true,
      understood
    })
  })

  it('sees only the revisions that it is cleared for, in answers and reads', async () => {
    const intake = await intakeOf(both)
    const { reportId } = await intake.post({ ...within, handling: 'restricted' })
    await intake.put(reportId, { ...within, category: 'clash' })
    const seen = async (answer: Promise<Answer>) => (await answer).revision
    expect((await intake.service.reading.read(reportId, low, 0)).revision).toBe(1)
    expect((await intake.service.reading.read(reportId, owner, 0)).revision).toBe(2)
    expect(
      await seen(intake.put(reportId, { ...within, category: 'ambush' }, { principal: low }))
    ).toBe(2)
    expect(await seen(intake.post({ ...within, category: 'ambush' }, { principal: low }))).toBe(2)
    expect(await seen(intake.withdraw(reportId, 'x', { principal: low }))).toBe(2)
  })
})

describe('the incident of a report that a hidden one joins and leaves', () => {
  const low = keys['of a lower handling']
  const sample = incidentData()

  let position = 0n
  const applyIncident = (intake: IntakeUnderTest, event: IncidentEvent) => {
    const at = { partition: 0, position: position++, time: wallStart, cause: null }
    intake.model.incidents.apply({ ...at, event })
  }

  it('stays the same for a reader who may not see that report, and has no revision', async () => {
    const intake = await intakeOf(both)
    const { reportId } = await intake.post(within)
    const own = { reportId, contentHash: 'c1', sourceId: 'wire-1' }
    const joined = { reportId: 'h', contentHash: 'c2', sourceId: 'rumour-3' }
    const open = {
      ...sample,
      theatre: 'lake',
      incidentId: 'i1',
      aliases: [],
      handling: 'partners',
      reports: [own]
    } as const
    const told = async (principal: Principal) =>
      (await intake.service.reading.read(reportId, principal, 0)).incident
    const seen: unknown[] = []
    const all: unknown[] = []
    const look = async () => {
      seen.push(await told(low))
      all.push(await told(owner))
    }
    applyIncident(intake, { type: 'incident.assembled', data: { ...open, seq: 1, revision: 1 } })
    await look()
    const hiding = { ...open, handling: 'restricted', reports: [own, joined] } as const
    applyIncident(intake, { type: 'incident.revised', data: { ...hiding, seq: 2, revision: 2 } })
    await look()
    // It is merged into another, with a hidden report in it.
    applyIncident(intake, {
      type: 'incident.merged',
      data: { ...hiding, seq: 3, incidentId: 'i0', aliases: ['i1'], revision: 3 }
    })
    await look()
    applyIncident(intake, { type: 'incident.split', data: { ...open, seq: 4, revision: 4 } })
    await look()
    expect(seen).toEqual(Array(4).fill({ incidentId: 'i1' }))
    expect(all).toEqual([
      { incidentId: 'i1', revision: 1 },
      { incidentId: 'i1', revision: 2 },
      { incidentId: 'i0', revision: 3 },
      { incidentId: 'i1', revision: 4 }
    ])
    // Corrected while the hidden one is in: its incident without that one is unknown.
    applyIncident(intake, { type: 'incident.revised', data: { ...hiding, seq: 5, revision: 5 } })
    const corrected = [{ ...own, contentHash: 'c3' }, joined]
    applyIncident(intake, {
      type: 'incident.revised',
      data: { ...hiding, seq: 6, revision: 6, reports: corrected }
    })
    expect(await told(low)).toBeNull()
  })

  it('is not shown if it contained the hidden report from the beginning', async () => {
    const intake = await intakeOf(both)
    const { reportId } = await intake.post(within)
    const reports = [{ reportId, contentHash: 'c1', sourceId: 'wire-1' }]
    const data = {
      ...sample,
      theatre: 'lake',
      incidentId: 'i1',
      aliases: [],
      handling: 'restricted',
      reports,
      seq: 1
    } as const
    applyIncident(intake, { type: 'incident.assembled', data })
    expect((await intake.service.reading.read(reportId, low, 0)).incident).toBeNull()
  })
})
