// How far a preview is, told while it is waited for; and its end, once nobody waits for it.

import '../a-suite.ts'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { endPreview, previewProgress } from '../../../src/state/rules/preview-progress.ts'
import {
  backtestRule,
  beginRule,
  previewRule,
  resetRule,
  ruleDraft,
  ruleOutcome
} from '../../../src/state/rules/rules.ts'
import { aRule } from '../../support/records.ts'
import { thePageIsLive } from '../a-live-page.ts'
import { held, soonAfter, suiteAnswers } from '../a-suite.ts'

const mine = aRule({ ruleId: 'mine' })
const answer = { theatres: [], elsewhere: [], complete: true }
const theatre = (name: string, share: number) => ({ theatre: name, share })

/**
 * A suite that holds its answer to a preview back, and says each time how far it is, as long as
 * there is anything to say.
 */
function slowSuite(...tellings: readonly (readonly object[])[]) {
  const kept = held()
  const asked: { signal: AbortSignal | null; questions: number } = { signal: null, questions: 0 }
  suiteAnswers((_path, { method = 'GET', signal }) => {
    if (method === 'GET') {
      const theatres = tellings[asked.questions++]
      return Response.json({ preview: theatres === undefined ? null : { theatres } })
    }
    asked.signal = signal ?? null
    return new Promise<Response>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new DOMException('left', 'AbortError')))
      void kept.promise.then(resolve)
    })
  })
  thePageIsLive()
  beginRule(mine)
  ruleDraft.change({ text: 'pattern: siege\ntitle: Mine\n' })
  return { ...kept, asked }
}

const soon = <T>(read: () => T) => soonAfter(1_000, read)

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => {
  vi.useRealTimers()
  endPreview()
  resetRule(mine)
})

it.each([
  ['preview', previewRule],
  ['backtest', backtestRule]
] as const)('of a %s is told as it grows, and no more once it is there', async (_kind, ask) => {
  const suite = slowSuite([theatre('sahel', 0.5), theatre('lake', 0)], [theatre('lake', 0.5)])
  const done = ask()
  expect(previewProgress.value).toBeNull()
  await soon(() => previewProgress.value).toEqual({ of: 'mine', percent: 25, done: 0, theatres: 2 })
  // What is no longer listed is done.
  await soon(() => previewProgress.value).toEqual({ of: 'mine', percent: 75, done: 1, theatres: 2 })
  suite.answer(Response.json(answer))
  await done
  expect([previewProgress.value, suite.asked.signal?.aborted]).toEqual([null, false])
})

it('is not made up where the suite tells none', async () => {
  const suite = slowSuite()
  const done = previewRule()
  await soon(() => suite.asked.questions).toBe(1)
  expect(previewProgress.value).toBeNull()
  suite.answer(Response.json(answer))
  await done
  expect(ruleOutcome.value.kind).toBe('preview')
})

it('ends with the question where the rule is left: nothing is told of it, and it can be asked again', async () => {
  const suite = slowSuite([theatre('sahel', 0.5)])
  const left = previewRule()
  await soon(() => previewProgress.value?.percent).toBe(50)
  endPreview()
  await left
  expect([suite.asked.signal?.aborted, previewProgress.value, ruleOutcome.value]).toEqual([
    true,
    null,
    { kind: 'idle' }
  ])
  const again = slowSuite()
  const done = previewRule()
  again.answer(Response.json(answer))
  await done
  expect(ruleOutcome.value.kind).toBe('preview')
})
