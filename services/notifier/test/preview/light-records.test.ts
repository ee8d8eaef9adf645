// What previews keep of the log is what the journal says, without evidence, however it is asked for
// and whatever comes meanwhile.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
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
    for (let each = from; each < to && each < (journal.end[0] as bigint); each++)
      if (each % 3n !== 0n) records.push(at(each))
    return records
  }
  return journal
}

const nothingBefore = { handlingBefore: () => null }

it('are those of the journal, without evidence (property)', async () => {
  const asked = fc.record({ grows: fc.nat(150), from: fc.nat(600), length: fc.nat(200) })
  await fc.assert(
    fc.asyncProperty(fc.nat(100), fc.array(asked, { maxLength: 8 }), async (start, all) => {
      const journal = journalOf(BigInt(start))
      const light = new LightRecords(() => journal as unknown as AlertJournal, nothingBefore)
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
  const light = new LightRecords(() => journal as unknown as AlertJournal, nothingBefore)
  await light.window(0, 0n, 6_400n)
  const { reads } = journal
  await light.window(0, 0n, 6_400n)
  expect([reads > 0, journal.reads]).toEqual([true, reads])
})

describe('of a reader who may not see all', () => {
  const view = { handling: 'public', theatres: '*' } as const
  const of = (position: bigint, handling: 'public' | 'restricted', revision = 1) =>
    ({
      ...{ partition: 0, position, envelope: { time: '' } },
      event: {
        type: 'alert.raised',
        data: anAlert({ alertId: `a${position}`, handling, revision })
      }
    }) as unknown as AlertRecord
  /** Ten blocks, of which one event may be seen, in the second. */
  const records = Array.from({ length: 640 }, (_, i) =>
    of(BigInt(i), i === 100 ? 'public' : 'restricted')
  )
  const begun = (handlingBefore: () => 'public' | null = () => null) => {
    const journal = { epoch: 'e', start: [0n], end: [640n], asked: [] as bigint[], window }
    async function window(_partition: number, from: bigint, to: bigint): Promise<AlertRecord[]> {
      journal.asked.push(from)
      return records.slice(Number(from), Number(to))
    }
    return {
      journal,
      light: new LightRecords(() => journal as unknown as AlertJournal, { handlingBefore })
    }
  }

  it('blocks that say nothing to them are not read: how long it takes tells nothing of them', async () => {
    const { journal, light } = begun()
    for (const each of records) light.take(each)
    const shown = await light.for(view).window(0, 0n, 640n)
    expect([journal.asked, shown.length, shown.some(({ position }) => position === 100n)]).toEqual([
      [64n],
      64,
      true
    ])
    expect(await light.for({ ...view, theatres: ['coast'] }).window(0, 0n, 640n)).toEqual([])
    expect(await light.for({ ...view, handling: 'restricted' }).window(0, 0n, 640n)).toHaveLength(
      640
    )
  })

  it('those that were there before are read once', async () => {
    const { light } = begun()
    expect(await light.for(view).window(0, 0n, 640n)).toHaveLength(640)
    expect(await light.for(view).window(0, 0n, 640n)).toHaveLength(64)
  })

  it('a block of which not all was noted is read', async () => {
    const { journal, light } = begun()
    for (const each of records.slice(10)) light.take(each)
    await light.for(view).window(0, 0n, 640n)
    expect(journal.asked).toEqual([0n, 64n])
  })

  it('what leaves their view is theirs to know, and so is what was before and is not known any more', async () => {
    const left = begun(() => 'public')
    for (const each of records) left.light.take(each)
    expect(await left.light.for(view).window(0, 0n, 640n)).toHaveLength(640)
    const unknown = begun()
    unknown.light.take(of(0n, 'restricted', 7))
    await unknown.light.for(view).window(0, 0n, 64n)
    expect(unknown.journal.asked).toEqual([0n])
  })
})
