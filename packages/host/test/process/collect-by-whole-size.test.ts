import { expect, it } from 'vitest'
import { collectingFlag } from '../../src/process/collect-by-whole-size.ts'

const started = { execArgv: [], env: { HOME: '/h' }, v8: '13.6.233.17-node.53' }
const flag = '--external-memory-accounted-in-global-limit'

it('lets buffers count towards the limit of the heap', () => {
  expect(collectingFlag(started)).toBe(flag)
})

it('leaves a V8 alone that may not know the option', () => {
  expect(collectingFlag({ ...started, v8: '12.4.254.21-node.33' })).toBeNull()
  expect(collectingFlag({ ...started, v8: '14.1.146.11-node.12' })).toBeNull()
})

it('keeps what the operator set', () => {
  expect(
    collectingFlag({ ...started, execArgv: ['--no-external_memory_accounted_in_global_limit'] })
  ).toBeNull()
  expect(collectingFlag({ ...started, env: { NODE_OPTIONS: `--no-${flag.slice(2)}` } })).toBeNull()
})

it('collects early where a small memory was requested', () => {
  expect(collectingFlag({ ...started, env: { TOCSIN_INTAKE_MEMORY: 'small' } })).toBeNull()
})
