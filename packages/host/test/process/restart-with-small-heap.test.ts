import { expect, it } from 'vitest'
import { planSmallHeapStart } from '../../src/process/restart-with-small-heap.ts'

const started = {
  args: ['intake', '--port', '1'],
  execArgv: ['--enable-source-maps'],
  env: { HOME: '/h', TOCSIN_INTAKE_MEMORY: 'small' }
}

it('restarts intake with a small heap and keeps its options', () => {
  expect(planSmallHeapStart(started)).toEqual({
    execArgv: ['--enable-source-maps', '--max-semi-space-size=4', '--heap-growing-percent=25'],
    env: { ...started.env, MALLOC_ARENA_MAX: '1' }
  })
})

it('does not restart intake unless requested', () => {
  expect(planSmallHeapStart({ ...started, env: { HOME: '/h' } })).toBeNull()
  expect(
    planSmallHeapStart({ ...started, env: { HOME: '/h', TOCSIN_INTAKE_MEMORY: 'fast' } })
  ).toBeNull()
})
