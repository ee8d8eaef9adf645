// Lists of any length: nothing of them is left out without a word.

import { PassThrough } from 'node:stream'
import type { ApiAnswer } from '@tocsin/host/client/suite-api'
import { expect, it } from 'vitest'
import { type Listed, listAll, listSome, printMore } from '../../src/client/context.ts'

const rows = 12_345

/** A list of that many rows, by pages of 500. */
const asked: string[] = []
const api = {
  async call(_method: string, path: string): Promise<ApiAnswer> {
    asked.push(path)
    const from = Number(new URL(path, 'http://suite').searchParams.get('cursor') ?? 0)
    const items = Array.from({ length: Math.min(500, rows - from) }, (_, i) => ({ n: from + i }))
    const next = from + 500 < rows ? String(from + 500) : null
    return { status: 200, body: { items, next }, cursor: null, problem: null, retryAfterS: null }
  }
}

function noted(listed: Listed): readonly string[] {
  const notes: string[] = []
  const note = (text: string) => notes.push(text)
  const output = {
    line: () => {},
    note,
    bytes: new PassThrough(),
    isTerminal: false,
    notesOnTerminal: false
  }
  printMore({ output }, listed, '--max')
  return notes
}

it('all of a list are all pages of it, once each', async () => {
  const items = await listAll(api, '/v1/alerts?severity=severe')
  expect(items).toHaveLength(rows)
  expect(items.at(-1)).toEqual({ n: rows - 1 })
  expect(asked.at(-1)).toBe('/v1/alerts?severity=severe&cursor=12000')
})

it('the first of a list are as many as asked for, and more are said beside the result', async () => {
  const some = await listSome(api, '/v1/alerts', 1_200)
  expect(some.items).toHaveLength(1_200)
  expect(noted(some)).toEqual(['there are more: these are the first 1,200; --max shows more'])
})

it('of which there is no more nothing is said', async () => {
  expect(noted(await listSome(api, '/v1/alerts', rows))).toEqual([])
  expect(noted(await listSome(api, '/v1/alerts', rows - 1))).toHaveLength(1)
})
