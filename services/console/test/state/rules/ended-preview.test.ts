// A preview that nobody waits for any more ends, in the suite too.

import '../a-suite.ts'
import { expect, it } from 'vitest'
import {
  beginRule,
  endPreview,
  previewRule,
  ruleDraft,
  ruleOutcome
} from '../../../src/state/rules.ts'
import { aRule } from '../../support/records.ts'
import { thePageIsLive } from '../a-live-page.ts'
import { suiteAnswers } from '../a-suite.ts'

it('ends with the question where the rule is left, and can be asked again', async () => {
  const signals: (AbortSignal | null | undefined)[] = []
  suiteAnswers((_path, { signal }) => {
    signals.push(signal)
    return new Promise<Response>((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new DOMException('left', 'AbortError')))
    })
  })
  thePageIsLive()
  beginRule(aRule({ ruleId: 'mine' }))
  ruleDraft.change({ text: 'pattern: siege\ntitle: Mine\n' })
  const left = previewRule()
  endPreview()
  await left
  expect([signals[0]?.aborted, ruleOutcome.value]).toEqual([true, { kind: 'idle' }])
  suiteAnswers(() => Response.json({ theatres: [], elsewhere: [], complete: true }))
  await previewRule()
  expect(ruleOutcome.value.kind).toBe('preview')
})
