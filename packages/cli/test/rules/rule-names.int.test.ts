// Rules over findings name other rules: a name that no rule answers is refused, whatever change
// would leave it.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { topics } from '@tocsin/event-log/topics'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningSuite, runTocsin } from '../support/running-suite.ts'

let running: RunningSuite
beforeAll(async () => {
  running = await RunningSuite.start()
})
afterAll(() => running?.end())

const put = (id: string, body: object, version?: number) =>
  running.api.call('PUT', `/v1/rules/${id}`, {
    body,
    headers: version === undefined ? {} : { 'if-match': `"${version}"` }
  })
const drop = (id: string, version: number) =>
  running.api.call('DELETE', `/v1/rules/${id}`, { headers: { 'if-match': `"${version}"` } })
const preview = (...rules: readonly object[]) =>
  running.api.call('POST', '/v1/rules/preview', { body: { rules } })
const reads = (...of: readonly string[]) => ({ pattern: 'findings-count', parameters: { of } })
const tocsin = (...args: readonly string[]) => runTocsin(...args, ...running.here)
const packOf = (...rules: readonly string[]): string => {
  const file = join(running.dataDir, 'mine.yaml')
  writeFileSync(
    file,
    `version: 1\nid: mine\ntitle: Mine\nrules:\n${rules.map(rule => `  - ${rule}\n`).join('')}`
  )
  return file
}
const twice = '{id: twice, pattern: findings-count, parameters: {of: [attacks]}}'
const attacks = '{id: attacks, pattern: count, parameters: {threshold: 2}}'

describe('a rule over findings', () => {
  it('that names what no rule answers is refused, also by a preview', async () => {
    const answer = await put('twice', reads('front', 'fronts'))
    expect(answer).toMatchObject({ status: 422, problem: { code: 'body-invalid' } })
    expect(answer.problem?.errors).toEqual([
      {
        pointer: '/parameters/of/1',
        detail: expect.stringContaining(
          'neither a rule over incidents nor a pattern: fronts; is front meant?'
        ) as string
      }
    ])
    expect((await preview({ id: 'twice', ...reads('fronts') })).status).toBe(422)
    const both = [
      { id: 'twice', ...reads('attacks') },
      { id: 'attacks', pattern: 'count' }
    ]
    expect((await preview(...both)).status).toBe(200)
  })

  it('keeps what it names: that is neither withdrawn, nor made another, nor taken elsewhere', async () => {
    expect((await put('attacks', { pattern: 'count' })).status).toBe(200)
    expect((await put('twice', reads('attacks'))).status).toBe(200)
    const withdrawn = await drop('attacks', 1)
    expect(withdrawn).toMatchObject({ status: 409, problem: { code: 'action-refused' } })
    expect(withdrawn.problem?.detail).toContain(
      'nothing would answer to attacks, which rules over findings read (twice)'
    )
    expect((await preview({ id: 'attacks' })).status).toBe(409)
    expect((await put('attacks', { pattern: 'findings-count' }, 1)).status).toBe(409)
    expect((await drop('twice', 1)).status).toBe(204)
    expect((await drop('attacks', 1)).status).toBe(204)
  })

  it('comes with what it names in any order of a pack, and goes with it', async () => {
    expect(await tocsin('rules', 'apply', packOf(twice, attacks))).toMatchObject({
      code: 0,
      lines: ['rule attacks: new', 'rule twice: new']
    })
    const off = [attacks, twice].map(rule => `${rule.slice(0, -1)}, enabled: false}`)
    const ended = await tocsin('rules', 'apply', packOf(...off))
    expect(ended).toMatchObject({
      code: 0,
      lines: ['rule twice: withdrawn', 'rule attacks: withdrawn']
    })
  })

  it('is named by lint if the pack has no rule that answers', async () => {
    const alone = await runTocsin('rules', 'lint', packOf(twice))
    expect(alone.code).toBe(0)
    expect(alone.notes).toEqual([
      expect.stringMatching(
        /mine\.yaml:5 twice reads what no rule of this pack finds: .* called attacks$/
      )
    ])
    expect((await runTocsin('rules', 'lint', packOf(twice, attacks))).notes).toEqual([])
  })

  it('of an older log is told with what it names in vain', async () => {
    const data = {
      ruleId: 'vain',
      ruleVersion: 1,
      pattern: 'findings-count',
      parameters: { of: ['frnt'] }
    }
    const value = encodeRecord(
      { id: 'of-before', source: '/tocsin/rules', time: new Date().toISOString(), cause: null },
      { type: 'rule.declared', data }
    )
    await running.suite.log.append(topics.control, [{ id: 'of-before', key: 'control', value }])
    const named = async () =>
      ((await running.api.call('GET', '/v1/rules/vain')).body as { namesNoRule?: unknown })
        .namesNoRule
    await expect.poll(named, { timeout: 30_000 }).toEqual(['frnt'])
    expect((await tocsin('rules', 'list')).notes).toContain(
      'rule vain reads what no rule finds: frnt'
    )
  })
})
