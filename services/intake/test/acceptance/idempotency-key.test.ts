// A key of the sender's own choice names one post. Used for another one it names nothing: a counter that begins anew overwrites no report.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { afterEach, describe, expect, it } from 'vitest'
import { aReport, type Given, IntakeUnderTest, lake, owner, reportRecords, sahel } from '../support/intake-under-test.ts'

const { externalId: _, ...bare } = aReport
const another = { ...bare, category: 'clash' }
const naming = (name: string) => ({ ...bare, private: { persons: [{ name, role: 'captured' }] } })
const keyed = { idempotencyKey: '1' } as const
const keyTaken = 'header-invalid idempotency-key'
const open: IntakeUnderTest[] = []
afterEach(async () => {
  for (const intake of open.splice(0)) await intake.close()
})

async function suite(given: Given = {}): Promise<IntakeUnderTest> {
  const intake = await IntakeUnderTest.start(given)
  open.push(intake)
  return intake
}

const outcomeOf = (promise: Promise<object>) =>
  promise.catch(error => {
    if (error instanceof ProblemError) return [error.code, ...error.errors.map(({ pointer }) => pointer)].join(' ')
    throw error
  })

describe('an Idempotency-Key', () => {
  it('that comes with another body is refused, and the report that it names stays as it is', async () => {
    const intake = await suite()
    const { reportId } = await intake.post(bare, keyed)
    expect(await outcomeOf(intake.post(another, keyed))).toBe(keyTaken)
    expect(await outcomeOf(intake.post(naming('A. Person'), keyed))).toBe(keyTaken)
    expect(await outcomeOf(intake.post(another, { ...keyed, lane: 'backfill' }))).toBe(keyTaken)
    expect(await intake.post(bare, keyed)).toMatchObject({ reportId, revision: 1, duplicate: true })
    expect(await reportRecords(intake.log)).toHaveLength(1)
  })

  it('beside an external id is refused, whatever is known of either: two names could mean two reports', async () => {
    const intake = await suite()
    expect(await outcomeOf(intake.post(aReport, keyed))).toBe(keyTaken)
    expect(await reportRecords(intake.log)).toHaveLength(0)
    await intake.post(bare, keyed)
    await intake.post(aReport)
    expect(await outcomeOf(intake.post(aReport, keyed))).toBe(keyTaken)
    expect(await outcomeOf(intake.post({ ...aReport, category: 'clash' }, keyed))).toBe(keyTaken)
    expect(await reportRecords(intake.log)).toHaveLength(2)
    // What is wrong with the body is told first: it may be the external id.
    expect(await outcomeOf(intake.post({ ...aReport, externalId: 7 }, keyed))).toBe('body-invalid /externalId')
  })

  it('is held to what is said in private too', async () => {
    const intake = await suite()
    const { reportId } = await intake.post(naming('A. Person'), keyed)
    expect(await outcomeOf(intake.post(naming('B. Person'), keyed))).toBe(keyTaken)
    expect(await intake.post(naming('A. Person'), keyed)).toMatchObject({ reportId, revision: 1, duplicate: true })
  })

  it('goes on naming its report after a correction and after an erasure, and says that it was withdrawn', async () => {
    const intake = await suite()
    const { reportId } = await intake.post(naming('A. Person'), keyed)
    await intake.put(reportId, { ...naming('A. Person'), category: 'clash' })
    expect(await intake.post(naming('A. Person'), keyed)).toMatchObject({ reportId, revision: 2, duplicate: true })
    await intake.service.acceptance.erase(reportId, owner)
    expect(await intake.post(naming('A. Person'), keyed)).toMatchObject({ reportId, revision: 2, duplicate: true })
    expect(await outcomeOf(intake.post(another, keyed))).toBe(keyTaken)
    await intake.withdraw(reportId)
    expect(await outcomeOf(intake.post(naming('A. Person'), keyed))).toBe('report-withdrawn')
    expect(await outcomeOf(intake.post(another, keyed))).toBe(keyTaken)
  })

  it('of one key and source is none of another’s: neither is refused for it, nor told of it', async () => {
    const intake = await suite()
    const others = { ...keyed, principal: { ...owner, id: 'key_other' } }
    const first = await intake.post(bare, keyed)
    for (const body of [another, bare]) {
      const answer = await intake.post(body, { ...others, principal: { ...others.principal, id: `key_${body.category}` } })
      expect(answer).toMatchObject({ revision: 1, duplicate: false })
      expect(answer.reportId).not.toBe(first.reportId)
    }
    const elsewhere = await intake.post({ ...another, source: { id: 'wire-2' } }, keyed)
    expect(elsewhere).toMatchObject({ revision: 1, duplicate: false })
    expect(elsewhere.reportId).not.toBe(first.reportId)
  })

  it('is one post also where two come with it at once, here and at two instances', async () => {
    const store = new MemoryStore({ partitions: 3 })
    // What one reads comes a little late, so that both write before they know of each other.
    const beforeDelivery = () => new Promise<void>(resolve => setTimeout(resolve, 15))
    const log = () => new MemoryLog({ like: 'kafka', hooks: { beforeDelivery } }, store)
    const [here, there] = [await suite({ log: log() }), await suite({ log: log() })]
    await here.declare(sahel, lake)
    const alone = await suite()
    for (const [one, other] of [
      [alone, alone],
      [here, there]
    ] as const) {
      // Both have just looked at the log, and need not look again.
      for (const intake of [one, other]) await intake.post({ ...aReport, category: 'arson' })
      const outcomes = await Promise.all([outcomeOf(one.post(bare, keyed)), outcomeOf(other.post(another, keyed))])
      expect(outcomes.filter(outcome => outcome === keyTaken)).toHaveLength(1)
      expect(outcomes.find(outcome => outcome !== keyTaken)).toMatchObject({ revision: 1, duplicate: false })
      const same = await Promise.all([one.post(bare, { idempotencyKey: '2' }), other.post(bare, { idempotencyKey: '2' })])
      expect(same.map(({ revision }) => revision)).toEqual([1, 1])
      expect(same.map(({ duplicate }) => duplicate).sort()).toEqual([false, true])
    }
  })
})
