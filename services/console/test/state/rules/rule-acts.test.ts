// A rule is put into force by a preview that is current, and neither put nor withdrawn by what a
// page shows that is not live.

import '../a-suite.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isLive } from '../../../src/state/console-state.ts'
import {
  beginRule,
  deleteRule,
  previewGoodMs,
  previewNow,
  previewRule,
  previewTyped,
  publishRule,
  resetRule,
  ruleDraft,
  ruleOutcome
} from '../../../src/state/rules.ts'
import { words } from '../../../src/words/words.ts'
import { aRule as shownRule } from '../../support/records.ts'
import { thePageIsLive, thePageIsStale } from '../a-live-page.ts'
import { suiteAnswers } from '../a-suite.ts'

const aRule = (ruleId: string, ruleVersion = 1) => shownRule({ ruleId, ruleVersion })
const preview = { theatres: [], elsewhere: [], complete: true }

let acts: string[] = []
let previews = 0

describe('a rule', () => {
  const beganMs = Date.now()

  beforeEach(async () => {
    acts = []
    previews = 0
    suiteAnswers((path, { method = 'GET' }) => {
      if (path === '/v1/rules/preview') {
        previews += 1
        return Response.json(preview)
      }
      if (path === '/v1/rules') return Response.json({ items: [], next: null })
      acts.push(`${method} ${path}`)
      return method === 'PUT'
        ? Response.json(aRule('mine', 2))
        : new Response(null, { status: 204 })
    })
    thePageIsLive(beganMs)
    beginRule(aRule('mine'))
    ruleDraft.change({ text: 'pattern: siege\ntitle: Mine\n' })
  })
  afterEach(() => resetRule(aRule('mine')))

  it('is put into force once it was previewed, and not after its text has changed', async () => {
    await publishRule()
    expect([previewNow.value, acts]).toEqual([null, []])
    await previewRule()
    expect(previewNow.value).toBe('current')
    ruleDraft.change({ text: 'pattern: siege\ntitle: Another\n' })
    await publishRule()
    expect([previewNow.value, acts]).toEqual([null, []])
    await previewRule()
    await publishRule()
    expect(acts).toEqual(['PUT /v1/rules/mine'])
  })

  it('is previewed by itself once for a text, and not before it has a pattern', async () => {
    ruleDraft.change({ text: 'title: Mine\n' })
    await previewTyped()
    expect([previewNow.value, previews]).toEqual([null, 0])
    ruleDraft.change({ text: 'pattern: siege\n' })
    await previewTyped()
    await previewTyped()
    expect([previewNow.value, previews]).toEqual(['current', 1])
    ruleDraft.change({ text: 'pattern: [' })
    await previewTyped()
    expect([ruleOutcome.value.kind, previews]).toEqual(['refused', 1])
  })

  it('is previewed again where it has aged since', async () => {
    await previewRule()
    thePageIsLive(beganMs + previewGoodMs)
    await publishRule()
    expect([previewNow.value, acts]).toEqual(['old', []])
    await previewRule()
    await publishRule()
    expect(acts).toEqual(['PUT /v1/rules/mine'])
  })

  it('is neither put into force nor withdrawn while the page is not live, which is told', async () => {
    for (const act of [publishRule, () => deleteRule(aRule('mine'))]) {
      thePageIsLive(beganMs)
      await previewRule()
      thePageIsStale()
      await act()
      expect([isLive.value, acts]).toEqual([false, []])
      expect(ruleOutcome.value).toMatchObject({ kind: 'refused', text: words.stale.actsWait })
    }
    thePageIsLive(beganMs)
    await deleteRule(aRule('mine'))
    expect(acts).toEqual(['DELETE /v1/rules/mine'])
  })
})
