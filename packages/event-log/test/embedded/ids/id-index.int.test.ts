// The index of ids on a real database: it must answer as a plain map, whatever was sealed, rolled
// back, or written by another process.

import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeOf, readAll, record } from '../../../src/conformance/reading.ts'
import { type EmbeddedLog, openEmbeddedLog } from '../../../src/embedded/embedded-log.ts'
import { readId } from '../../../src/embedded/ids/id-entry.ts'
import { addToFilter, makeFilter, RunFilters } from '../../../src/embedded/ids/id-filter.ts'
import { IdTable } from '../../../src/embedded/ids/id-table.ts'
import { LogReader } from '../../../src/embedded/log-reader.ts'
import { verifyEmbeddedLog } from '../../../src/embedded/verify.ts'
import { topics } from '../../../src/topics.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { openDoubtful } from '../embedded-subject.ts'

const words = (id: string) => {
  const read = new Uint32Array(4)
  readId(id, read)
  return read
}

describe('ids', () => {
  it('of hex digits and of any other text do not collide', () => {
    const hex = Array.from({ length: 2000 }, (_, i) => i.toString(16).padStart(32, '0'))
    const text = hex.map(id => `x${id}`)
    expect(new Set([...hex, ...text].map(id => words(id).join())).size).toBe(4000)
  })

  it('that only count up are spread evenly over a table', () => {
    const blocks = new Map<number, number>()
    for (let i = 0; i < 64 * 1024; i++) {
      const block = words(i.toString(16).padStart(32, '0'))[0]! >>> 22
      blocks.set(block, (blocks.get(block) ?? 0) + 1)
    }
    expect(blocks.size).toBe(1024)
    expect(Math.max(...blocks.values())).toBeLessThan(128)
  })
})

describe('the table of unsealed ids', () => {
  it('answers as a map, even after the last entries were removed', () => {
    const ops = fc.array(fc.record({ keep: fc.array(fc.nat(500)), take: fc.array(fc.nat(500)) }), {
      maxLength: 30
    })
    fc.assert(
      fc.property(ops, steps => {
        const table = new IdTable()
        const map = new Map<number, number>()
        const add = (n: number, grown: { yes: boolean }) => {
          if (table.find(words(`id ${n}`)) !== undefined) return false
          if (table.add(words(`id ${n}`), n)) grown.yes = true
          return true
        }
        for (const { keep, take } of steps) {
          for (const n of keep) if (add(n, { yes: false })) map.set(n, n)
          const grown = { yes: false }
          const added = take.filter(n => add(n, grown))
          if (grown.yes) for (const n of added) map.set(n, n)
          else for (const n of added.toReversed()) table.removeLast(words(`id ${n}`))
        }
        for (let n = 0; n <= 500; n++) expect(table.find(words(`id ${n}`))).toBe(map.get(n))
        expect(table.size).toBe(map.size)
      })
    )
  })
})

describe('the filters of the runs', () => {
  it('match every id of every run and size, and very few others', () => {
    const filters = new RunFilters()
    // More runs than fit into one group, and some sealed early.
    for (let run = 1; run <= 70; run++) {
      const filter = makeFilter(run % 10 === 0 ? 30 : 300)
      for (let i = 0; i < (run % 10 === 0 ? 30 : 300); i++)
        addToFilter(filter, words(`${i} of ${run}`))
      filters.add(run, filter)
    }
    const asked = (id: string) => {
      const runs: number[] = []
      filters.find(words(id), run => void runs.push(run))
      return runs
    }
    for (let run = 1; run <= 70; run++)
      for (let i = 0; i < 30; i++) expect(asked(`${i} of ${run}`)).toContain(run)
    let strangers = 0
    for (let i = 0; i < 5_000; i++) strangers += asked(`stranger ${i}`).length
    expect(strangers).toBeLessThan(5_000 * 70 * 0.002)
    expect(filters.find(words('7 of 33'), run => (run === 33 ? 'here' : undefined))).toBe('here')
  })
})

const sealing = [{ limits: { unsealedIdsMax: 40 } }, { limits: { unsealedBytesMax: 2_000 } }]

