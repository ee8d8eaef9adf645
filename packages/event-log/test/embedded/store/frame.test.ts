import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computeSeed, FrameWriter, readFrame } from '../../../src/embedded/store/frame.ts'
import { topics } from '../../../src/topics.ts'

/** Of one to four bytes: plain, quoting, control, combining, bidirectional. */
const anyCharacter = fc.constantFrom(...'az0 -"\\<&\0\n\u0301éß漢\u202e\ufeff😀')

const place = { topic: topics.incidents, partition: 2, seed: computeSeed(topics.incidents, 2) }
const names = fc.string({ unit: anyCharacter, minLength: 1, maxLength: 80 })
const records = fc.record({
  id: names,
  key: names,
  value: fc.option(fc.uint8Array({ maxLength: 3000 }), { nil: null })
})

function written(
  record: { id: string; key: string; value: Uint8Array | null },
  position: number
): Buffer {
  const writer = new FrameWriter(place.seed)
  writer.push(record, position)
  return Buffer.from(writer.taken())
}

describe('frames', () => {
  it('round-trip in the order written', () => {
    const run = fc.array(records, { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(run, fc.nat(2 ** 31), (given, offset) => {
        // Positions may exceed 32 bits.
        const first = offset * 1000
        const writer = new FrameWriter(place.seed)
        for (const [i, record] of given.entries()) writer.push(record, first + i)
        const bytes = Buffer.from(writer.taken())
        let at = 0
        for (const [i, record] of given.entries()) {
          const read = readFrame(bytes, at, place, first + i)
          if (read.kind === 'corrupt') throw new Error(read.reason)
          expect(read.record.position).toBe(BigInt(first + i))
          expect([read.record.id, read.record.key]).toEqual([record.id, record.key])
          expect(read.record.value === null ? null : Uint8Array.from(read.record.value)).toEqual(
            record.value
          )
          at = read.next
        }
        expect(at).toBe(bytes.length)
      })
    )
  })

  it('are corrupt if any bit is flipped', () => {
    const bytes = written({ id: 'an id', key: 'a key', value: Buffer.from('some value') }, 7)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      expect(readFrame(flipped, 0, place, 7).kind, `bit ${bit}`).toBe('corrupt')
    }
  })

  it('are corrupt if they are truncated', () => {
    const bytes = written({ id: 'an id', key: 'a key', value: Buffer.from('some value') }, 7)
    for (let length = 0; length < bytes.length; length++)
      expect(readFrame(bytes.subarray(0, length), 0, place, 7).kind, `${length} bytes`).toBe(
        'corrupt'
      )
  })

  it('are corrupt in any place but their own', () => {
    const bytes = written({ id: 'an id', key: 'a key', value: null }, 7)
    expect(readFrame(bytes, 0, place, 7).kind).toBe('frame')
    expect(readFrame(bytes, 0, place, 8).kind).toBe('corrupt')
    const elsewhere = {
      topic: topics.incidents,
      partition: 1,
      seed: computeSeed(topics.incidents, 1)
    }
    expect(readFrame(bytes, 0, elsewhere, 7).kind).toBe('corrupt')
    const otherTopic = { topic: topics.alerts, partition: 2, seed: computeSeed(topics.alerts, 2) }
    expect(readFrame(bytes, 0, otherTopic, 7).kind).toBe('corrupt')
  })
})
