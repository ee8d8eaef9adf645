import { expect, it } from 'vitest'
import { smallerStart } from '../../src/process/small-process.ts'

const started = {
  args: ['intake', '--port', '1'],
  execArgv: ['--enable-source-maps'],
  env: { HOME: '/h', TOCSIN_INTAKE_MEMORY: 'small' }
}

it('starts intake anew with little in reserve, and all that it was started with', () => {
  expect(smallerStart(started)).toEqual({
    execArgv: ['--enable-source-maps', '--max-semi-space-size=4', '--heap-growing-percent=25'],
    env: { ...started.env, MALLOC_ARENA_MAX: '1' }
  })
})

it('leaves intake as it is where nobody asked', () => {
  expect(smallerStart({ ...started, env: { HOME: '/h' } })).toBeNull()
  expect(smallerStart({ ...started, env: { HOME: '/h', TOCSIN_INTAKE_MEMORY: 'fast' } })).toBeNull()
})

it('does so once', () => {
  expect(smallerStart({ ...started, ...smallerStart(started) })).toBeNull()
})

it('leaves it to whoever says how much V8 may keep, and malloc', () => {
  expect(smallerStart({ ...started, execArgv: ['--max_semi_space_size=64'] })).toBeNull()
  expect(smallerStart({ ...started, env: { ...started.env, NODE_OPTIONS: '--max-semi-space-size=64' } })).toBeNull()
  expect(smallerStart({ ...started, env: { ...started.env, MALLOC_ARENA_MAX: '4' } })?.env).toMatchObject({
    MALLOC_ARENA_MAX: '4'
  })
})

it('lets every other command run as it is', () => {
  for (const command of ['up', 'start', 'rules', 'notifier', 'import']) {
    expect(smallerStart({ ...started, args: [command, 'intake'] })).toBeNull()
  }
  expect(smallerStart({ ...started, args: [] })).toBeNull()
})