describe.each(sealing)('duplicates, with ids sealed by $limits,', ({ limits }) => {
  const topic = topics.incidents

  it('are found in memory, in sealed runs, after a restart, by another process, and after an append in doubt', async () => {
    const dataDir = tempFolder('ids')
    const ids = Array.from({ length: 600 }, (_, i) =>
      createHash('md5').update(String(i)).digest('hex')
    )
    const first = new Map<string, bigint>()
    let log = await openEmbeddedLog({ dataDir, limits })
    let other = await openEmbeddedLog({ dataDir, limits })
    const append = async (by: EmbeddedLog, from: number, to: number) => {
      const answers = await by.append(
        topic,
        ids.slice(from, to).map(id => record(id))
      )
      for (const [i, answer] of answers.entries()) {
        const id = ids[from + i]!
        expect(answer.duplicate, id).toBe(first.has(id))
        if (!answer.duplicate) first.set(id, answer.position)
        expect(answer.position).toBe(first.get(id))
      }
    }
    for (let from = 0; from < 500; from += 25) {
      await append(from % 2 === 0 ? log : other, from, from + 50)
      await append(from % 2 === 0 ? other : log, Math.max(0, from - 200), from + 10)
      if (from % 100 === 0) {
        const doubtful = await openDoubtful(dataDir, 'lost')
        await expect(
          doubtful.append(
            topic,
            ids.slice(from, 600).map(id => record(id))
          )
        ).rejects.toMatchObject({ code: 'append-unknown' })
        await doubtful.close()
        await log.close()
        log = await openEmbeddedLog({ dataDir, limits })
      }
    }
    await other.close()
    other = await openEmbeddedLog({ dataDir, limits })
    await append(other, 0, 600)
    expect((await readAll(log, topic)).map(r => r.id).toSorted()).toEqual(ids.toSorted())
    await log.close()
    await other.close()
    expect((await verifyEmbeddedLog(dataDir)).faults).toEqual([])
    rmSync(dataDir, { recursive: true })
  })

  it('are found after appends that would have sealed a run were rolled back', async () => {
    const dataDir = tempFolder('ids')
    let db: DatabaseSync | null = null
    const log = await openEmbeddedLog({
      dataDir,
      limits,
      openDatabase(file) {
        db = new DatabaseSync(file)
        return db
      }
    })
    const pagesMax = (pages: number) => db!.exec(`PRAGMA max_page_count = ${pages}`)
    // A separate key for each: on a compacted topic no record replaces another.
    const bulky = (prefix: string) =>
      Array.from({ length: 30 }, (_, i) =>
        record(`${prefix}-${i}`, `${prefix}-${i}`, 'x'.repeat(3_000))
      )
    for (const target of [topic, topics.keys]) {
      await log.append(target, bulky('a'))
      pagesMax(db!.prepare('PRAGMA page_count').get()!.page_count as number)
      for (let i = 0; i < 3; i++)
        expect(await codeOf(log.append(target, bulky('b')))).toBe('disk-full')
      expect(
        await codeOf(Promise.all([log.append(target, bulky('c')), log.append(target, bulky('d'))]))
      ).toBe('disk-full')
      pagesMax(100_000)
      expect((await log.append(target, bulky('a'))).every(a => a.duplicate)).toBe(true)
      for (const prefix of ['b', 'c', 'd']) {
        expect((await log.append(target, bulky(prefix))).some(a => a.duplicate)).toBe(false)
        expect((await log.append(target, bulky(prefix))).every(a => a.duplicate)).toBe(true)
      }
      expect((await log.state(target))[0]!.end).toBe(120n)
    }
    await log.close()
    expect((await verifyEmbeddedLog(dataDir)).faults).toEqual([])
    rmSync(dataDir, { recursive: true })
  })

  it('of a compacted topic are found although their records were removed', async () => {
    const dataDir = tempFolder('ids')
    const log = await openEmbeddedLog({ dataDir, limits })
    for (let i = 0; i < 200; i++)
      await log.append(topics.keys, [record(`k-${i}`, `report-${i % 3}`)])
    await log.close()
    const again = await openEmbeddedLog({ dataDir, limits })
    expect(await readAll(again, topics.keys)).toHaveLength(3)
    for (const i of [0, 57, 111, 199])
      expect(await again.append(topics.keys, [record(`k-${i}`, 'report-0')])).toEqual([
        { partition: 0, position: BigInt(i), duplicate: true }
      ])
    await again.close()
    expect((await verifyEmbeddedLog(dataDir)).faults).toEqual([])
    rmSync(dataDir, { recursive: true })
  })
})

describe('the bytes that a start reads to restore the newest ids', () => {
  it('stay within their limit, however few and large the records are, also over restarts', async () => {
    const dataDir = tempFolder('ids')
    const limits = { unsealedBytesMax: 100_000 }
    const unsealed: number[] = []
    for (let life = 0; life < 12; life++) {
      const log = await openEmbeddedLog({ dataDir, limits })
      for (let i = 0; i < 3; i++)
        await log.append(topics.incidents, [record(`${life}-${i}`, 'key', 'x'.repeat(10_000))])
      await log.close()
      const reader = new LogReader(dataDir)
      unsealed.push(3 * (life + 1) - reader.ids(topics.incidents).runs.count())
      reader.close()
    }
    expect(Math.max(...unsealed)).toBeLessThanOrEqual(10)
    rmSync(dataDir, { recursive: true })
  })
})
