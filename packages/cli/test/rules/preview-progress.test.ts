// How far a preview is, told while it is waited for.

import type { ApiAnswer } from '@tocsin/host/client/suite-api'
import { describe, expect, it } from 'vitest'
import { formatProgress, withProgressNotes } from '../../src/rules/preview-progress.ts'

const answerOf = (body: unknown) => ({ status: 200, body, problem: null }) as unknown as ApiAnswer

describe('the progress of a preview', () => {
  it('is told until the answer is there; a theatre that is no longer listed is done', async () => {
    const answer = Promise.withResolvers<ApiAnswer>()
    const listed = [
      [
        { theatre: 'a', share: 0.5 },
        { theatre: 'b', share: 0 }
      ],
      [{ theatre: 'a', share: 0.5 }]
    ]
    const told: string[] = []
    const call = async () => {
      const theatres = listed.shift()
      return answerOf({ preview: theatres === undefined ? null : { theatres } })
    }
    const note = (line: string) => {
      told.push(line)
      if (told.length === 2) answer.resolve(answerOf('done'))
    }
    expect(await withProgressNotes(answer.promise, { call } as never, { note }, 1)).toMatchObject({
      body: 'done'
    })
    expect(told).toEqual([
      'previewing: 25 %, 0 of 2 theatres done',
      'previewing: 75 %, 1 of 2 theatres done'
    ])
  })

  it('never stands in the way of the answer', async () => {
    const call = () => Promise.reject(new Error('no such route'))
    const answer = new Promise<ApiAnswer>(resolve => setImmediate(() => resolve(answerOf(1))))
    expect(await withProgressNotes(answer, { call } as never, { note: () => {} }, 0)).toMatchObject(
      {
        body: 1
      }
    )
  })

  it('counts one theatre as one', () => {
    expect(formatProgress([0.999])).toBe('previewing: 99 %, 0 of 1 theatre done')
  })
})
