import { digest } from '@tocsin/contracts/json/digest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pieceBytes } from '../../src/scratch/scratch-bytes.ts'
import type { ScratchFile } from '../../src/scratch/scratch-file.ts'
import { ScratchRecords } from '../../src/scratch/scratch-records.ts'
import { expectSameFromSnapshot } from '../support/snapshot-law.ts'

/** Of one to four bytes: plain, quoting, control, combining, bidirectional. */
const anyCharacter = fc.constantFrom(...'az0 -"\\<&\0\n\u0301éß漢\u202e\ufeff😀')

/** A file in memory that can be full: then it refuses writes, and keeps its content. */
class SmallDisk implements ScratchFile {
  bytes = Buffer.alloc(0)
  isFull = false
  writes = 0
  closed = false
  write(bytes: Uint8Array, position: number): void {
    this.writes++
    if (this.isFull) throw new Error('ENOSPC')
    if (this.bytes.length < position + bytes.length) {
      this.bytes = Buffer.concat([
        this.bytes,
        Buffer.alloc(position + bytes.length - this.bytes.length)
      ])
    }
    this.bytes.set(bytes, position)
  }
  read(into: Uint8Array, position: number): void {
    if (position + into.length > this.bytes.length) throw new Error('read beyond the end')
    into.set(this.bytes.subarray(position, position + into.length))
  }
  close(): void {
    this.closed = true
  }
}

const stepArb = fc.record({
  id: fc
    .integer({ min: 0, max: 30 })
    .map(n => (n % 2 === 0 ? `${n}`.padStart(32, 'a') : `theatre/${n}`)),
  text: fc.option(
    fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 40 }),
      fc.integer({ min: 0, max: 2 * pieceBytes }).map(n => 'x'.repeat(n))
    ),
    { freq: 5 }
  ),
  isFull: fc.boolean()
})

describe('texts of many ids', () => {
  it('are the same from a snapshot, whatever is changed while it is written', () => {
    fc.assert(
      fc.property(
        fc.array(stepArb, { maxLength: 40 }),
        fc.nat({ max: 40 }),
        fc.boolean(),
        fc.nat({ max: 2 }),
        (steps, cut, hasDisk, each) => {
          const make = () => {
            const records = new ScratchRecords(hasDisk ? new SmallDisk() : null)
            const apply = ({ id, text }: (typeof steps)[number]) =>
              text === null ? records.delete(id) : records.set(id, text)
            return { parts: [records], apply, records }
          }
          const made: ReturnType<typeof make>[] = []
          const kept = () => made[made.push(make()) - 1] as ReturnType<typeof make>
          expectSameFromSnapshot(kept, steps, cut, each)
          const [live, restored] = made as [ReturnType<typeof make>, ReturnType<typeof make>]
          expect(restored.records.size).toBe(live.records.size)
          for (const { id } of steps) expect(restored.records.get(id)).toBe(live.records.get(id))
        }
      ),
      { numRuns: 10 }
    )
  })

  it('behave like a map, whatever their sizes, on disk or in memory, even if the disk is full at times', () => {
    fc.assert(
      fc.property(fc.array(stepArb, { maxLength: 60 }), fc.boolean(), (steps, hasDisk) => {
        const disk = hasDisk ? new SmallDisk() : null
        const records = new ScratchRecords(disk)
        const model = new Map<string, string>()
        for (const { id, text, isFull } of steps) {
          if (disk !== null) disk.isFull = isFull
          if (text === null) expect(records.delete(id)).toBe(model.delete(id))
          else {
            records.set(id, text)
            model.set(id, text)
          }
          expect(records.get(id)).toBe(model.get(id))
          expect(records.size).toBe(model.size)
        }
        for (const { id } of steps) expect(records.get(id)).toBe(model.get(id))
      }),
      { numRuns: 30 }
    )
  })

  it('cost less than twenty bytes of memory each on disk, and an unknown id causes no read', () => {
    let looks = 0
    const disk: ScratchFile = {
      write() {},
      read(into) {
        looks++
        into.fill(0)
      },
      close() {}
    }
    const records = new ScratchRecords(disk)
    const many = 20_000
    for (let i = 0; i < many; i++) records.set(idOf(i), 't'.repeat(120))
    expect(records.size).toBe(many)
    expect((records.memoryBytes - pieceBytes) / many).toBeLessThan(19)
    for (let i = many; i < 2 * many; i++) expect(records.get(idOf(i))).toBeUndefined()
    // One in eighty thousand matches another id's place.
    expect(looks).toBeLessThan(20)
  })

  it('leave no bytes behind when they are removed, nor when they move to grow', () => {
    const disk = new SmallDisk()
    const records = new ScratchRecords(disk)
    records.set('a', 'secret-one')
    records.set('b', 'secret-two')
    records.set('c', 'x'.repeat(pieceBytes))
    records.delete('a')
    records.set('b', 'y'.repeat(1000))
    records.set('d', 'x'.repeat(pieceBytes))
    expect(disk.writes).toBeGreaterThan(0)
    expect(disk.bytes.includes('secret')).toBe(false)
    expect(records.get('a')).toBeUndefined()
    records.set('a', 'again')
    expect(records.get('a')).toBe('again')
  })
})

function idOf(n: number): string {
  return digest('a report', String(n))
}
