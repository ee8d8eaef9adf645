// The file: what it continues from, and when it is begun anew.

import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Cursor, EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { inMemory, ReadModel } from '@tocsin/read-model/read-model'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { describe, expect, it } from 'vitest'

const topic = topics.alerts
const group = { topic, schema: 'create table word(word text) strict;' }
const open = (folder: string, version = '1') =>
  ReadModel.open({ path: join(folder, 'views', 'model.sqlite'), groups: [group], version })
const wordsIn = (model: ReadModel) =>
  model
    .prepare('select word from word')
    .all()
    .map(({ word }) => word)

async function logOf(words: readonly string[], epoch = '00000000'): Promise<EventLog> {
  const log = new MemoryLog({ epoch })
  for (const word of words)
    await log.append(topic, [{ id: word, key: 'sahel', value: Buffer.from(word) }])
  return log
}
const ends = async (log: EventLog): Promise<readonly [Cursor, Cursor]> => [
  await log.cursorAt(topic, 'earliest'),
  await log.cursorAt(topic, 'latest')
]

/** Folds all that the log has in one transaction. */
async function fold(model: ReadModel, log: EventLog): Promise<void> {
  const [start, end] = await ends(log)
  for (const [partition, from] of start.positions.entries()) {
    const page = await log.read(topic, partition, from, { recordsMax: 100, bytesMax: 10_000 })
    const records = page.records.map(stored => ({ stored }))
    model.transact(() => {
      for (const { id } of page.records) model.prepare('insert into word values(?)').run(id)
      model.folded({ partition, records, cursor: end })
    })
  }
}

async function folded(folder: string, log: EventLog): Promise<void> {
  const model = open(folder)
  await fold(model, log)
  model.close()
}

async function resume(folder: string, log: EventLog, version?: string) {
  const model = open(folder, version)
  try {
    const cursor = await model.resume(log, ...(await ends(log)))
    return { cursor, words: wordsIn(model) }
  } finally {
    model.close()
  }
}

describe('the file', () => {
  it('may be read by its owner alone', async () => {
    await withTempDir(async folder => {
      const model = open(folder)
      for (const end of ['', '-wal']) {
        const { mode } = await stat(join(folder, 'views', `model.sqlite${end}`))
        expect([end, mode & 0o777]).toEqual([end, 0o600])
      }
      model.close()
    })
  })

  it('continues behind what was folded', () =>
    withTempDir(async folder => {
      const log = await logOf(['a', 'b'])
      await folded(folder, log)
      const [, end] = await ends(log)
      expect(await resume(folder, log)).toEqual({ cursor: end, words: ['a', 'b'] })
    }))

  it.each(['1', '2'])('is left alone while another has it open, as version %s', version =>
    withTempDir(async folder => {
      const log = await logOf(['a'])
      const model = open(folder)
      expect(() => open(folder, version)).toThrow('another process has')
      await fold(model, log)
      model.close()
      expect((await resume(folder, log)).words).toEqual(['a'])
    })
  )

  it('holds nothing of a transaction that failed', () =>
    withTempDir(async folder => {
      const model = open(folder)
      const fails = () =>
        model.transact(() => {
          model.prepare('insert into word values(?)').run('a')
          throw new Error('no')
        })
      expect(fails).toThrow('no')
      expect(wordsIn(model)).toEqual([])
      model.close()
    }))

  it('is begun anew if it is of another version, damaged, or of another log', () =>
    withTempDir(async folder => {
      const log = await logOf(['a', 'b'])
      const anew = { cursor: null, words: [] }
      await folded(folder, log)
      expect(await resume(folder, log, '2')).toEqual(anew)
      await writeFile(
        join(folder, 'views', 'model.sqlite'),
        'this is no database, whoever wrote it'
      )
      expect(await resume(folder, log)).toEqual(anew)
      await folded(folder, log)
      expect(await resume(folder, await logOf(['a', 'b'], '00000001'))).toEqual(anew)
    }))

  it('is removed if it is found damaged later', () =>
    withTempDir(async folder => {
      const log = await logOf(['a', 'b'])
      await folded(folder, log)
      const path = join(folder, 'views', 'model.sqlite')
      const bytes = await readFile(path)
      await writeFile(path, bytes.fill(0, 4096))
      await expect(resume(folder, log)).rejects.toThrow('start again')
      expect(await resume(folder, log)).toEqual({ cursor: null, words: [] })
    }))

  it('is removed when a row is read where it is damaged', () =>
    withTempDir(async folder => {
      const whole = open(folder)
      whole.prepare('insert into word values(?)').run('long'.repeat(10_000))
      whole.close()
      const path = join(folder, 'views', 'model.sqlite')
      const bytes = await readFile(path)
      await writeFile(path, bytes.fill(0xff, 3 * 4096))
      const model = open(folder)
      expect(() => wordsIn(model)).toThrow('malformed')
      await expect(model.failed).resolves.toMatchObject({
        message: 'the read model is damaged and was removed: start again'
      })
      model.close()
      const next = open(folder)
      expect(wordsIn(next)).toEqual([])
      next.close()
    }))

  it('is begun anew if it is damaged where a search index is named', () =>
    withTempDir(async folder => {
      const schema = 'create virtual table search using fts5(word);'
      const path = join(folder, 'model.sqlite')
      const openSearch = () => ReadModel.open({ path, groups: [{ topic, schema }], version: '1' })
      const whole = openSearch()
      whole.prepare('insert into search values(?)').run('a')
      whole.close()
      const bytes = await readFile(path)
      await writeFile(path, bytes.fill(0x5a, 2 * 4096))
      const next = openSearch()
      expect(next.prepare('select word from search').all()).toEqual([])
      next.close()
    }))

  it('takes nothing more once it could not be written', () =>
    withTempDir(async folder => {
      const model = open(folder)
      model.prepare('pragma max_page_count = 8').get()
      const insert = (word: string) =>
        model.transact(() => model.prepare('insert into word values(?)').run(word))
      expect(() => insert('long'.repeat(10_000))).toThrow('the read model cannot be written')
      await expect(model.failed).resolves.toBe(model.failure)
      model.prepare('pragma max_page_count = 1000').get()
      expect(() => insert('a')).toThrow('the read model cannot be written')
      model.close()
      const next = open(folder)
      expect(wordsIn(next)).toEqual([])
      next.close()
    }))

  it('takes nothing more once the work of an open transaction threw', () => {
    const model = ReadModel.open({ path: inMemory, groups: [group], version: '1' })
    const insert = (word: string) => model.prepare('insert into word values(?)').run(word)
    model.extend(() => insert('earlier'))
    const error = new Error('no')
    const fail = () =>
      model.extend(() => {
        throw error
      })
    expect(fail).toThrow(error)
    expect(model.failure).toBe(error)
    // Whoever has the position behind the earlier row does not know that the row is gone.
    expect(() => model.extend(() => insert('later'))).toThrow(error)
    expect(wordsIn(model)).toEqual([])
    model.close()
  })

  it('stops the start if the log has lost records', () =>
    withTempDir(async folder => {
      const log = await logOf(['a', 'b'])
      await folded(folder, log)
      const [start, end] = await ends(log)
      const model = open(folder)
      const shorter = { ...end, positions: end.positions.map(at => (at > 0n ? at - 1n : at)) }
      await expect(model.resume(log, start, shorter)).rejects.toMatchObject({
        code: 'offset-ahead'
      })
      model.close()
    }))
})
