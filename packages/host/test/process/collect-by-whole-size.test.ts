import { expect, it } from 'vitest'
import { buildCollectingFlag } from '../../src/process/collect-by-whole-size.ts'

const started = { execArgv: [], env: { HOME: '/h' }, v8: '13.6.233.17-node.53' }
const flag = '--external-memory-accounted-in-global-limit'

it('lets buffers count towards the limit of the heap', () => {
  expect(buildCollectingFlag(started)).toBe(flag)
})

it('leaves a V8 alone that may not know the option', () => {
  expect(buildCollectingFlag({ ...started, v8: '12.4.254.21-node.33' })).toBeNull()
  expect(buildCollectingFlag({ ...started, v8: '14.1.146.11-node.12' })).toBeNull()
})

it('keeps what the operator set', () => {
  expect(
    buildCollectingFlag({
      ...started,
      execArgv: ['--no-external_memory_accounted_in_global_limit']
    })
  ).toBeNull()
  expect(
    buildCollectingFlag({ ...started, env: { NODE_OPTIONS: `--no-${flag.slice(2)}` } })
  ).toBeNull()
})

it('collects early where a small memory was requested', () => {
  expect(buildCollectingFlag({ ...started, env: { TOCSIN_INTAKE_MEMORY: 'small' } })).toBeNull()
})
