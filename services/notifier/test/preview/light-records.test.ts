// What previews keep of the log is what the journal says, without evidence, however it is asked for and whatever comes meanwhile.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LightRecords } from '../../src/preview/light-records.ts'
import type { AlertRecord } from '../../src/projection/alert-entry.ts'
import type { AlertJournal } from '../../src/projection/alert-journal.ts'
import { anAlert } from '../support/alert-builder.ts'

/** Every third position holds no event that counts. */
function journalOf(start: bigint) {
  const evidence = [{ incidentId: 'i1' }]
  const at = (position: bigint) =>
    ({
      ...{ partition: 0, position, envelope: { time: '' } },
      event: { type: 'alert.raised', data: { ...anAlert({ alertId: `a${position}` }), evidence } }
    }) as unknown as AlertRecord
  const journal = { epoch: 'e', start: [start], end: [start], reads: 0, window }
  async function window(_partition: number, from: bigint, to: bigint): Promise<AlertRecord[]> {
    journal.reads++
    const records: AlertRecord[] = []
    for (let each = from; each < to && each < (journal.end[0] as bigint); each++) if (each % 3n !== 0n) records.push(at(each))
    return records
  }
  return journal
}

it('are those of the journal, without evidence (property)', async () => {
  const asked = fc.record({ grows: fc.nat(150), from: fc.nat(600), length: fc.nat(200) })
  await fc.assert(
    fc.asyncProperty(fc.nat(100), fc.array(asked, { maxLength: 8 }), async (start, all) => {
      const journal = journalOf(BigInt(start))
      const light = new LightRecords(() => journal as unknown as AlertJournal)
      for (const { grows, from, length } of all) {
        const end = (journal.end[0] as bigint) + BigInt(grows)
        journal.end = [end]
        const first = BigInt(Math.max(start, from))
        const last = first + BigInt(length) < end ? first + BigInt(length) : end
        const plain = await journal.window(0, first, last)
        const shown = await light.window(0, first, last)
        expect(shown.map(({ position }) => position)).toEqual(plain.map(({ position }) => position))
        for (const [i, { event }] of shown.entries())
          expect(event).toEqual({ ...event, data: { ...plain[i]?.event.data, evidence: [] } })
      }
    })
  )
})

it('are read from the log once', async () => {
  const journal = journalOf(0n)
  journal.end = [6_400n]
  const light = new LightRecords(() => journal as unknown as AlertJournal)
  await light.window(0, 0n, 6_400n)
  const { reads } = journal
  await light.window(0, 0n, 6_400n)
  expect([reads > 0, journal.reads]).toEqual([true, reads])
})
