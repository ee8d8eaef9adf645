import { parseStrictJson } from '@tocsin/contracts/json/strict-json'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { EventLogError } from '@tocsin/event-log/errors'
import type { AppendFate } from '@tocsin/event-log/memory-log'
import { MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { allStored } from '@tocsin/testing/report/stored-records'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { badReports } from '../support/bad-reports.ts'
import {
  aReport,
  IntakeUnderTest,
  intakeOf,
  lake,
  reportRecords,
  sahel,
  wallStart
} from '../support/intake-under-test.ts'

const atTheLake = { ...aReport, location: { name: 'Bol', country: 'TD', lat: 13.46, lon: 14.71 } }

const problemOf = async (promise: Promise<unknown>): Promise<ProblemError> => {
  const error = await promise.then(
    () => new Error('it was accepted'),
    caught => caught
  )
  if (!(error instanceof ProblemError)) throw error
  return error
}
const said = (records: readonly TheatreRecord[]) =>
  records.map(record =>
    record.type === 'report.received'
      ? {
          in: record.theatre,
          lies: record.data.theatre,
          at: record.data.reportedAt,
          category: record.data.category
        }
      : { in: record.theatre, type: record.type }
  )

describe('a post', () => {
  it('is one record in the theatre of its place, stamped with the time there', async () => {
    const intake = await intakeOf()
    const answer = await intake.post(aReport)
    expect(answer).toMatchObject({ revision: 1, theatre: 'sahel', duplicate: false })
    const [record] = await reportRecords(intake.log)
    expect(record).toMatchObject({
      type: 'report.received',
      theatre: 'sahel',
      time: wallStart,
      data: {
        reportId: answer.reportId,
        sourceId: 'wire-1',
        externalId: 'W-1',
        reportedAt: '2025-06-02T09:00:00.000Z',
        place: { settlement: 'ML-5/dioura', admin1: 'ML-5' },
        theatre: 'sahel',
        lane: 'live',
        private: null
      }
    })
  })

  it('with content that is known is a duplicate, however often and however its members are ordered', async () => {
    const intake = await intakeOf()
    const first = await intake.post(aReport)
    const again = await intake.post(Object.fromEntries(Object.entries(aReport).reverse()))
    expect(again).toEqual({ ...first, duplicate: true })
    expect(await reportRecords(intake.log)).toHaveLength(1)
  })

  it('goes to the theatre world while no theatre is declared, and to none once one is', async () => {
    const intake = await intakeOf({ theatres: [] })
    expect(await intake.post(aReport)).toMatchObject({ theatre: 'world' })
    await intake.declare(sahel)
    expect(await intake.post({ ...aReport, externalId: 'W-2' })).toMatchObject({ theatre: 'sahel' })
    const abroad = {
      ...aReport,
      externalId: 'W-3',
      location: { name: 'Lyon', country: 'FR', lat: 45.76, lon: 4.83 }
    }
    expect(await intake.post(abroad)).toMatchObject({ theatre: '_unassigned' })
  })

  it('is checked against the clock of its theatre: wall clock or last tick', async () => {
    const intake = await intakeOf({ theatres: [sahel, lake] })
    const next = { occurred: { from: '2025-06-05', to: '2025-06-05' } }
    expect((await problemOf(intake.post({ ...aReport, ...next }))).errors).toMatchObject([
      { pointer: '/occurred/from' },
      { pointer: '/occurred/to' }
    ])
    await intake.tick('sahel', '2025-06-04T12:00:00.000Z')
    expect(await intake.post({ ...aReport, ...next })).toMatchObject({ theatre: 'sahel' })
    const later = { ...atTheLake, ...next, externalId: 'W-2' }
    expect((await problemOf(intake.post(later))).code).toBe('body-invalid')
    intake.wallMs = Date.parse('2025-06-05T12:00:00.000Z')
    expect(await intake.post(later)).toMatchObject({ theatre: 'lake' })
  })
})

describe('a wrong report', () => {
  let intake: IntakeUnderTest
  beforeAll(async () => {
    intake = await IntakeUnderTest.start()
  })
  afterAll(() => intake.close())

  it.each(badReports)('$name is refused with $pointer', async ({ body, status, code, pointer }) => {
    const read = parseStrictJson(Buffer.from(body), { depthMax: 32, valuesMax: 100_000 })
    if (!read.ok) {
      const malformed = { status: 400, code: 'body-malformed', pointer: read.at }
      expect({ status, code, pointer }).toEqual(malformed)
      return
    }
    const problem = await problemOf(intake.post(read.value))
    expect(problem.code).toBe(code)
    expect(problem.errors.map(e => e.pointer)).toContain(pointer)
  })

  it('is never written', async () => {
    expect(await reportRecords(intake.log)).toEqual([])
  })
})

describe('a correction', () => {
  it('of another source, or with another external id, is refused by field', async () => {
    const intake = await intakeOf()
    const { reportId } = await intake.post(aReport)
    const problem = await problemOf(
      intake.put(reportId, { ...aReport, source: { id: 'wire-2' }, externalId: 'W-9' })
    )
    expect(problem.errors.map(e => e.pointer)).toEqual(['/source/id', '/externalId'])
  })
})

describe('the same content again', () => {
  it('moves a report to a theatre that was declared meanwhile; the same again is a duplicate', async () => {
    const intake = await intakeOf({ theatres: [lake] })
    const { reportId } = await intake.post(aReport)
    await intake.declare(sahel)
    expect(await intake.post(aReport)).toMatchObject({ reportId, theatre: 'sahel' })
    expect(said(await reportRecords(intake.log)).slice(1)).toMatchObject([
      { in: '_unassigned', lies: 'sahel' },
      { in: 'sahel', lies: 'sahel' }
    ])
    expect(await intake.post(aReport)).toMatchObject({
      reportId,
      theatre: 'sahel',
      duplicate: true
    })
    expect(await reportRecords(intake.log)).toHaveLength(3)
  })
})

describe('a withdrawal', () => {
  it('of an unknown report is not found, and needs a reason', async () => {
    const intake = await intakeOf()
    expect((await problemOf(intake.withdraw('0'.repeat(32)))).code).toBe('not-found')
    const { reportId } = await intake.post(aReport)
    expect((await problemOf(intake.withdraw(reportId, ''))).errors).toMatchObject([
      { pointer: '/reason' }
    ])
  })
})

describe('when the log has trouble', () => {
  const once = (fates: AppendFate[]) => ({
    beforeAppend: (topic: string): AppendFate =>
      topic === topics.incidents ? (fates.shift() ?? { kind: 'write' }) : { kind: 'write' }
  })
  const write: AppendFate = { kind: 'write' }

  it('a post to a log that reports itself away is refused at once, with the reason', async () => {
    const intake = await intakeOf({})
    intake.log.health = () => ({ ok: false, detail: 'no broker answers' })
    const refused = await problemOf(intake.post(aReport))
    expect(refused).toMatchObject({ code: 'log-unavailable', retryAfterS: 2 })
    expect(refused.message).toContain('no broker answers')
  })

  it('a post is refused at once while no write was answered for long, and accepted after', async () => {
    const [held, begun] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let isHeld = false
    const beforeAppend = async () => {
      if (isHeld) {
        begun.resolve()
        await held.promise
      }
      return write
    }
    const intake = await intakeOf({ hooks: { beforeAppend }, limits: { logPatienceMs: 0 } })
    isHeld = true
    const first = intake.post(aReport)
    await begun.promise
    const other = { ...aReport, externalId: 'W-2' }
    expect(await problemOf(intake.post(other))).toMatchObject({
      code: 'log-unavailable',
      message: expect.stringContaining('no write has been answered')
    })
    isHeld = false
    held.resolve()
    await first
    expect(await intake.post(other)).toMatchObject({ duplicate: false })
  })

  it('a post whose append was in doubt is a duplicate when it is sent again', async () => {
    const doubts = Array.from({ length: 1000 }, () => ({ kind: 'doubt' }) as const)
    const fates: AppendFate[] = [write, ...doubts]
    const intake = await intakeOf({ hooks: once(fates), limits: { requestDeadlineMs: 250 } })
    const refused = await intake.post(aReport).then(
      () => null,
      (error: { readonly code?: string }) => error
    )
    // Between two tries it is the deadline that gives up, within one the try: reporters are
    // answered alike.
    expect(['log-unavailable', 'append-unknown']).toContain(refused?.code)
    fates.splice(0)
    await intake.service.acceptance.settled()
    expect(await intake.post(aReport)).toMatchObject({ revision: 1, duplicate: true })
    expect(await reportRecords(intake.log)).toHaveLength(1)
  })

  it('a correction whose append was in doubt is not written again with another time', async () => {
    const fates: AppendFate[] = []
    const delivery = Promise.withResolvers<void>()
    let isHeld = false
    const beforeDelivery = () => (isHeld ? delivery.promise : undefined)
    const intake = await intakeOf({
      hooks: { ...once(fates), beforeDelivery },
      theatres: [lake],
      limits: { requestDeadlineMs: 60 }
    })
    const corrected = { ...atTheLake, category: 'ambush' }
    const { reportId } = await intake.post(atTheLake)
    await intake.folded()
    isHeld = true
    fates.push(...Array.from({ length: 1000 }, () => ({ kind: 'doubt' }) as const))
    await expect(intake.put(reportId, corrected)).rejects.toThrow()
    await intake.service.acceptance.settled()
    fates.splice(0)
    intake.wallMs += 60_000
    // The log has not told intake yet that the first try was written.
    const again = intake.put(reportId, corrected)
    delivery.resolve()
    expect(await again).toMatchObject({ revision: 2, duplicate: true })
    expect(await reportRecords(intake.log)).toHaveLength(2)
  })

  it.each(['disk-full', 'log-busy', 'append-overloaded', 'log-unavailable'] as const)(
    'a refusal (%s) reaches the caller with its code, and the report stays unknown',
    async code => {
      const intake = await intakeOf({
        hooks: once([write, { kind: 'refuse', error: new EventLogError(code, 'no') }])
      })
      await expect(intake.post(aReport)).rejects.toMatchObject({ code })
      expect(await reportRecords(intake.log)).toEqual([])
      expect(await intake.post(aReport)).toMatchObject({ revision: 1, duplicate: false })
    }
  )

  it('reports beyond the limit in flight are refused before anything is written', async () => {
    const gate = Promise.withResolvers<AppendFate>()
    const hooks = {
      beforeAppend: (topic: string) => (topic === topics.incidents && held ? gate.promise : write)
    }
    let held = false
    const intake = await intakeOf({ hooks, limits: { inFlightMax: 3 } })
    held = true
    const posts = [1, 2, 3].map(n => intake.post({ ...aReport, externalId: `W-${n}` }))
    expect(await problemOf(intake.post({ ...aReport, externalId: 'W-4' }))).toMatchObject({
      code: 'log-unavailable',
      retryAfterS: 1
    })
    gate.resolve(write)
    expect(await Promise.all(posts)).toHaveLength(3)
    expect(intake.service.acceptance.inFlight).toBe(0)
    expect(await reportRecords(intake.log)).toHaveLength(3)
  })

  it('no caller waits longer than the deadline, and writes in flight are finished', async () => {
    const gate = Promise.withResolvers<AppendFate>()
    let held = false
    const hooks = {
      beforeAppend: (topic: string) => (topic === topics.incidents && held ? gate.promise : write)
    }
    const intake = await intakeOf({ hooks, limits: { requestDeadlineMs: 40 } })
    held = true
    expect((await problemOf(intake.post(aReport))).code).toBe('log-unavailable')
    expect(intake.service.acceptance.inFlight).toBe(1)
    gate.resolve(write)
    await intake.service.acceptance.settled()
    expect(await intake.post(aReport)).toMatchObject({ duplicate: true, revision: 1 })
  })

  it('an answer is given only when the log holds every record of it', async () => {
    const held = Promise.withResolvers<AppendFate>()
    let wait = false
    const hooks = {
      beforeAppend: (topic: string) => (topic === topics.incidents && wait ? held.promise : write)
    }
    const intake = await intakeOf({ hooks })
    wait = true
    let isAnswered = false
    const post = intake.post(aReport).then(answer => {
      isAnswered = true
      return answer
    })
    await intake.model.views.incidents.catchUp(1000)
    expect(isAnswered).toBe(false)
    held.resolve(write)
    await post
    expect(await reportRecords(intake.log)).toHaveLength(1)
  })
})

describe('a partial write to several theatres', () => {
  /** Intake on a log that lacks the records of reports whose number is given. */
  async function without(
    missing: number,
    write: (intake: IntakeUnderTest) => Promise<unknown>
  ): Promise<IntakeUnderTest> {
    const whole = await intakeOf({ theatres: [sahel, lake] })
    await write(whole)
    const records = await allStored(whole.log, topics.incidents)
    const reports = (await reportRecords(whole.log)).map(record => record.id)
    const store = new MemoryStore()
    const half = await intakeOf({ store })
    await half.declare(sahel, lake)
    for (const { id, key, value } of records) {
      if (id !== reports[missing]) await half.log.append(topics.incidents, [{ id, key, value }])
    }
    await half.folded()
    return half
  }

  it.each([1, 2])(
    'is completed when the correction is sent again; the next one is a duplicate (record %i was lost)',
    async lost => {
      const intake = await without(lost, async whole => {
        const { reportId } = await whole.post(aReport)
        await whole.put(reportId, atTheLake)
      })
      const { reportId } = await intake.post(aReport)
      expect(await intake.put(reportId, atTheLake)).toMatchObject({
        theatre: 'lake',
        revision: 2,
        duplicate: false
      })
      const stood = said(await reportRecords(intake.log))
      expect(stood).toHaveLength(3)
      expect(
        stood.filter(record => record.lies === 'lake').map(record => [record.in, record.at])
      ).toEqual(
        expect.arrayContaining([
          ['lake', wallStart],
          ['sahel', wallStart]
        ])
      )
      expect(await intake.put(reportId, atTheLake)).toMatchObject({ revision: 2, duplicate: true })
      expect(await reportRecords(intake.log)).toHaveLength(3)
    }
  )
})

describe('a backfill report', () => {
  it('is marked, and written only while the rules keep up', async () => {
    const intake = await intakeOf({ limits: { backfillLagMs: 0, backfillPatienceMs: 30 } })
    await intake.log.commit('rules', await intake.log.cursorAt(topics.incidents, 'latest'))
    await intake.post(aReport, { lane: 'backfill' })
    expect(await reportRecords(intake.log)).toMatchObject([{ data: { lane: 'backfill' } }])
    const later = { ...aReport, externalId: 'W-2' }
    expect(await problemOf(intake.post(later, { lane: 'backfill' }))).toMatchObject({
      code: 'projection-behind',
      retryAfterS: 2
    })
    expect(await intake.post({ ...aReport, externalId: 'W-3' })).toMatchObject({ duplicate: false })
    await intake.log.commit('rules', await intake.log.cursorAt(topics.incidents, 'latest'))
    expect(await intake.post(later, { lane: 'backfill' })).toMatchObject({ duplicate: false })
  })
})
