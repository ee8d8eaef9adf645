import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignPartition, computeMurmur2, computePartition } from '../src/partitioner.ts'
import { topics } from '../src/topics.ts'

/** Of one to four bytes: plain, quoting, control, combining, bidirectional. */
const anyCharacter = fc.constantFrom(...'az0 -"\\<&\0\n\u0301éß漢\u202e\ufeff😀')

describe('partitions', () => {
  it('match the murmur2 of Kafka’s own clients', () => {
    // Source: UtilsTest.testMurmur2 of Apache Kafka.
    const vectors: readonly (readonly [string, number])[] = [
      ['21', -973932308],
      ['foobar', -790332482],
      ['a-little-bit-long-string', -985981536],
      ['a-little-bit-longer-string', -1486304829],
      ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
      ['abc', 479470107]
    ]
    for (const [text, hash] of vectors) expect(computeMurmur2(Buffer.from(text)), text).toBe(hash)
  })

  it('are stable for a key, within the count, and all used', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: anyCharacter }),
        fc.integer({ min: 1, max: 64 }),
        (key, count) => {
          const partition = computePartition(key, count)
          expect(partition).toBe(computePartition(key, count))
          expect(partition >= 0 && partition < count).toBe(true)
        }
      )
    )
    const used = new Set(
      Array.from({ length: 500 }, (_, i) => computePartition(`theatre-${i}`, 12))
    )
    expect(used.size).toBe(12)
  })

  it('are the same for all snapshots of a theatre and for its incidents', () => {
    for (const theatre of ['sahel', 'world', 'a b']) {
      const partition = assignPartition(topics.incidents, theatre, 12)
      expect(partition).toBe(computePartition(theatre, 12))
      for (const name of ['0/0', '1/manifest', 'index'])
        expect(assignPartition(topics.snapshots, `${theatre}/${name}`, 12)).toBe(partition)
    }
  })
})
