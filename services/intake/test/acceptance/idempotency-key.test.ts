// An idempotency key identifies one post. It is refused with a different body, so that a restarted
// counter overwrites no report.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { describe, expect, it } from 'vitest'
import {
  aReport,
  intakeOf,
  lake,
  owner,
  reportRecords,
  sahel
} from '../support/intake-under-test.ts'

const { externalId: _, ...bare } = aReport
const another = { ...bare, category: 'clash' }
const naming = (name: string) => ({ ...bare, private: { persons: [{ name, role: 'captured' }] } })
const keyed = { idempotencyKey: '1' } as const
const keyTaken = 'header-invalid idempotency-key'

const outcomeOf = (promise: Promise<object>) =>
  promise.catch(error => {
    if (error instanceof ProblemError)
      return [error.code, ...error.errors.map(({ pointer }) => pointer)].join(' ')
    throw error
  })

describe('an Idempotency-Key', () => {
  it('with a different body is refused, and its report stays unchanged', async () => {
    const intake = await intakeOf()
    const { reportId } = await intake.post(bare, keyed)
    expect(await outcomeOf(intake.post(another, keyed))).toBe(keyTaken)
    expect(await outcomeOf(intake.post(naming('A. Person'), keyed))).toBe(keyTaken)
    expect(await outcomeOf(intake.post(another, { ...keyed, lane: 'backfill' }))).toBe(keyTaken)
    expect(await intake.post(bare, keyed)).toMatchObject({ reportId, revision: 1, duplicate: true })
    expect(await reportRecords(intake.log)).toHaveLength(1)
  })

  it('together with an external id is refused, whether or not either is known: they could identify two reports', async () => {
    const intake = await intakeOf()
    expect(await outcomeOf(intake.post(aReport, keyed))).toBe(keyTaken)
    expect(await reportRecords(intake.log)).toHaveLength(0)
    await intake.post(bare, keyed)
    await intake.post(aReport)
    expect(await outcomeOf(intake.post(aReport, keyed))).toBe(keyTaken)
    expect(await outcomeOf(intake.post({ ...aReport, category: 'clash' }, keyed))).toBe(keyTaken)
    expect(await reportRecords(intake.log)).toHaveLength(2)
    // Errors of the body are reported first: one may be in the external id.
    expect(await outcomeOf(intake.post({ ...aReport, externalId: 7 }, keyed))).toBe(
      'body-invalid /externalId'
    )
  })

  it('compares private content too', async () => {
    const intake = await intakeOf()
    const { reportId } = await intake.post(naming('A. Person'), keyed)
    expect(await outcomeOf(intake.post(naming('B. Person'), keyed))).toBe(keyTaken)
    expect(await intake.post(naming('A. Person'), keyed)).toMatchObject({
      reportId,
      revision: 1,
      duplicate: true
    })
  })

  it('still identifies its report after a correction, an erasure and a withdrawal', async () => {
    const intake = await intakeOf()
    const { reportId } = await intake.post(naming('A. Person'), keyed)
    await intake.put(reportId, { ...naming('A. Person'), category: 'clash' })
    expect(await intake.post(naming('A. Person'), keyed)).toMatchObject({
      reportId,
      revision: 2,
      duplicate: true
    })
    await intake.service.acceptance.erase(reportId, owner)
    expect(await intake.post(naming('A. Person'), keyed)).toMatchObject({
      reportId,
      revision: 2,
      duplicate: true
    })
    expect(await outcomeOf(intake.post(another, keyed))).toBe(keyTaken)
    await intake.withdraw(reportId)
    expect(await outcomeOf(intake.post(naming('A. Person'), keyed))).toBe('report-withdrawn')
    expect(await outcomeOf(intake.post(another, keyed))).toBe(keyTaken)
  })

  it('is separate for each API key and source: none learns of the keys of another', async () => {
    const intake = await intakeOf()
    const others = { ...keyed, principal: { ...owner, id: 'key_other' } }
    const first = await intake.post(bare, keyed)
    for (const body of [another, bare]) {
      const answer = await intake.post(body, {
        ...others,
        principal: { ...others.principal, id: `key_${body.category}` }
      })
      expect(answer).toMatchObject({ revision: 1, duplicate: false })
      expect(answer.reportId).not.toBe(first.reportId)
    }
    const elsewhere = await intake.post({ ...another, source: { id: 'wire-2' } }, keyed)
    expect(elsewhere).toMatchObject({ revision: 1, duplicate: false })
    expect(elsewhere.reportId).not.toBe(first.reportId)
  })

  it('is one post if two arrive concurrently, at one instance and at two', async () => {
    const store = new MemoryStore({ partitions: 3 })
    // Reads are delayed, so that both write before they know of each other.
    const beforeDelivery = () => new Promise<void>(resolve => setTimeout(resolve, 15))
    const log = () => new MemoryLog({ like: 'kafka', hooks: { beforeDelivery } }, store)
    const [here, there] = [await intakeOf({ log: log() }), await intakeOf({ log: log() })]
    await here.declare(sahel, lake)
    const alone = await intakeOf()
    for (const [one, other] of [
      [alone, alone],
      [here, there]
    ] as const) {
      // Both have just read the log and need not read it again.
      for (const intake of [one, other]) await intake.post({ ...aReport, category: 'arson' })
      const outcomes = await Promise.all([
        outcomeOf(one.post(bare, keyed)),
        outcomeOf(other.post(another, keyed))
      ])
      expect(outcomes.filter(outcome => outcome === keyTaken)).toHaveLength(1)
      expect(outcomes.find(outcome => outcome !== keyTaken)).toMatchObject({
        revision: 1,
        duplicate: false
      })
      const same = await Promise.all([
        one.post(bare, { idempotencyKey: '2' }),
        other.post(bare, { idempotencyKey: '2' })
      ])
      expect(same.map(({ revision }) => revision)).toEqual([1, 1])
    }
  })
})
