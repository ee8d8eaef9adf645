// An import: a file that cannot be read any more is refused, and may be chosen again.

import './a-suite.ts'
import { expect, it } from 'vitest'
import { chooseFile, tried, tryFile, trying } from '../../src/state/import-file.ts'
import { loadWords } from '../../src/words/words.ts'
import { suiteAnswers } from './a-suite.ts'

it('says that a file was changed since it was chosen, and takes it once it is chosen again', async () => {
  await loadWords('import')
  suiteAnswers(() => Response.json({ rows: 1, accepted: 1, reports: [], toWithdraw: [] }))
  const unreadable = {
    name: 'a.csv',
    slice: () => new Response(new ReadableStream({ start: it => it.error(new Error('changed')) }))
  }
  await chooseFile(unreadable as unknown as File)
  await tryFile()
  expect(trying.state.peek()).toMatchObject({
    kind: 'refused',
    text: expect.stringContaining('changed')
  })
  await chooseFile(new File(['id,date\n1,2026-03-01\n'], 'a.csv'))
  await tryFile()
  expect([trying.state.peek().kind, tried.peek()?.rows]).toEqual(['done', 1])
})
