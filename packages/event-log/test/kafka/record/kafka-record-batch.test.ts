import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computeCrc32c } from '../../../src/kafka/record/crc32c.ts'
import { encodeBatch, type ReadFrom, readBatches } from '../../../src/kafka/record/record-batch.ts'
import { measureVarint, readVarint, writeVarint } from '../../../src/kafka/record/varint.ts'
import type { NewRecord } from '../../../src/port.ts'
import { topics } from '../../../src/topics.ts'
import { encodeByKafkaJs } from './kafkajs-batch.ts'

/** Of one to four bytes: plain, quoting, control, combining, bidirectional. */
const anyCharacter = fc.constantFrom(...'az0 -"\\<&\0\n\u0301éß漢\u202e\ufeff😀')

const where: ReadFrom = { topic: topics.incidents, partition: 3, from: 0n, contiguous: true }
const nowMs = 1_750_000_000_000

const text = fc.string({ unit: anyCharacter, maxLength: 20 }).filter(t => t !== '')
const value = fc.option(
  fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes)),
  { nil: null }
)
const records = fc.array(fc.record({ id: text, key: text, value }), { minLength: 1, maxLength: 20 })

/** A batch as stored by the broker: with its base offset. */
function placed(batch: Buffer, base: bigint): Buffer {
  const copy = Buffer.from(batch)
  copy.writeBigInt64BE(base, 0)
  return copy
}

function plain(all: readonly NewRecord[]) {
  return all.map(({ id, key, value: bytes }) => ({
    id,
    key,
    value: bytes === null ? null : Buffer.from(bytes).toString('hex')
  }))
}

describe('the checksum of a batch', () => {
  it('is the CRC-32C of the standard', () => {
    expect(computeCrc32c(Buffer.from('123456789'))).toBe(0xe3069283)
    expect(computeCrc32c(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(computeCrc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
    expect(computeCrc32c(new Uint8Array())).toBe(0)
  })
})

describe('variable-length integers', () => {
  it('round-trip', () => {
    fc.assert(
      fc.property(fc.integer(), number => {
        const bytes = Buffer.alloc(10)
        const end = writeVarint(bytes, 0, number)
        expect(end).toBe(measureVarint(number))
        expect(readVarint({ bytes, at: 0 })).toBe(number)
      })
    )
  })
})

describe('batches of records', () => {
  it('round-trip, compressed or not', () => {
    fc.assert(
      fc.property(
        records,
        fc.constantFrom('none' as const, 'zstd' as const),
        fc.bigInt({ min: 0n, max: 2n ** 40n }),
        (all, how, base) => {
          const bytes = placed(encodeBatch(all, nowMs, how), base)
          const read = readBatches(bytes, { ...where, from: base })
          expect(plain(read.records)).toEqual(plain(all))
          expect(read.records.map(r => r.position)).toEqual(all.map((_, i) => base + BigInt(i)))
          expect(read.next).toBe(base + BigInt(all.length))
        }
      )
    )
  })

  it('are read from a record within, and up to where the broker cut them off', () => {
    const one = encodeBatch([newRecord('a'), newRecord('b'), newRecord('c')], nowMs)
    const two = placed(encodeBatch([newRecord('d')], nowMs), 3n)
    const cut = Buffer.concat([one, two.subarray(0, two.length - 1)])
    expect(readBatches(cut, { ...where, from: 1n })).toMatchObject({
      records: [{ id: 'b' }, { id: 'c' }],
      next: 3n
    })
    expect(readBatches(two.subarray(0, 40), { ...where, from: 3n })).toEqual({
      records: [],
      next: 3n
    })
  })

  it('of another client are read too, with ids derived from their places', async () => {
    const bytes = placed(await encodeByKafkaJs(['x', 'y']), 7n)
    const read = readBatches(bytes, { ...where, from: 7n })
    expect(read.records.map(r => [r.id, r.key, r.value?.toString()])).toEqual([
      [`${topics.incidents}/3/7`, '', 'x'],
      [`${topics.incidents}/3/8`, '', 'y']
    ])
  })

  it('with any bit flipped are refused as corrupt, or give the same records', () => {
    const all = ['a', 'b', 'c'].map(id => newRecord(id))
    const whole = encodeBatch(all, nowMs)
    fc.assert(
      fc.property(fc.nat(whole.length * 8 - 1), bit => {
        const bytes = Buffer.from(whole)
        bytes[bit >> 3]! ^= 1 << (bit & 7)
        let read: ReturnType<typeof readBatches>
        try {
          read = readBatches(bytes, where)
        } catch (error) {
          expect(error).toMatchObject({ code: 'record-corrupt' })
          expect((error as Error).message).toContain(`${topics.incidents}/3/0`)
          return
        }
        // A longer length makes the batch look cut off; the leader epoch is not checked.
        if (read.records.length > 0) expect(plain(read.records)).toEqual(plain(all))
        else expect(read.next).toBe(0n)
      }),
      { numRuns: 1000 }
    )
  })

  it('before a damaged one are returned, and the next read fails at the damage', () => {
    const first = encodeBatch([newRecord('a')], nowMs)
    const second = placed(encodeBatch([newRecord('b')], nowMs), 1n)
    second[second.length - 1]! ^= 1
    const bytes = Buffer.concat([first, second])
    expect(readBatches(bytes, where)).toMatchObject({ records: [{ id: 'a' }], next: 1n })
    expect(() => readBatches(second, { ...where, from: 1n })).toThrow(
      '/3/1: the checksum of a batch is wrong'
    )
  })

  it('may have gaps only on a compacted topic', () => {
    const first = encodeBatch([newRecord('a')], nowMs)
    const later = placed(encodeBatch([newRecord('z')], nowMs), 5n)
    const bytes = Buffer.concat([first, later])
    expect(readBatches(bytes, { ...where, contiguous: false }).next).toBe(6n)
    expect(readBatches(bytes, where).next, 'the first one').toBe(1n)
    expect(() => readBatches(later, { ...where, from: 1n })).toThrow('holds 5 to 5')
  })
})

function newRecord(id: string): NewRecord {
  return { id, key: 'sahel', value: Buffer.from(`value of ${id}`) }
}
