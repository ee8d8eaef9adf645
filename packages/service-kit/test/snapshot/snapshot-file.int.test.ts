import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { describe, expect, it } from 'vitest'
import { type SnapshotBlock, SnapshotFile } from '../../src/snapshot/snapshot-file.ts'

const withFile = (use: (file: SnapshotFile) => Promise<void>) =>
  withTempDir(dir => use(new SnapshotFile(join(dir, 'views', 'one.snapshot'))))

async function contentOf(file: SnapshotFile): Promise<{ head: unknown; rows: unknown[] } | string> {
  const read = await file.read()
  if (read.kind !== 'whole') return read.kind
  const blocks: SnapshotBlock[] = []
  for await (const block of read.blocks()) blocks.push(block)
  return {
    head: read.head,
    rows: blocks.flatMap(block => (block instanceof Uint8Array ? [Buffer.from(block)] : block))
  }
}

describe('a snapshot file', () => {
  it('gives back its head, its rows and its bytes in their order', () =>
    withFile(async file => {
      expect(await contentOf(file)).toBe('none')
      const rows = [
        ...Array.from({ length: 5000 }, (_, i) => ({ i, text: 'é'.repeat(i % 90) })),
        Buffer.from([1, 2]),
        ['last']
      ]
      const bytes = await file.write({ format: 1 }, rows)
      expect(await contentOf(file)).toEqual({ head: { format: 1 }, rows })
      expect((await readFile(file.path)).length).toBe(bytes)
      await file.write({ format: 2 }, [])
      expect(await contentOf(file)).toEqual({ head: { format: 2 }, rows: [] })
      await file.remove()
      await file.remove()
      expect(await contentOf(file)).toBe('none')
    }))

  it('takes nothing more while a pause lasts, and says how long each block held the thread', () =>
    withFile(async file => {
      let taken = 0
      const rows = function* () {
        for (; taken < 5000; taken++) yield ['x'.repeat(100)]
      }
      const held: number[] = []
      let resume = (): void => {}
      const paused = Promise.withResolvers<void>()
      const written = file.write({ format: 1 }, rows(), async heldMs => {
        held.push(heldMs)
        if (held.length > 1) return
        await new Promise<void>(resolve => {
          resume = resolve
          paused.resolve()
        })
      })
      await paused.promise
      const before = taken
      await new Promise(resolve => setImmediate(resolve))
      expect(taken).toBe(before)
      expect(before).toBeLessThan(5000)
      resume()
      await written
      expect(held.length).toBeGreaterThan(4)
      expect(held.every(ms => ms >= 0)).toBe(true)
      expect(await contentOf(file)).toMatchObject({ rows: { length: 5000 } })
    }))

  it('is not whole if it was cut off anywhere, if any byte of it changed, or if something follows it', () =>
    withFile(async file => {
      await file.write({ format: 1 }, [['row'], Buffer.from('bytes'), ['row']])
      const whole = await readFile(file.path)
      for (let at = 0; at < whole.length; at++) {
        await writeFile(file.path, whole.subarray(0, at))
        expect(await contentOf(file)).toBe('broken')
        const changed = Buffer.from(whole)
        changed[at] = (changed[at] as number) ^ (1 << (at % 8))
        await writeFile(file.path, changed)
        expect(await contentOf(file)).toBe('broken')
      }
      await writeFile(file.path, Buffer.concat([whole, whole]))
      expect(await contentOf(file)).toBe('broken')
      await writeFile(file.path, whole)
      expect(await contentOf(file)).toMatchObject({ head: { format: 1 } })
    }))

  it('stands until the next one is whole, whatever stops that', () =>
    withFile(async file => {
      await file.write({ format: 1 }, [['first']])
      const failing = function* () {
        yield ['second']
        throw new Error('the state cannot be written')
      }
      await expect(file.write({ format: 2 }, failing())).rejects.toThrow(
        'the state cannot be written'
      )
      expect(await contentOf(file)).toMatchObject({ head: { format: 1 } })
      expect(await readdir(join(file.path, '..'))).toEqual(['one.snapshot'])
      // A process that was killed while it wrote.
      await writeFile(`${file.path}.new`, 'half')
      expect(await contentOf(file)).toMatchObject({ head: { format: 1 } })
      await file.write({ format: 3 }, [['third']])
      expect(await contentOf(file)).toMatchObject({ head: { format: 3 } })
    }))
})
