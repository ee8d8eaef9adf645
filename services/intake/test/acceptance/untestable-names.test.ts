// A guessed name cannot be tested against anything served or stored: ids and hashes are keyed by
// the suite's secret, and those of a private part by a key of the report, which is erased with it.
// A repeated post is still detected.

import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { digest } from '@tocsin/contracts/json/digest'
import { computeRevisionRecordId } from '@tocsin/contracts/report/report-identity'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { secretsFrom } from '@tocsin/service/privacy/secrets'
import { allStored } from '@tocsin/testing/report/stored-records'
import { describe, expect, it } from 'vitest'
import {
  aReport,
  type IntakeUnderTest,
  intakeOf,
  lake,
  owner,
  ownerKey,
  reportRecords,
  sahel
} from '../support/intake-under-test.ts'

type Received = Extract<TheatreRecord, { type: 'report.received' }>

const { externalId: _, ...bare } = aReport
const naming = (name: string, rest: object = aReport) => ({
  ...rest,
  private: {
    narrative: `${name} was taken from the market.`,
    persons: [{ name, role: 'abducted' }]
  }
})

/**
 * Instances on one shared log. Reads are delayed, so that all write before they know of each other.
 */
async function instances(count: number, partitions = 3): Promise<IntakeUnderTest[]> {
  const store = new MemoryStore({ partitions })
  const beforeDelivery = () => new Promise<void>(resolve => setTimeout(resolve, 15))
  const all: IntakeUnderTest[] = []
  for (let i = 0; i < count; i++)
    all.push(
      await intakeOf({ log: new MemoryLog({ like: 'kafka', hooks: { beforeDelivery } }, store) })
    )
  await all[0]?.declare(sahel, lake)
  return all
}

const revisions = async (intake: IntakeUnderTest) =>
  (await reportRecords(intake.log)).filter((r): r is Received => r.type === 'report.received')

/** All that the logs hold and a reader with full access is answered, as text. */
async function everything(intake: IntakeUnderTest, reportId: string): Promise<string> {
  const stored = (
    await Promise.all(Object.values(topics).map(topic => allStored(intake.log, topic)))
  ).flat()
  const bytes = stored.map(
    ({ id, key, value }) => `${id} ${key} ${value === null ? '' : Buffer.from(value)}`
  )
  return [...bytes, JSON.stringify(await intake.service.reading.read(reportId, owner, 0))].join(
    '\n'
  )
}

describe('what is served and stored of a report', () => {
  it.for([
    ['its external id', naming('Aminata Diallo'), null],
    ['its key', naming('Aminata Diallo', bare), 'k-1'],
    ['its content', naming('Aminata Diallo', bare), null]
  ] as const)(
    'identified by %s contains no digest that can be computed from its body without a secret',
    async ([, body, idempotencyKey]) => {
      const intake = await intakeOf()
      const { reportId } = await intake.post(body, { idempotencyKey })
      const hash = digest(toCanonicalJson(body))
      // As the first versions made them.
      const plainId =
        idempotencyKey === null
          ? digest('report-id', 'wire-1', 'body', toCanonicalJson(body))
          : digest('report-id', 'wire-1', 'key', idempotencyKey)
      const said = await everything(intake, reportId)
      for (const id of [reportId, plainId])
        expect(said).not.toContain(computeRevisionRecordId('sahel', id, [hash]))
      for (const plain of [
        hash,
        plainId,
        digest(toCanonicalJson(body.private)),
        digest('Aminata Diallo')
      ])
        expect(said).not.toContain(plain)
    }
  )

  it('has different ids in two suites, unless the source numbers it itself', async () => {
    const one = await intakeOf()
    const other = await intakeOf({ secrets: secretsFrom(new Uint8Array(32).fill(8), ownerKey) })
    const said = naming('Aminata Diallo', bare)
    const idsOf = async (intake: IntakeUnderTest) => {
      const byContent = (await intake.post(said)).reportId
      const byKey = (await intake.post(said, { idempotencyKey: 'k-1' })).reportId
      await intake.post(naming('Aminata Diallo'))
      const records = await revisions(intake)
      return [byContent, byKey, ...records.flatMap(({ id, data }) => [id, data.contentHash])]
    }
    const [ids, others] = [new Set(await idsOf(one)), await idsOf(other)]
    expect(others.filter(id => ids.has(id))).toEqual([])
    expect((await one.post(naming('Another Name', bare))).reportId).not.toBe(
      (await one.post(said)).reportId
    )
  })

  it('reveals nothing of erased private content, even to a holder of the suite’s secret and the log', async () => {
    // Two suites with one secret accept the same body: their hashes differ only by keys that are
    // gone.
    const [one, other] = [await intakeOf(), await intakeOf()]
    for (const intake of [one, other]) {
      const { reportId } = await intake.post(naming('Aminata Diallo'))
      await intake.service.acceptance.erase(reportId, owner)
    }
    // A third accepts another name: only the same half of the hash differs.
    const third = await intakeOf()
    await third.post(naming('Moussa Traoré'))
    const [a, b, c] = await Promise.all(
      [one, other, third].map(async intake => (await revisions(intake))[0] as Received)
    )
    expect(a?.data.contentHash).not.toBe(b?.data.contentHash)
    expect(a?.data.contentHash.slice(0, 16)).toBe(b?.data.contentHash.slice(0, 16))
    expect(a?.data.contentHash.slice(0, 16)).toBe(c?.data.contentHash.slice(0, 16))
    // The same holds for all ids, of records and derived from them.
    expect(a?.id).toBe(b?.id)
    expect(a?.id).toBe(c?.id)
  })
})

describe('a body that is posted again', () => {
  const body = naming('Aminata Diallo')

  it.for([1, 3, 12])(
    'at several instances at once is one revision of one report (%i partitions)',
    async partitions => {
      const all = await instances(3, partitions)
      for (const said of [body, naming('Aminata Diallo', bare)]) {
        const answers = await Promise.all(all.map(intake => intake.post(said)))
        expect(new Set(answers.map(({ reportId }) => reportId)).size).toBe(1)
        expect(answers.map(({ revision }) => revision)).toEqual([1, 1, 1])
      }
      expect(new Set((await revisions(all[0] as IntakeUnderTest)).map(({ id }) => id)).size).toBe(2)
    }
  )

  it('restores nothing in a theatre that was declared meanwhile, which gets the erased revision', async () => {
    const intake = await intakeOf()
    const { reportId } = await intake.post({
      ...body,
      location: { name: 'Bol', country: 'TD', lat: 13.46, lon: 14.71 }
    })
    await intake.service.acceptance.erase(reportId, owner)
    await intake.declare(lake)
    const again = { ...body, location: { name: 'Bol', country: 'TD', lat: 13.46, lon: 14.71 } }
    expect(await intake.post(again)).toMatchObject({ theatre: 'lake', duplicate: false })
    expect((await intake.service.reading.read(reportId, owner, 0)).report).toMatchObject({
      theatre: 'lake',
      private: null
    })
    expect((await allStored(intake.log, topics.keys)).every(({ value }) => value === null)).toBe(
      true
    )
  })
})
